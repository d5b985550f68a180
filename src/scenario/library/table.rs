//! The built-in scenarios, a group after the other.

use super::{Entry, Group, Words};

macro_rules! scenario {
    ($group:ident, $id:literal, $file:literal, $recorded:expr, $title:literal, $about:literal) => {{
        const JSON: &str = include_str!(concat!($file, ".json"));
        Entry {
            id: $id,
            group: Group::$group,
            json: JSON,
            recorded: $recorded,
            title: Words { en: text_of(JSON, "\n \"title\": \""), zh: $title },
            about: Words { en: text_of(JSON, "\n \"about\": \""), zh: $about },
        }
    }};
}

/// What stands in a file between a field's head and the next quote: its English text, found when this is compiled.
const fn text_of(json: &'static str, head: &str) -> &'static str {
    let (all, head) = (json.as_bytes(), head.as_bytes());
    let mut begins = 0;
    let mut same = 0;
    while same < head.len() {
        same = if all[begins + same] == head[same] { same + 1 } else { 0 };
        if same == 0 {
            begins += 1;
        }
    }
    begins += head.len();
    let mut ends = begins;
    while all[ends] != b'"' {
        assert!(all[ends] != b'\\', "the text has an escaped letter");
        ends += 1;
    }
    json.split_at(ends).0.split_at(begins).1
}

/// By group, id, file, recording; the title and what it shows, in Chinese: in English the file has them.
pub(super) const LIBRARY: &[Entry] = &[
    scenario!(
        Basics,
        "first-failover",
        "first_failover",
        None,
        "第一次故障转移",
        "先看一遍：一主二从三哨兵；几秒后主节点进程被杀死。"
    ),
    scenario!(
        Basics,
        "plain",
        "plain",
        None,
        "一主二从三哨兵",
        "Redis 文档推荐的起步部署：每个进程独占一台主机，法定人数 2。"
    ),
    scenario!(
        Basics,
        "seed-two-machines",
        "seed_two_machines",
        None,
        "两台机器上的 Redis，三台机器上的哨兵",
        "导览“一次故障转移的二十行日志”中的机器：两台各有一个 Redis 和一个哨兵，第三台只有哨兵。"
    ),
    scenario!(
        Basics,
        "recorded-failover",
        "recorded_failover",
        Some("01_plain_failover"),
        "与录制相同的故障转移",
        "主节点进程在第 2 秒被杀死。真实的 Redis 7.0.15 做同样的事时有录制：可以对比。"
    ),
    scenario!(
        Basics,
        "seed-process-dies",
        "seed_process_dies",
        Some("02a_seed_process_killed"),
        "两台机器：主节点进程死亡",
        "同样的机器。只有 Redis 进程死亡，同机的哨兵还在，三个哨兵都投票。"
    ),
    scenario!(
        Basics,
        "seed-host-dies",
        "seed_host_dies",
        Some("02b_seed_host_dead"),
        "两台机器：主节点整机宕机",
        "整机沉寂，一个哨兵随之消失。三个哨兵剩两个：法定人数 2、多数 2，刚好够。"
    ),
    scenario!(
        Detection,
        "frozen-master",
        "frozen_master",
        Some("03a_master_stopped_and_back"),
        "主节点冻结后又醒来",
        "它的主机仍接受连接，却无人应答。14 秒后它醒来，仍以为自己是主节点，直到约十秒后被哨兵降级。"
    ),
    scenario!(
        Detection,
        "slow-link",
        "slow_link",
        None,
        "一个哨兵的慢链路",
        "S1 与主节点之间单程 1.5 秒：只有 S1 时而认为主节点下线。第 20 秒起主节点对所有人都慢，一个健康的主节点被替换。"
    ),
    scenario!(
        Detection,
        "lossy-link",
        "lossy_link",
        None,
        "通往主节点的链路丢包",
        "先是丢十分之一，无人察觉：TCP 会重传。第 20 秒起丢一半，等待累积超过 down-after。"
    ),
    scenario!(
        Detection,
        "tilt",
        "tilt",
        Some("14a_sentinel_frozen_tilt"),
        "停顿过的哨兵：TILT",
        "S1 被冻结五秒。它从自己的时钟发现自身有异，30 秒内不发起故障转移，别人问起主节点，一律回答未下线。"
    ),
    scenario!(
        Election,
        "minority",
        "minority",
        Some("05a_one_sentinel_of_three_q2"),
        "三个哨兵只剩一个，法定人数 2",
        "两个哨兵先死，然后是主节点。剩下的哨兵很确定，却孤单：永远主观下线，从不客观下线。"
    ),
    scenario!(
        Election,
        "quorum-one-left",
        "quorum_one_left",
        Some("05b_one_sentinel_of_three_q1"),
        "三个哨兵只剩一个，法定人数 1",
        "法定人数为 1，它独自就能判定客观下线；但领导需要 3 票中的 2 票。它一再尝试（-failover-abort-not-elected），每次一个新纪元。"
    ),
    scenario!(
        Election,
        "quorum-one",
        "quorum_one",
        None,
        "法定人数 1：一个误判的哨兵就够了",
        "只有 S1 看不到健康的主节点。它拉票，其他哨兵明明看得到主节点也投了票，主节点被替换。"
    ),
    scenario!(
        Election,
        "quorum-too-high",
        "quorum_too_high",
        None,
        "法定人数大于哨兵数",
        "三个哨兵，法定人数 4：三个都认为主节点下线，却永远不够。"
    ),
    scenario!(
        Election,
        "two-sentinels",
        "two_sentinels",
        None,
        "只有两个哨兵",
        "每个 Redis 旁一个哨兵，法定人数 1。主节点整机宕机并带走一个哨兵：剩下一个足以判定客观下线，但两个的多数是两个。"
    ),
    scenario!(
        Election,
        "split-vote",
        "split_vote",
        None,
        "选票分裂",
        "哨兵之间单程 200 毫秒，谁都是先投了自己，才听说别人也在竞选：一人一票，没有领导者。十秒后各自放弃（-failover-abort-not-elected）；自开始起要等两倍 failover-timeout 才能再试。"
    ),
    scenario!(
        Election,
        "leader-dies",
        "leader_dies",
        None,
        "领导者中途死亡",
        "谁当选就立刻杀死谁。其他哨兵投过票，须等两倍 failover-timeout 才能再试。"
    ),
    scenario!(
        Election,
        "stale-sentinels",
        "stale_sentinels",
        None,
        "死去的哨兵永远被计数",
        "五个哨兵撤走两个，却没有执行 SENTINEL RESET。剩下三个，其中一个随主节点死亡：已知五个中的两个不是多数。"
    ),
    scenario!(
        Failover,
        "priority-zero",
        "priority_zero",
        Some("07a_all_priority_0"),
        "所有副本优先级都是 0",
        "选出了领导者，却找不到可以提升的副本。放弃（-failover-abort-no-good-slave），再试，永无止境。"
    ),
    scenario!(
        Failover,
        "priorities",
        "priorities",
        Some("06a_priorities_100_50_0"),
        "优先级 100、50 与 0",
        "数字小者胜，而非大者；0 永不当选：R2 成为主节点。"
    ),
    scenario!(
        Failover,
        "manual-failover",
        "manual_failover",
        Some("10a_manual_failover"),
        "对健康的主节点执行 SENTINEL FAILOVER",
        "没有主观下线，也不拉票。旧主节点继续接受写入，约十秒后才被降级；从不再次询问的客户端会丢失这些写入，然后得到 READONLY。"
    ),
    scenario!(
        Failover,
        "parallel-syncs-1",
        "parallel_syncs_1",
        Some("11a_parallel_syncs_1"),
        "parallel-syncs 1：副本逐个同步",
        "四个副本，全量同步各需数秒。它们逐个转向新主节点，其余的此时仍提供旧数据。"
    ),
    scenario!(
        Failover,
        "parallel-syncs-4",
        "parallel_syncs_4",
        Some("11b_parallel_syncs_4"),
        "parallel-syncs 4：同时同步",
        "同样的情形，parallel-syncs 4：更快，但全部同步期间没有副本可读。"
    ),
    scenario!(
        Failover,
        "returning-master",
        "returning_master",
        Some("03b_master_killed_and_restarted"),
        "旧主节点归来",
        "第 14 秒它以旧配置启动：是主节点。约十秒后哨兵向它发送 SLAVEOF（+convert-to-slave），此前它一直是主节点。"
    ),
    scenario!(
        Clients,
        "partition-lost-writes",
        "partition_lost_writes",
        Some("16a_partition_old_master"),
        "网络分割与丢失的写入",
        "脑裂：一侧是主节点、一个哨兵和客户端，另一侧是多数。两侧各有主节点；分割恢复后，客户端在错误一侧写入的全部丢弃。"
    ),
    scenario!(
        Clients,
        "partition-min-replicas",
        "partition_min_replicas",
        Some("16b_partition_old_master_min_replicas"),
        "同样的分割，min-replicas-to-write 1",
        "被隔离的主节点发现没有副本再确认，两秒后拒绝写入（NOREPLICAS）：丢失的少得多。"
    ),
    scenario!(
        Clients,
        "clients-find-master",
        "clients_find_master",
        None,
        "两个客户端：一个重新询问，一个订阅",
        "两者都每秒写十次，此时有人对健康的主节点下令故障转移。一个只在出错后才询问哨兵，而并没有错误；另一个听到 +switch-master。"
    ),
    scenario!(
        Mystery,
        "mystery-nobody-good-enough",
        "mystery_nobody_good_enough",
        None,
        "哨兵归来，却没有合格的副本",
        "所有哨兵离开二十秒，主节点在此期间死亡。哨兵归来后达成一致、选出领导者，然后放弃，永远如此：-failover-abort-no-good-slave。副本断线的时间超过 down-after 的十倍加上哨兵看到主节点下线的时间，而这个差距永不缩小。"
    ),
    scenario!(
        Mystery,
        "mystery-client-waits",
        "mystery_client_waits",
        None,
        "已经切换，客户端却还在等",
        "主节点挂起，谁也收不到连接重置。四个客户端：told 听到 +switch-master 立刻转走；timed 每次调用 5 秒后放弃再询问；patient 永远等着死掉的连接，once 也一样，何况它从不再问。"
    ),
    scenario!(
        Mystery,
        "mystery-slow-resolver",
        "mystery_slow_resolver",
        None,
        "主机名、慢解析与 TILT",
        "哨兵用主机名认识主节点。它死了，名字也随之消失；一次失败的解析要 2.5 秒，其间哨兵什么都做不了。定时器因此太迟，哨兵不再信任自己的时钟：一再 +tilt，没有故障转移。"
    ),
    scenario!(
        Mystery,
        "mystery-observer-waits",
        "mystery_observer_waits",
        None,
        "为何没有观察者撤销提升",
        "在 2.8.2 中，另一个哨兵在领导者告知之前就看到副本成了主节点，又把它降回副本。这里所有哨兵每秒问十次 INFO，却没有一个这样做：后来的版本中观察者在纠正角色前要等八秒。旧主节点也要等过这段时间才变为副本。"
    ),
    scenario!(
        Mystery,
        "mystery-stale-master",
        "mystery_stale_master",
        None,
        "过时的旧主节点获胜，昨日的数据归来",
        "M0 死亡，R1 被提升并接受写入。R1 也死亡，之后才用旧配置单独启动 M0。自称主节点的实例不报告断线时间，于是通过所有检查：它又成了主节点，R1 接受的写入消失了。"
    ),
    scenario!(
        Mystery,
        "mystery-foreign-sentinel",
        "mystery_foreign_sentinel",
        None,
        "回收地址上的陌生哨兵",
        "两个毫不相干的集群都叫 mymaster。A 的第三个哨兵死亡，它的地址给了 B 的新哨兵。A 的哨兵把它当作自己人；它告诉它们同名主节点有更新的配置，于是它们转向 B 的主节点（+config-update-from）。A 的主节点成了它的副本，数据丢失。"
    ),
    scenario!(
        Mystery,
        "mystery-loading-master",
        "mystery_loading_master",
        None,
        "一秒重启，离线两百秒",
        "主节点进程被杀，守护程序一秒后重启它。它加载数据要 200 秒，一直回答 LOADING，而这是对 PING 的有效回答：哨兵只说 +reboot，什么也不做。若 master-reboot-down-after-period 大于 0 就会处理。"
    ),
    scenario!(
        Mystery,
        "mystery-scaled-back",
        "mystery_scaled_back",
        None,
        "哨兵扩到四个又缩回",
        "第四个哨兵加入，十秒后撤走，没有执行 SENTINEL RESET。然后主节点与 S3 一同死亡。剩下的两个达到法定人数，但它们知道四个哨兵，多数是三：永远选不出领导者（-failover-abort-not-elected）。"
    ),
    scenario!(
        Mystery,
        "mystery-counter-falls-back",
        "mystery_counter_falls_back",
        None,
        "计划内的故障转移，计数器倒退",
        "客户端每秒写一次。对健康的主节点执行 SENTINEL FAILOVER：新主节点立刻被提升，旧主节点继续接受写入约十秒才变为副本，差不多同样多的写入无错误地消失。"
    ),
    scenario!(
        Mystery,
        "mystery-both-sides-write",
        "mystery_both_sides_write",
        None,
        "分割的两侧都接受写入",
        "三台机器各有一个 Redis 和一个哨兵。主节点的机器与客户端 a 一起被隔离 30 秒；客户端 b 在多数一侧。那一侧的哨兵给了 b 新的主节点，a 继续写旧的，看不到任何错误。恢复后，a 自隔离起写入的全部被丢弃，包括恢复后约十秒内的。"
    ),
    scenario!(
        Mystery,
        "mystery-config-disabled",
        "mystery_config_disabled",
        None,
        "禁用 CONFIG，提升永不完成",
        "为安全起见，各服务器配置了 rename-command CONFIG \"\"。选出了领导者，选中了副本，却白等它被提升（-failover-abort-slave-timeout）：哨兵发送的是一个事务，其中一条命令未知，服务器便整个丢弃。"
    ),
];
