//! The built-in scenarios, a group after the other.

use super::{Entry, Group, Words};

macro_rules! scenario {
    ($group:ident, $id:literal, $file:literal, $recorded:expr, $title:expr, $about:expr) => {
        Entry {
            id: $id,
            group: Group::$group,
            json: include_str!(concat!($file, ".json")),
            recorded: $recorded,
            title: Words { en: $title[0], zh: $title[1] },
            about: Words { en: $about[0], zh: $about[1] },
        }
    };
}

pub(super) const LIBRARY: &[Entry] = &[
    scenario!(
        Basics,
        "first-failover",
        "first_failover",
        None,
        ["A first failover", "第一次故障转移"],
        [
            "What a newcomer sees first: one master, two replicas, three sentinels; after a few seconds the master's process is killed.",
            "先看一遍：一主二从三哨兵；几秒后主节点进程被杀死。",
        ]
    ),
    scenario!(
        Basics,
        "plain",
        "plain",
        None,
        ["One master, two replicas, three sentinels", "一主二从三哨兵"],
        [
            "The deployment that the Redis documentation recommends as a start: each process on a host of its own, quorum 2.",
            "Redis 文档推荐的起步部署：每个进程独占一台主机，法定人数 2。",
        ]
    ),
    scenario!(
        Basics,
        "seed-two-machines",
        "seed_two_machines",
        None,
        ["Redis on two machines, sentinels on three", "两台机器上的 Redis，三台机器上的哨兵"],
        [
            "The topology of the first seed tutorial: two machines hold a Redis server and a sentinel each, the third a sentinel only.",
            "第一篇教程的拓扑：两台机器各有一个 Redis 和一个哨兵，第三台只有哨兵。",
        ]
    ),
    scenario!(
        Basics,
        "recorded-failover",
        "recorded_failover",
        Some("01_plain_failover"),
        ["The failover that was recorded thirty times", "录制过三十次的故障转移"],
        [
            "The master's process is killed at 2 s. Real Redis 7.0.15 did the same thirty times: compare.",
            "主节点进程在第 2 秒被杀死。真实的 Redis 7.0.15 做过三十次同样的事：可以对比。",
        ]
    ),
    scenario!(
        Basics,
        "seed-process-dies",
        "seed_process_dies",
        Some("02a_seed_process_killed"),
        ["Two machines: the master's process dies", "两台机器：主节点进程死亡"],
        [
            "The first tutorial's machines. Only the Redis process dies; the sentinel beside it lives, so all three vote.",
            "第一篇教程的机器。只有 Redis 进程死亡，同机的哨兵还在，三个哨兵都投票。",
        ]
    ),
    scenario!(
        Basics,
        "seed-host-dies",
        "seed_host_dies",
        Some("02b_seed_host_dead"),
        ["Two machines: the master's whole host dies", "两台机器：主节点整机宕机"],
        [
            "The host goes silent and takes a sentinel with it. Two of three sentinels remain: quorum 2 and majority 2, just enough.",
            "整机沉寂，一个哨兵随之消失。三个哨兵剩两个：法定人数 2、多数 2，刚好够。",
        ]
    ),
    scenario!(
        Detection,
        "frozen-master",
        "frozen_master",
        Some("03a_master_stopped_and_back"),
        ["A master that freezes and wakes again", "主节点冻结后又醒来"],
        [
            "Its host still accepts connections, and nothing answers. After 14 s it wakes and believes itself the master, until a sentinel demotes it about ten seconds later.",
            "它的主机仍接受连接，却无人应答。14 秒后它醒来，仍以为自己是主节点，直到约十秒后被哨兵降级。",
        ]
    ),
    scenario!(
        Detection,
        "slow-link",
        "slow_link",
        None,
        ["A slow link to one sentinel", "一个哨兵的慢链路"],
        [
            "Between S1 and the master a packet takes 1.5 s each way: S1 alone believes the master down. At 20 s the master is slow to everybody, and a healthy master is replaced.",
            "S1 与主节点之间单程 1.5 秒：只有 S1 认为主节点下线。第 20 秒起主节点对所有人都慢，一个健康的主节点被替换。",
        ]
    ),
    scenario!(
        Detection,
        "lossy-link",
        "lossy_link",
        None,
        ["Packets lost on the way to the master", "通往主节点的链路丢包"],
        [
            "First one packet in ten is lost, and nobody notices: TCP sends it again. From 20 s on it is every second one, and the waiting adds up to more than down-after.",
            "先是丢十分之一，无人察觉：TCP 会重传。第 20 秒起丢一半，等待累积超过 down-after。",
        ]
    ),
    scenario!(
        Detection,
        "tilt",
        "tilt",
        None,
        ["A sentinel that stood still: TILT", "停顿过的哨兵：TILT"],
        [
            "S1 is frozen for five seconds. Its own clock tells it that something is wrong with it, and for 30 s it starts no failover and answers no question about the master.",
            "S1 被冻结五秒。它从自己的时钟发现自身有异，30 秒内不发起故障转移，也不回答关于主节点的询问。",
        ]
    ),
    scenario!(
        Election,
        "minority",
        "minority",
        None,
        ["One sentinel left of three, quorum 2", "三个哨兵只剩一个，法定人数 2"],
        [
            "Two sentinels die, then the master. The one that is left is certain, and alone: subjectively down for ever, never objectively.",
            "两个哨兵先死，然后是主节点。剩下的哨兵很确定，却孤单：永远主观下线，从不客观下线。",
        ]
    ),
    scenario!(
        Election,
        "quorum-one-left",
        "quorum_one_left",
        Some("05b_one_sentinel_of_three_q1"),
        ["One sentinel left of three, quorum 1", "三个哨兵只剩一个，法定人数 1"],
        [
            "With quorum 1 it reaches ODOWN by itself, but leading takes 2 of 3 votes. It tries again and again, in a new epoch each time.",
            "法定人数为 1，它独自就能判定客观下线；但领导需要 3 票中的 2 票。它一再尝试，每次一个新纪元。",
        ]
    ),
    scenario!(
        Election,
        "quorum-one",
        "quorum_one",
        None,
        ["Quorum 1: one confused sentinel is enough", "法定人数 1：一个误判的哨兵就够了"],
        [
            "Only S1 loses sight of a healthy master. It asks for votes, the others give them although they see the master well, and the master is replaced.",
            "只有 S1 看不到健康的主节点。它要票，其他哨兵明明看得到主节点也投了票，主节点被替换。",
        ]
    ),
    scenario!(
        Election,
        "quorum-too-high",
        "quorum_too_high",
        None,
        ["A quorum above the number of sentinels", "法定人数大于哨兵数"],
        [
            "Quorum 4 with three sentinels: all three agree that the master is down, and it will never be enough.",
            "三个哨兵，法定人数 4：三个都认为主节点下线，却永远不够。",
        ]
    ),
    scenario!(
        Election,
        "two-sentinels",
        "two_sentinels",
        None,
        ["Two sentinels only", "只有两个哨兵"],
        [
            "A sentinel beside each Redis, quorum 1. The master's host dies and takes a sentinel with it: the other one is enough for ODOWN, but a majority of two is two.",
            "每个 Redis 旁一个哨兵，法定人数 1。主节点整机宕机并带走一个哨兵：剩下一个足以判定客观下线，但两个的多数是两个。",
        ]
    ),
    scenario!(
        Election,
        "leader-dies",
        "leader_dies",
        None,
        ["The leader dies half-way", "领导者中途死亡"],
        [
            "Whoever is elected is killed at once. The others voted, and so must wait twice failover-timeout before one of them may try.",
            "谁当选就立刻杀死谁。其他哨兵投过票，须等两倍 failover-timeout 才能再试。",
        ]
    ),
    scenario!(
        Election,
        "stale-sentinels",
        "stale_sentinels",
        None,
        ["Dead sentinels are counted for ever", "死去的哨兵永远被计数"],
        [
            "Two of five sentinels were taken away without SENTINEL RESET. Three are left, one of them dies with the master: two of five known ones are no majority.",
            "五个哨兵撤走两个，却没有执行 SENTINEL RESET。剩下三个，其中一个随主节点死亡：已知五个中的两个不是多数。",
        ]
    ),
    scenario!(
        Failover,
        "priority-zero",
        "priority_zero",
        Some("07a_all_priority_0"),
        ["Every replica has priority 0", "所有副本优先级都是 0"],
        [
            "A leader is elected and finds nobody whom it may promote. It gives up and tries again, for ever.",
            "选出了领导者，却找不到可以提升的副本。放弃，再试，永无止境。",
        ]
    ),
    scenario!(
        Failover,
        "priorities",
        "priorities",
        None,
        ["Priorities 100, 50 and 0", "优先级 100、50 与 0"],
        [
            "The lowest number wins, not the highest, and 0 never does: R2 becomes the master.",
            "数字小者胜，而非大者；0 永不当选：R2 成为主节点。",
        ]
    ),
    scenario!(
        Failover,
        "manual-failover",
        "manual_failover",
        None,
        ["SENTINEL FAILOVER on a healthy master", "对健康的主节点执行 SENTINEL FAILOVER"],
        [
            "No SDOWN, no votes asked for. The old master goes on accepting writes until it is demoted some ten seconds later; a client that never asks again loses them.",
            "没有主观下线，也不要票。旧主节点继续接受写入，约十秒后才被降级；从不再次询问的客户端会丢失这些写入。",
        ]
    ),
    scenario!(
        Failover,
        "parallel-syncs-1",
        "parallel_syncs_1",
        None,
        ["parallel-syncs 1: one replica after the other", "parallel-syncs 1：副本逐个同步"],
        [
            "Four replicas whose full synchronisation takes some seconds. They are pointed to the new master one by one, and the others still serve old data meanwhile.",
            "四个副本，全量同步各需数秒。它们逐个转向新主节点，其余的此时仍提供旧数据。",
        ]
    ),
    scenario!(
        Failover,
        "parallel-syncs-4",
        "parallel_syncs_4",
        None,
        ["parallel-syncs 4: all at once", "parallel-syncs 4：同时同步"],
        [
            "The same with parallel-syncs 4: quicker, but no replica can be read while all of them synchronise.",
            "同样的情形，parallel-syncs 4：更快，但全部同步期间没有副本可读。",
        ]
    ),
    scenario!(
        Failover,
        "returning-master",
        "returning_master",
        None,
        ["The old master comes back", "旧主节点归来"],
        [
            "It is started again at 14 s with its old configuration: as a master. It stays one until a sentinel sends it SLAVEOF, some ten seconds later.",
            "第 14 秒它以旧配置启动：是主节点。约十秒后哨兵向它发送 SLAVEOF，此前它一直是主节点。",
        ]
    ),
    scenario!(
        Clients,
        "partition-lost-writes",
        "partition_lost_writes",
        Some("16a_partition_old_master"),
        ["A partition and the writes it costs", "网络分割与丢失的写入"],
        [
            "The master, a sentinel and a client on one side, the majority on the other. Both sides have a master; what the client wrote on the wrong one is thrown away when the partition heals.",
            "一侧是主节点、一个哨兵和客户端，另一侧是多数。两侧各有主节点；分割恢复后，客户端在错误一侧写入的全部丢弃。",
        ]
    ),
    scenario!(
        Clients,
        "partition-min-replicas",
        "partition_min_replicas",
        None,
        ["The same with min-replicas-to-write 1", "同样的分割，min-replicas-to-write 1"],
        [
            "The cut-off master notices that no replica acknowledges any more and refuses writes after two seconds: far fewer are lost.",
            "被隔离的主节点发现没有副本再确认，两秒后拒绝写入：丢失的少得多。",
        ]
    ),
    scenario!(
        Clients,
        "clients-find-master",
        "clients_find_master",
        None,
        ["Two clients: one asks again, one listens", "两个客户端：一个重新询问，一个订阅"],
        [
            "Both write ten times a second while somebody orders a failover of a healthy master. One asks the sentinels only after an error, and there is none; the other hears +switch-master.",
            "两者都每秒写十次，此时有人对健康的主节点下令故障转移。一个只在出错后才询问哨兵，而并没有错误；另一个听到 +switch-master。",
        ]
    ),
];
