//! Chinese.

#![allow(clippy::match_same_arms, reason = "each text has its own line, whichever says the same today")]

use crate::i18n::{Phrase, Text, ended};

#[allow(clippy::too_many_lines, reason = "one line a text")]
pub(super) const fn text(text: Text) -> &'static str {
    use Text as T;
    match text {
        T::Tagline => "完整而鲜活的 Redis Sentinel",
        T::NotAffiliated => "与 Redis 官方无关",
        T::Scenario => "场景",
        T::OpenFile => "打开场景或 sentinel.conf…",
        T::Restart => "重新开始",
        T::NewSeed => "换一组随机数重新开始",
        T::ThemeAuto => "主题：跟随系统",
        T::ThemeLight => "主题：浅色",
        T::ThemeDark => "主题：深色",
        T::Language => "语言",
        T::Help => "帮助与按键",
        T::FullScreen => "全屏",
        T::Close => "关闭",
        T::Transport => "时间",
        T::Play => "播放",
        T::Pause => "暂停",
        T::StepPacket => "到下一个数据包到达",
        T::StepEvent => "到下一行日志",
        T::StepNotable => "到下一个重要事件",
        T::BackPacket => "到上一个数据包",
        T::BackEvent => "到上一行日志",
        T::BackNotable => "到上一个重要事件",
        T::ToStart => "到开头",
        T::ToEnd => "到最新时刻",
        T::Director => "自动节奏",
        T::DirectorHint => "自动节奏：关键时刻放慢，等待时加快",
        T::Speed => "速度",
        T::Slower => "减速",
        T::Faster => "加速",
        T::Playhead => "当前时刻",
        T::Overview => "整个运行",
        T::Epoch => "纪元",
        T::Stage => "集群",
        T::Tools => "工具",
        T::ToolSelect => "选择",
        T::ToolCut => "切断",
        T::ToolKill => "杀死",
        T::ToolFreeze => "冻结",
        T::ToolIsolate => "隔离",
        T::ToolSelectHint => "选择：点击节点查看，拖动可移动",
        T::ToolKillHint => "杀死：点击节点结束其进程，或重新启动",
        T::ToolFreezeHint => "冻结：点击节点暂停其进程（SIGSTOP），或恢复",
        T::ToolIsolateHint => "隔离：点击节点使其主机断网，或恢复联网",
        T::AddReplica => "添加副本",
        T::AddSentinel => "添加哨兵",
        T::HealAll => "修复所有连线",
        T::Legend => "图例",
        T::LegendDispute => "哨兵们看法不一",
        T::LegendSuspicion => "主节点已沉默多久",
        T::Kill => "杀死",
        T::Terminate => "正常关闭（SIGTERM）",
        T::Freeze => "冻结",
        T::Resume => "恢复",
        T::StartAnew => "杀死并重新启动",
        T::Busy => "令其忙碌 5 秒",
        T::Start => "启动",
        T::KillHost => "主机断电",
        T::ReviveHost => "主机恢复",
        T::Isolate => "隔离主机",
        T::Rejoin => "主机联网",
        T::Remove => "移除",
        T::Cut => "切断",
        T::Mend => "修复",
        T::Drop => "丢弃",
        T::Delay => "延迟 200 毫秒",
        T::Reset => "重置连接",
        T::Failover => "SENTINEL FAILOVER",
        T::Master => "主节点",
        T::Replica => "副本",
        T::Sentinel => "哨兵",
        T::Client => "客户端",
        T::Ok => "正常",
        T::Suspect => "沉默",
        T::Sdown => "主观下线",
        T::Odown => "客观下线",
        T::Dead => "未运行",
        T::Frozen => "冻结",
        T::Tilt => "TILT",
        T::Leader => "领导故障转移",
        T::Candidate => "正在拉票",
        T::Promoted => "正在提升",
        T::Syncing => "正在同步",
        T::LinkDown => "与主节点断开",
        T::OffNetwork => "断网",
        T::Unknown => "未知",
        T::Itself => "自己",
        T::PanelNode => "节点",
        T::PanelBeliefs => "看法",
        T::PanelWhy => "为什么",
        T::PanelVotes => "投票",
        T::PanelSettings => "设置",
        T::PanelLog => "日志",
        T::PanelLanes => "泳道",
        T::PanelsLabel => "面板",
        T::WatchedMaster => "所看的主节点",
        T::NothingSelected => "选择一个哨兵，看看它眼中的集群；或选择任意节点进行操作。",
        T::Address => "地址",
        T::Follows => "跟随",
        T::Offset => "复制偏移量",
        T::Priority => "优先级",
        T::Keys => "键数",
        T::RunId => "运行 ID",
        T::AttachedReplicas => "已连接副本",
        T::WatchesMaster => "监控",
        T::ConfigEpoch => "配置纪元",
        T::Vote => "最近一票",
        T::VoteShort => "投票",
        T::NoVote => "尚未投票",
        T::Believes => "它的看法",
        T::Silence => "沉默时长",
        T::LastPing => "最近有效回复",
        T::LastInfo => "最近 INFO",
        T::TimerPing => "主节点无有效回复",
        T::FailoverState => "故障转移",
        T::NoFailover => "没有进行故障转移",
        T::Acked => "已确认写入",
        T::Failed => "被拒写入",
        T::Lost => "已确认却丢失",
        T::WritesTo => "写入目标",
        T::Nobody => "无",
        T::BeliefsHint => {
            "每行是一个哨兵的看法。收不到有效回复时格子逐渐填满；填满时，仅对该哨兵而言该实例主观下线。"
        }
        T::BeliefsRow => "看到",
        T::VotesHint => "每个哨兵每个纪元只有一票，投给第一个来拉票的。",
        T::VotesNone => "还没有哨兵拉票。杀死主节点，它们就需要选出领导者。",
        T::VotesPast => "据日志所述",
        T::NotElected => "未能及时当选",
        T::Elected => "当选",
        T::SettingsSentinel => "哨兵",
        T::SettingsNetwork => "网络（单向）",
        T::Latency => "延迟",
        T::Jitter => "抖动",
        T::Loss => "丢包",
        T::SettingsHint => "以 SENTINEL SET 发给每个运行中的哨兵，即时生效。",
        T::NetworkHint => "作用于所有主机间的连线。丢失的包由 TCP 重传：丢包表现为延迟。",
        T::QuorumOne => "一个误判的哨兵就能发起选举，但它无法独自赢得选举。",
        T::DownAfterHint => "沉默这么久，实例即主观下线。",
        T::FailoverTimeoutHint => "限制故障转移各状态的时长；重试要等两倍时间。",
        T::ParallelSyncsHint => "同时转向新主节点的副本数。",
        T::SettingsServers => "Redis 服务器",
        T::ServersHint => "以 CONFIG SET 发给每个运行中的服务器，即时生效。优先级各不相同：请选中该服务器。",
        T::PriorityHint => "在合格的副本中，数值最小者被提升；哨兵每 10 秒从 INFO 中读到它。",
        T::PriorityZero => "0：永远不会被提升；哨兵每 10 秒从 INFO 中读到它。",
        T::MinReplicasOff => "未启用：即使没有副本收到，主节点也接受写入，故障转移时就会丢失。",
        T::MaxLagHint => "最近一次确认在此时间之内的副本才算数；为 0 则整个限制不生效。",
        T::Writer => "写入客户端",
        T::WriterHint => "向哨兵询问主节点，并向它写入。舞台上统计已确认、被拒绝和丢失的写入。",
        T::Pace => "每秒写入次数",
        T::PaceHint => "每次得到回复或出错后停顿相应的时间：回复慢则次数更少。",
        T::WriterOn => "启动写入客户端",
        T::WriterOff => "停止",
        T::LogEmpty => "还没有出什么问题。点击节点或连线制造故障，或交给自动节奏。",
        T::LogSentinels => "哨兵",
        T::LogAll => "全部",
        T::LogNotable => "仅重要",
        T::LogCopy => "复制日志",
        T::LogNotCopied => "浏览器不允许复制。可在“分享与导出”中把日志存为文件。",
        T::LogCopied => "已复制",
        T::LogSearch => "搜索",
        T::LogEarlier => "更早的行",
        T::LogNotFound => "播放头之前没有包含它的行。",
        T::LogWords => "日志与协议中写作 slave，即如今 Redis 所称的 replica（副本）。",
        T::DrawerTaller => "放大面板",
        T::LanesHint => "拖动可放大，点击可跳转",
        T::PacketLost => "丢失",
        T::Closer => "放大画面",
        T::Further => "缩小画面",
        T::ZoomIn => "缩短时间窗口",
        T::ZoomAuto => "跟随节奏",
        T::ZoomOut => "拉长时间窗口",
        T::JumpHere => "跳到此刻",
        T::ScenarioFile => "来自文件",
        T::PHandshake => "建立连接",
        T::PClose => "断开连接",
        T::PPing => "PING",
        T::PPong => "PING 的回复",
        T::PInfo => "INFO",
        T::PInfoReply => "INFO 的回复",
        T::PHello => "hello（PUBLISH）",
        T::PPushed => "推送给订阅者的 hello",
        T::PAskDown => "主节点下线了吗？",
        T::PAskDownYes => "是，已下线",
        T::PAskDownNo => "否，未下线",
        T::PVoteRequest => "请投我一票",
        T::PVoteYes => "我投给你",
        T::PVoteNo => "我已投给别人",
        T::PReconfigure => "SLAVEOF",
        T::PReplication => "复制流",
        T::PDataset => "完整数据集",
        T::PWrite => "写入",
        T::PCommand => "命令",
        T::PReply => "回复",
        T::TipMore => "……还有更多：请打开它",
        T::HelpIntro => "一个遵循 Redis 7.0 规则的模拟 Sentinel 集群。制造故障，看它如何恢复。",
        T::HelpPlay => {
            "时间：播放、暂停、单步；拖动底部时间条可回到过去。自动节奏在投票时放慢，在等待时加快。"
        }
        T::HelpTools => "工具：选一个，再点节点或连线；也可右键节点使用菜单。",
        T::HelpNodes => {
            "方形是 Redis，圆形是哨兵；实心方形是主节点。虚线环：某个哨兵认为它下线；粗环：足够多的哨兵同意。"
        }
        T::HelpKeys => "按键",
        T::KeyPlay => "播放或暂停",
        T::KeyStep => "下一个或上一个数据包",
        T::KeyStepEvent => "下一行或上一行日志",
        T::KeyNotable => "下一个或上一个重要事件",
        T::KeyDirector => "开关自动节奏",
        T::KeySpeed => "减速或加速",
        T::KeyArrows => "焦点在节点上时，在节点间移动",
        T::KeyMenu => "打开焦点处的菜单",
        T::KeyKill => "杀死或启动所选节点",
        T::KeyFreeze => "冻结或恢复所选节点",
        T::KeyCut => "隔离或恢复所选节点的主机",
        T::KeyWhy => "解释所选节点或最后的事件",
        T::KeySelect => "以该哨兵的视角看，并选中它",
        T::KeyTruth => "看真实情况，取消选择",
        T::KeyHelp => "本帮助",
        T::KeyEscape => "关闭，或取消选择",
        T::Read => "知道了",
        T::CrashTitle => "模拟已崩溃",
        T::CrashBody => "这是页面的错误，与 Redis 无关。下面的文字可用于重现，请保留以便报告。",
        T::CrashReload => "重新加载页面",
        T::Quiet => "一切正常。点击节点或连线制造故障。",
        T::Hello => "三个哨兵监视着一个主节点和它的副本。主节点马上就会宕机，看它们如何应对。",
        T::PanelConsole => "控制台",
        T::ConsoleNode => "节点",
        T::ConsoleInput => "命令，与在 redis-cli 中输入的一样",
        T::ConsoleHint => {
            "任意哨兵或 Redis 服务器，以及它所支持的任意命令。Tab 补全，↑ 和 ↓ 翻阅输入过的命令。与 redis-cli 一样，连接一直保持，直到按 Ctrl-C 退出；成功的 AUTH 会再次发送。"
        }
        T::ConsoleRun => "发送",
        T::ConsoleClear => "清空",
        T::ConsoleOutput => "命令与回复",
        T::ConsoleWords => "候选",
        T::ConsolePending => "等待回复……",
        T::ConsoleWait => "让它回复",
        T::ConsolePaused => "时间已暂停；只前进到收到回复为止。",
        T::ConsoleFrozen => "没有回复：进程被冻结，redis-cli 一直等待",
        T::ConsoleHostDead => "主机已断电，无法在其上输入",
        T::ConsoleLeave => "退出（Ctrl-C）",
        T::ConsoleCut => "更早的行不再保留。",
        T::RunCommand => "运行命令……",
        T::KeyConsole => "控制台",
        T::KeyLeave => "在控制台中：结束读取或等待，并断开连接",
        T::KeyPhase => {
            "下一或上一阶段：下线、同意、候选、领导、提升、结束；导览中 PgDn 和 PgUp（演示遥控器所发）翻到下一步和上一步"
        }
        T::KeyLinks => "到连线；方向键在连线之间移动，Enter 打开",
        T::KeyTranscript => "文字记录：用文字叙述这次运行",
        T::KeyMove => "节点获得焦点时：移动它",
        T::KeyCutOff => "把所选节点与其他节点一起切断",
        T::KeyBeliefs => "在看法表中：在格子间移动；Enter 询问原因",
        T::KeyLanes => "在泳道中：在标记间移动，按住 Shift 时也经过消息；Enter 跳到该时刻",
        T::KeySearch => "搜索日志",
        T::OpenTitle => "打开场景或 sentinel.conf",
        T::OpenHint => {
            "场景是 JSON：有哪些节点、何时发生什么。sentinel.conf 会变成一个集群：它所监控、知道和公布的一切，再补上缺少的副本和 Sentinel。内容只留在本页，不会发送到任何地方。"
        }
        T::OpenChoose => "选择文件……",
        T::OpenPaste => "其内容：可粘贴或在此编写",
        T::OpenRun => "运行",
        T::OpenNotes => "处理说明",
        T::OpenExample => "示例",
    }
}

