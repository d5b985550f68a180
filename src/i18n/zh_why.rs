//! Chinese: what explains an event.

use crate::i18n::Fact;
use crate::sentinel::Filter;

fn of(figure: Option<&String>, limit: Option<&String>) -> (String, String) {
    let text = |t: Option<&String>| t.cloned().unwrap_or_else(|| "从未".to_owned());
    (text(figure), text(limit))
}

/// What a filter that a replica fails has to say.
fn unfit(filter: Filter, figure: Option<&String>, limit: Option<&String>) -> String {
    let (figure, limit) = of(figure, limit);
    match filter {
        Filter::Up => "主观下线".to_owned(),
        Filter::Connected => "没有连接".to_owned(),
        Filter::FreshPing => format!("最后一次有效回复在 {figure} 前，最多允许 {limit}"),
        Filter::Priority => "优先级为 0，意为永不提升".to_owned(),
        Filter::FreshInfo if figure == "从未" => format!("从未回复过 INFO，最多允许 {limit}"),
        Filter::FreshInfo => format!("最后一次 INFO 在 {figure} 前，最多允许 {limit}"),
        Filter::LinkDown => format!("与主节点断开了 {figure}，最多允许 {limit}"),
    }
}

fn passes(filter: Filter, figure: Option<&String>, limit: Option<&String>) -> String {
    let (figure, limit) = of(figure, limit);
    match filter {
        Filter::Up => "未主观下线".to_owned(),
        Filter::Connected => "已连接".to_owned(),
        Filter::FreshPing => format!("最后有效回复 {figure} 前，上限 {limit}"),
        Filter::Priority => "优先级不为 0".to_owned(),
        Filter::FreshInfo => format!("INFO 已过 {figure}，上限 {limit}"),
        Filter::LinkDown => format!("与主节点断开 {figure}，上限 {limit}"),
    }
}

#[allow(clippy::too_many_lines, reason = "one line a fact")]
pub(super) fn fact(fact: &Fact) -> String {
    use Fact as F;
    match fact {
        F::Silent { about, silent, limit } => {
            format!("{about} 的有效回复已拖欠 {silent}；上限 down-after-milliseconds 是 {limit}。")
        }
        F::LastValid { about, ago } => format!("{about} 的最后一次有效回复在 {ago} 前。"),
        F::NotLinked { about } => format!("与 {about} 没有连接；每秒重连一次。"),
        F::CallsItselfReplica { about, since, limit } => format!(
            "{about} 有回复，但已自称副本 {since}；允许 down-after-milliseconds 加两个 INFO 周期，即 {limit}。"
        ),
        F::Rebooting { about } => format!("{about} 重启后加载的时间超过了 master-reboot-down-after-period。"),
        F::WasDown { about, span } => format!("在此之前 {about} 已被视为下线 {span}。"),
        F::Agree { count, quorum, about } => {
            format!("{count} 个哨兵认为 {about} 下线；法定人数 quorum 是 {quorum}。")
        }
        F::HoldsDown { who, about, span } => format!("{who} 自己认为 {about} 下线已有 {span}。"),
        F::NotHeldDown { who, about } => format!("{who} 自己并不认为 {about} 下线。"),
        F::PeerYes { peer, ago, holds } => format!("{peer} 在 {ago} 前回答“下线”；一个回答有效 {holds}。"),
        F::PeerNo { peer, ago } => format!("{peer} 在 {ago} 前回答“未下线”；每秒询问一次。"),
        F::PeerMute { peer, ago, holds } => format!("{peer} 已 {ago} 没有回答；它先前的回答只有效 {holds}。"),
        F::PeerAsked { peer, since } => format!("已询问 {peer} {since}，每秒一次；尚未回答。"),
        F::PeerSilence { peer, about, silent, limit } => {
            format!("{peer} 自己已有 {silent} 没有收到 {about} 的回复，上限 {limit}。")
        }
        F::PeerUnreachable { peer, silent } => format!("{peer} 是已知的，但联系不上：已沉默 {silent}。"),
        F::QuorumTooHigh { quorum, known } => {
            format!("quorum 是 {quorum}，但只知道 {known} 个哨兵：永远无法满足。")
        }
        F::Odown { about, span } => format!("{about} 客观下线已有 {span}。"),
        F::NotOdown { about } => format!("{about} 没有客观下线。"),
        F::NoneRuns => "它还没有在做故障转移。".to_owned(),
        F::Runs { state, epoch } => format!("它在纪元 {epoch} 的故障转移正在进行，状态为 {state}。"),
        F::GateNever { wait } => format!(
            "自启动或上次切换以来，既没有尝试过，也没有投票给别人：{wait}（两倍 failover-timeout）的等待不适用。"
        ),
        F::GateOpen { since, wait } => {
            format!("上次尝试或投票开始于 {since} 前；两倍 failover-timeout，即 {wait}，已经过去。")
        }
        F::GateShut { since, wait, until, left } => format!(
            "上次尝试或投票开始于 {since} 前；要等两倍 failover-timeout，即 {wait}：到 {until}，还有 {left}。"
        ),
        F::GateAhead { lead, wait, until, left } => format!(
            "等待的起点会随机推后不到一秒，{lead} 后才开始：两倍 failover-timeout，即 {wait}：到 {until}，还有 {left}。"
        ),
        F::GateVote { leader, epoch } => {
            format!("它等待的起点是它在纪元 {epoch} 投给 {leader} 的那一票：投票者把机会让给它所投的人。")
        }
        F::GateAttempt => "它等待的起点是它自己的一次尝试。".to_owned(),
        F::Ordered => "由 SENTINEL FAILOVER 命令发起：不需要同意、选票或等待。".to_owned(),
        F::EpochOwn { epoch, before } => format!("它开始一次尝试，需要自己的纪元：{before} + 1 = {epoch}。"),
        F::EpochHeard { epoch, before } => {
            format!("它从另一个哨兵得知纪元 {epoch}；自己的是 {before}。以较高者为准。")
        }
        F::Needed { quorum, majority, voters, needed } => format!(
            "所需票数：quorum {quorum} 与 {voters} 个已知哨兵的多数 {majority} 中较大者，即 {needed}。"
        ),
        F::Got { who, votes, needed } => format!("{who} 上次计票时有 {votes} 票，需要 {needed} 票。"),
        F::FirstAsked { leader, epoch, last } => format!(
            "{leader} 在纪元 {epoch} 第一个来拉票；本哨兵上次投票是在纪元 {last}。每个纪元一票，先到先得。"
        ),
        F::VotedItself { who, epoch } => format!("还没有人回答，所以 {who} 在纪元 {epoch} 投给自己。"),
        F::FrontRunner { leader } => format!("在它得知的选票中，{leader} 领先。"),
        F::VoteBlocks { who, wait } => {
            format!("{who} 已投票给别人，在 {wait}（两倍 failover-timeout）内自己不发起尝试。")
        }
        F::OwnVote { who, leader, epoch, wanted } if epoch == wanted => {
            format!("{who} 自己在纪元 {epoch} 的一票投给了 {leader}。")
        }
        F::OwnVote { who, leader, epoch, wanted } => {
            format!("{who} 自己的一票在纪元 {epoch} 投给了 {leader}；这次尝试属于纪元 {wanted}，所以不计入。")
        }
        F::VoteMine { peer, epoch } => format!("{peer} 投出了纪元 {epoch} 的一票：已计入。"),
        F::VoteOther { peer, leader, epoch } => {
            format!("{peer} 在纪元 {epoch} 的一票投给了先来拉票的 {leader}。")
        }
        F::VoteOld { peer, leader, epoch, current } => {
            format!("{peer} 投给 {leader} 的一票属于纪元 {epoch}；当前纪元是 {current}：不计入。")
        }
        F::VoteNone { peer, ago } => format!("{peer} 没有告知任何投票；它的最后一次回答在 {ago} 前。"),
        F::VoteReported { peer, leader, epoch, before } => format!(
            "{peer} 的回答给出了 {leader} 和纪元 {epoch}；此前所知的纪元是 {before}。新的纪元只记录一次。"
        ),
        F::EpochMoved { failover, current } => format!(
            "纪元已从 {failover} 前进到 {current}：别人的票按 {current} 计，自己的票按 {failover} 计。"
        ),
        F::DeadCount { voters } => format!("死去的哨兵仍是已知的，继续计数：多数是对全部 {voters} 个而言。"),
        F::Window { elapsed, limit } => format!(
            "它已等票 {elapsed}；允许 10 s 与 failover-timeout 中较小者，即 {limit}（另加最多 1 s 的随机量）。"
        ),
        F::RetryAt { until, wait } => {
            format!("这里最早可在 {until} 再次尝试：这次开始之后两倍 failover-timeout，即 {wait}。")
        }
        F::LeadsAlready { leader, epoch } => {
            format!("{leader} 正在领导纪元 {epoch} 的故障转移；它的配置会随 hello 到来。")
        }
        F::NoReplicas => "它不知道任何副本。".to_owned(),
        F::Known { replicas, fit } => format!("它知道 {replicas} 个副本；{fit} 个通过全部六道筛选。"),
        F::Fit { replica, priority, offset, run_id } => {
            format!("{replica} 通过：优先级 {priority}，偏移量 {offset}，运行 ID {run_id}。")
        }
        F::Unfit { replica, filter, figure, limit } => {
            format!("{replica}：{}。", unfit(*filter, figure.as_ref(), limit.as_ref()))
        }
        F::Passes { filter, figure, limit } => passes(*filter, figure.as_ref(), limit.as_ref()),
        F::OnlyOne { replica } => format!("只有 {replica} 通过了全部六道筛选。"),
        F::ByPriority { replica, priority, next, other } => {
            format!("{replica} 的优先级数字最小，为 {priority}；{next} 为 {other}。")
        }
        F::ByOffset { replica, offset, next, other } => {
            format!("优先级相同；{replica} 的偏移量最大，为 {offset}；{next} 为 {other}。")
        }
        F::ByRunId { replica, run_id, next, other } => {
            format!("优先级和偏移量都相同；{replica} 的运行 ID 最小，为 {run_id}；{next} 为 {other}。")
        }
        F::NobodyAsked { who } => format!("{who} 根据每个副本最后一次 INFO 独自决定，不询问任何人。"),
        F::PromoteLink { replica, linked: true } => {
            format!("与 {replica} 已连接：下一次定时器即可发送 SLAVEOF NO ONE。")
        }
        F::PromoteLink { replica, linked: false } => {
            format!("与 {replica} 没有连接：无法发送 SLAVEOF NO ONE。")
        }
        F::InState { state, elapsed, limit } => {
            format!("处于 {state} 已有 {elapsed}；允许 failover-timeout，即 {limit}。")
        }
        F::SentOnce { replica } => {
            format!("SLAVEOF NO ONE 只向 {replica} 发送一次，不会重发；成功与否看它的 INFO。")
        }
        F::InfoRole { replica, is_master, ago } => format!(
            "{replica} 的 INFO 为 role:{}，已过 {ago}，每秒询问一次。",
            if *is_master { "master" } else { "slave" }
        ),
        F::InfoNever { replica } => format!("{replica} 还没有回复过 INFO。"),
        F::ConfigEpoch { who, epoch, before } => format!(
            "故障转移的纪元 {epoch} 成为 {who} 处新地址的版本（之前为 {before}）；随下一个 hello，它胜过所有旧版本。"
        ),
        F::Slots { used, slots } => format!("parallel-syncs 的 {slots} 个名额中已占用 {used} 个。"),
        F::Waits { replica } => format!("{replica} 在等待空闲名额。"),
        F::SentFor { replica, elapsed, limit } => {
            format!("{elapsed} 前已向 {replica} 发送 SLAVEOF；它须在 {limit} 内显示新的主节点。")
        }
        F::Turning { replica } => format!("{replica} 的 INFO 已给出新的主节点，正在同步；这一步没有时限。"),
        F::InStep { replica } => format!("{replica} 已与新的主节点连上：完成。"),
        F::LeftOut { replica, silent } => format!("{replica} 已下线（沉默 {silent}），不再等它。"),
        F::PromotedDown { replica } => {
            format!("新的主节点 {replica} 已下线：在它恢复之前什么都不会结束，到时限也不会。")
        }
        F::NamesMaster { replica, master } => format!("{replica} 的 INFO 给出的主节点是 {master}。"),
        F::LinkUp { replica } => format!("{replica} 的 INFO 为 master_link_status:up。"),
        F::NewerConfig { peer, epoch, before } => {
            format!("{peer} 的 hello 带有配置纪元 {epoch}；本哨兵的是 {before}。直接采信较高者，不作核实。")
        }
        F::LeaderSwitch { from, to, epoch } => {
            format!("纪元 {epoch} 的故障转移结束：记录从 {from} 移到 {to}。")
        }
        F::RecordsAnew { replicas } => format!(
            "切换时重建 {replicas} 个副本记录，旧主节点也在其中；标志、选票和下次尝试前的等待都被清除。"
        ),
        F::WaitsForHello { leader } => format!("{leader} 还没有告知新的地址。"),
        F::CallsItselfMaster { replica, since, limit } => {
            format!("{replica} 自称主节点已有 {since}；留出 {limit} 等待能解释此事的 hello。")
        }
        F::FollowsOther { replica, master, since, limit } => {
            format!("{replica} 跟随 {master} 已有 {since}；允许 failover-timeout，即 {limit}。")
        }
        F::MasterSane { sane: true, ago, limit } => {
            format!("配置的主节点看来正常：自称主节点、在线，INFO 已过 {ago}，上限 {limit}。")
        }
        F::MasterSane { sane: false, ago, limit } => {
            format!("配置的主节点看来不正常：已下线、自称副本，或 INFO（已过 {ago}）超过 {limit}。")
        }
        F::NotDownLately { replica, limit, well: true } => {
            format!("{replica} 在最近 {limit} 内没有被判下线。")
        }
        F::NotDownLately { replica, limit, well: false } => {
            format!("{replica} 在最近 {limit} 内曾被判下线：暂不处理。")
        }
        F::InfoLists { about, replicas } => {
            format!("主节点的 INFO 列出了它不认识的 {about}；现在它知道 {replicas} 个副本。")
        }
        F::HelloFrom { about } => format!("在 __sentinel__:hello 上收到 {about} 的 hello，其 ID 此前未知。"),
        F::VotersNow { voters, majority, quorum } => {
            format!("现在已知 {voters} 个哨兵：多数是 {majority}，quorum 是 {quorum}。")
        }
        F::Moved { words } => format!("一个 hello 给已知的 ID 换了地址，或给已知的地址换了 ID：{words}。"),
        F::Forgot { replicas, sentinels } => {
            format!("它清除了 {replicas} 个副本和 {sentinels} 个哨兵，会通过 INFO 和 hello 重新发现。")
        }
        F::Role { about, kind, role, before } => {
            format!("{about} 在表中是 {kind}；它的 INFO 先前为 {before}，现在为 {role}。")
        }
        F::RunIds { about, before, now } => {
            format!("{about} 的运行 ID 原为 {before}，现为 {now}：在该地址回答的是另一个进程。")
        }
        F::Configured { who, about, quorum } => {
            format!("{who} 由配置文件或 SENTINEL MONITOR 指定监控 {about}，quorum 为 {quorum}。")
        }
        F::Command { command } => format!("有客户端发出了命令 {command}。"),
        F::SetTo { words } => format!("此处从现在起：{words}。其他哨兵保留各自的设置。"),
        F::TimerGap { gap, limit } => {
            format!("定时器与上一次相隔 {gap}；超过 {limit} 或为负都不可信。")
        }
        F::TiltHolds { left } => format!("TILT：还有 {left} 只观察和回答，不采取行动。"),
        F::TiltOver { limit } => format!("{limit} 内没有再出现这样的跳变。"),
        F::TiltSkips => "在此之前，它不改变任何下线标志，不发起故障转移，一律回答“未下线”。".to_owned(),
        F::Script { words, attempts } => format!("脚本失败：{words}。一个脚本最多尝试 {attempts} 次。"),
        F::ScriptLimit { words, limit } => format!("脚本运行超过 {limit}，已被终止：{words}。"),
        F::ScriptBegan { words, running_max } => {
            format!("启动了队列中的一个脚本（{words}）；最多同时运行 {running_max} 个。")
        }
        F::ScriptEnded { words } => format!("一个脚本结束：进程号、退出码和信号为 {words}。"),
        F::DialFailed { about, again } => {
            format!("连接 {about} 立即失败；{again} 之后再试。不算发出过 PING。")
        }
        F::Saved => "重启后必须保留的内容有变化，在任何人得知之前已写入磁盘。".to_owned(),
        F::Said { text } => text.clone(),
        F::WithTimer { gap } => format!("条件全部满足：随下一次定时器发生，即上一次之后 {gap}。"),
        F::Nothing { about, silent, limit } => {
            format!("{about} 有回复：沉默 {silent}，上限 {limit}。预计不会有事发生。")
        }
        F::NotRunning { who } => format!("{who} 没有运行，什么也不等。其他哨兵仍把它算作投票者。"),
        F::StandsStill { who } => format!("{who} 被冻结。停顿若超过 2 秒，恢复后会进入 TILT。"),
    }
}