#[allow(clippy::too_many_lines, reason = "one line a sentence")]
pub(super) fn phrase(phrase: &Phrase<'_>) -> String {
    use Phrase as P;
    match *phrase {
        P::Factor(speed) => format!("此处 1 秒 = 模拟 {speed}"),
        P::Voted { voter, candidate, leader, epoch } => {
            if candidate == leader {
                format!("{candidate} 在纪元 {epoch} 得到了 {voter} 的一票。")
            } else {
                format!("{candidate} 得知 {voter} 在纪元 {epoch} 把票投给了 {leader}。")
            }
        }
        P::QuorumMeans { quorum, sentinels, majority } => format!(
            "须有 {sentinels} 个中的 {quorum} 个同意其下线。选出领导者须 {sentinels} 票中的 {} 票。",
            quorum.max(majority)
        ),
        P::QuorumTooHigh { quorum, sentinels } => {
            format!("永远凑不齐 {quorum} 个：总共只有 {sentinels} 个。主节点永远不会客观下线。")
        }
        P::MinReplicas { master, replicas, silent: 0, .. } => {
            format!("{master} 只有 {replicas} 个副本：它拒绝一切写入（NOREPLICAS）。")
        }
        P::MinReplicas { master, replicas, silent, lag } => {
            format!(
                "{master} 的 {replicas} 个副本中有 {silent} 个沉默超过 {lag} 秒时，它拒绝写入（NOREPLICAS）。"
            )
        }
        P::Killed(who) => format!("{who} 被杀死：它的连接被关闭，新连接被拒绝。"),
        P::Terminated(who) => format!("{who} 已正常关闭。"),
        P::Froze(who) => format!("{who} 被冻结：连接还在，但不再应答。"),
        P::Resumed(who) => format!("{who} 已恢复：它将处理积压的消息。"),
        P::Stalled(who, span) => format!("{who} 在 {span} 内得不到处理器：其间到达的都要等待。"),
        P::Started(who, false) => format!("{who} 已启动，使用磁盘上的配置。"),
        P::Started(who, true) => format!("{who} 已启动，使用改过的配置。"),
        P::HostDied(host) => format!("主机 {host} 断电：一片沉寂，连拒绝都没有。"),
        P::HostBack(host) => format!("主机 {host} 已恢复；其进程需要启动。"),
        P::HostLink(host, up) => {
            if up {
                format!("主机 {host} 重新联网。")
            } else {
                format!("主机 {host} 断网：发给它的一切都会消失。")
            }
        }
        P::Cut(a, b) => format!("{a} 与 {b} 之间的连线已切断：发出的一切都会消失。"),
        P::CutOneWay(from, to) => format!("从 {from} 到 {to} 不再有任何东西通过；反方向仍通。"),
        P::CutOnly(from, to) => format!("只切断 {from} → {to}"),
        P::Mended(a, b) => format!("{a} 与 {b} 之间的连线已修复。"),
        P::Partitioned(groups) => format!("网络被分割：{groups}。"),
        P::Script(who, path, true) => format!("{who} 又能找到并执行 {path}。"),
        P::Script(who, path, false) => format!("{who} 找不到 {path}，或无法执行它。"),
        P::Disk(who, Some(error)) => format!("{who} 再也无法保存配置（{error}）；之前保存的仍在。"),
        P::Disk(who, None) => format!("{who} 又能保存配置了。"),
        P::NamesChanged => "主机名的解析已更改。".to_owned(),
        P::Healed => "所有连线已修复。".to_owned(),
        P::LinkNow(which, takes, loss) => format!("{which}：单程 {takes}，丢包 {loss}。"),
        P::PacketDropped => "一个数据包被丢弃；TCP 会重传。".to_owned(),
        P::PacketDelayed => "一个数据包被延迟；其后的都要等它。".to_owned(),
        P::PacketReset => "一个连接被重置。".to_owned(),
        P::Commanded(who, words) => format!("发给 {who}：{words}"),
        P::Filled(who, count) => format!("向 {who} 写入了 {count} 个键。"),
        P::WriterStarted(who) => format!("{who} 开始写入。"),
        P::WriterStopped(who) => format!("{who} 停止写入。"),
        P::WriterPaced(who, rate) => format!("{who}从现在起每秒写入 {rate} 次。"),
        P::ReplicaAdded => "新副本已跟随主节点；哨兵会从 INFO 中发现它。".to_owned(),
        P::SentinelAdded => "新哨兵开始监控主节点；其他哨兵会收到它的 hello。".to_owned(),
        P::Removed(who) => format!("{who} 已永久移除；而哨兵们并不知道。"),
        P::Refused(why) => {
            format!(
                "操作没有执行，世界保持原样。请确认目标还在、状态允许，再试一次。原因（英文）：{}。",
                ended(why)
            )
        }
        P::BadFile(file, why) => format!(
            "未能打开 {file}，正在运行的世界保持原样。请按下面的原因改正文件，再打开一次。原因（英文）：{}。",
            ended(why)
        ),
        P::Opened(file) => format!("{file} 正在运行。"),
        P::LinksCut(count) => format!("切断了 {count} 条连线：经过它们的一切都会消失。"),
        P::LeftOut(count) => format!("集群较大：另有 {count} 个实例没有哨兵认为其下线，不单独成列。"),
        P::Done(what) => what.to_owned(),
        P::NodeLabel(name, role, state) => format!("{name}，{role}，{state}"),
        P::LinkLabel(a, b, latency, loss) => format!("连线 {a}–{b}：{latency}，丢包 {loss}"),
        P::PacketLabel(kind, from, to) => format!("{kind}：{from} → {to}"),
        P::InLogs(time) => format!("日志中的时间 {time}"),
        P::LinesFound(count, more) => format!("找到 {count}{} 行", if more { "+" } else { "" }),
        P::Routine(count) => {
            format!("此处收到 {count} 条例行消息（PING、PONG、INFO、hello、复制）。放大可逐条查看。")
        }
        P::Votes { votes, needed, voters } => format!("{votes} 票，需要 {needed} 票，共 {voters} 个投票者"),
        P::VotesNeeded { quorum, voters } => {
            format!("需要：法定人数 {quorum} 与 {voters} 的多数 {} 中较大者", voters / 2 + 1)
        }
        P::InState { state, since } => format!("{state}，已 {since}"),
        P::InStateLimit(limit) => format!("最多 {limit}"),
        P::Epoch(epoch) => format!("纪元 {epoch}"),
        P::SilentFor(silent, limit) => format!("已沉默 {silent} / {limit}"),
        P::VoteFor(who, epoch) => format!("{who}，纪元 {epoch}"),
        P::TiltLeft(seconds) => format!("TILT，还剩 {seconds} 秒"),
    }
}
