//! Chinese: the words around a run.

#![allow(clippy::match_same_arms, reason = "each text has its own line, whichever says the same today")]

use crate::i18n::{Guide, Told};
use crate::scenario::share::{Problem, ShareError};

#[allow(clippy::too_many_lines, reason = "one line a text")]
pub(super) const fn text(text: Guide) -> &'static str {
    use Guide as G;
    match text {
        G::Share => "分享与导出",
        G::ShareHint => "此链接可完全重现本次运行：场景、随机数、所有操作以及当前时刻。",
        G::CopyLink => "复制链接",
        G::CopyCode => "复制代码",
        G::Copied => "已复制",
        G::CopyByHand => "浏览器不允许复制；文字已选中，请手动复制。",
        G::Embed => "嵌入网页",
        G::EmbedHint => "舞台周围显示多少：",
        G::EmbedStage => "仅舞台",
        G::EmbedPlayer => "舞台与时间",
        G::EmbedPanels => "全部",
        G::EmbedStageHint => "画面与说明。在外层网页用消息让它播放之前静止不动。",
        G::EmbedPlayerHint => "画面与时间：读者可以播放、单步、回看。",
        G::EmbedPanelsHint => "还有工具、各面板、日志与泳道；在窄栏中排在下方。",
        G::OpenInLab => "在实验室中打开",
        G::Export => "存为文件",
        G::ExportRun => "运行（可在此重新打开）",
        G::ExportLog => "日志，与 Redis 格式相同",
        G::ExportCapture => "发生的一切，JSON",
        G::ExportScenario => "场景文件",
        G::ExportTranscript => "文字记录",
        G::ExportSvg => "图片，SVG",
        G::ExportPng => "图片，PNG",
        G::NoPicture => "浏览器无法绘制图片；可改用 SVG。",
        G::Restored => "已恢复上次的会话，停在你离开的时刻。",
        G::Catalogue => "场景与导览",
        G::CatalogueHint => "导览边播边讲，请你下注、动手，编号是建议的顺序；场景只是播放。",
        G::NothingFound => "没有包含这些词的条目。",
        G::Tours => "从这里开始",
        G::StartTour => "导览 ",
        G::StartScenario => "播放",
        G::ComparedBadge => "与真实 Redis 对比",
        G::Tour => "导览",
        G::LeaveTour => "离开导览",
        G::ToSandbox => "跳到沙盒",
        G::Next => "下一步",
        G::Back => "上一步",
        G::Again => "重做这一步",
        G::Finish => "完成",
        G::TourSays => "教程说：",
        G::TourNotSo => "其实不然：",
        G::TourTask => "轮到你：",
        G::TourDone => "完成。",
        G::TourHelp => "替我做",
        G::TourBet => "你押哪个？",
        G::TourWait => "请看，正在进行。",
        G::TourGoOn => "继续播放",
        G::GhostBack => "回到原来",
        G::GhostForget => "丢弃",
        G::GhostMark => "首个差异",
        G::Phase => "下一阶段",
        G::BackPhase => "上一阶段",
        G::CutOff => "一起切断……",
        G::CutOffHint => {
            "选择同一侧的节点，例如一个可用区；有三个可用区时逐个设置。数值用于两侧之间的所有连线（单程）；切断与画线切断相同。"
        }
        G::Sides => "可用区与切断",
        G::SkipToStage => "跳到舞台",
        G::SkipToTranscript => "跳到文字记录",
        G::PanelTranscript => "文字记录",
        G::TranscriptHint => {
            "用文字叙述到目前为止的运行：每个阶段一个标题，投票和副本的选择各有表格。点时间即跳到那一刻。"
        }
        G::TranscriptEmpty => "还没有发生值得一提的事。",
        G::Beginning => "开始",
        G::Voter => "哨兵",
        G::VotedFor => "投给",
        G::VotedAt => "投出时间",
        G::HeardAt => "计入时间",
        G::Verdict => "结论",
        G::OnTheWay => "正在途中",
        G::Sent => "刚刚发送的消息",
        G::PanelClients => "客户端",
        G::NoClients => "没有客户端在写入。在下面启动一个，看看故障转移让它付出什么代价。",
        G::ClientsHint => "丢失：已确认，但不在当前主节点的数据里。",
        G::Client => "客户端",
        G::Acked => "已确认",
        G::Refused => "被拒绝",
        G::Lost => "丢失",
        G::Without => "没有主节点的时间",
        G::WhatIf => "若 min-replicas-to-write 为 1？",
        G::WhatIfHint => "在每个服务器上设 min-replicas-to-write 1，把同一运行重演到此刻。",
        G::WhatIfRun => "这样重演",
        G::MaxLag => "min-replicas-max-lag",
        G::Event => "首次出现",
        G::RecordedRuns => "真实 Redis 7.0.15",
        G::SimulatedRuns => "模拟",
        G::EditThis => "编辑当前场景",
        G::Becomes => "打开后的样子",
        G::BecomesHint => "输入、粘贴、拖入或选择文件：这里立即显示它会变成什么，或哪里有误。",
        G::ShowWhere => "定位",
        G::WrongHere => "有误（原因为英文）",
        G::KindScenario => "场景",
        G::KindConf => "由此 sentinel.conf 得到的集群",
        G::KindTour => "导览",
        G::KindRun => "运行",
        G::WhatHappens => "何时发生什么",
        G::NothingHappens => "不会自行发生任何事。",
        G::Steps => "各步骤",
        G::WhatWasDone => "何时做了什么",
        G::NothingDone => "没有手动操作。",
        G::DocScenarios => "场景怎么写（英文）",
        G::DocTours => "导览怎么写（英文）",
        G::DocEmbed => "链接、嵌入及其消息的格式（英文）",
        G::Film => "存为影片",
        G::FilmHint => "从此刻起按当前速度播放这么多模拟秒，并把画面连同时钟和说明存下来。",
        G::FilmUnable => "此浏览器不能录制影片。",
        G::FilmStop => "停止并保存",
        G::ThisRun => "本次运行",
        G::NotYet => "尚未",
        G::Equal => "一致",
        G::ByChance => "偶然",
        G::Apart => "有别",
        G::RecordedHint => {
            "故障后的秒数，以最先记录的哨兵为准：中位数，括号内为最早与最晚。≈ 偶然：本次运行落在录制范围之外，单次运行难免如此，其后各项也会随之偏离。"
        }
        G::PlaysOthers => "正在用别的骰子重演此场景……",
        G::NotSimulated => "如何判定，以及没有模拟的",
        G::NotSimulatedList => {
            "有别：模拟运行与录制运行可以区分开，依据是出现的次数（Fisher 精确检验）或时间（Mann-Whitney 检验），p < 0.005，且差别足够大：四分之一的运行，或 150 毫秒且 5 %。
TCP 的窗口与带宽：长回复与短回复同样快。
ARP 条目的老化：断网许多秒之后，真实主机要先互相询问地址，至多一秒。
TLS。
Redis 服务器中哨兵和写客户端都察觉不到的部分：0 号以外的数据库、RESP3、过期、慢日志、内存、客户端跟踪。这类命令会回答“未模拟”。
DEBUG 总是允许；真实的 Redis 7.0 需要 enable-debug-command。
全量同步之后追加文件的第二代：这里始终是第一代。"
        }
    }
}

pub(super) fn told(told: &Told<'_>) -> String {
    use Told as T;
    match *told {
        T::LinkLength(bytes, max) => format!("{bytes} / {max} 个字符"),
        T::LinkTooLong(bytes, max) => {
            format!("包含全部操作的链接将有 {bytes} 个字符，超过 {max}。请把运行存为文件。")
        }
        T::Fingerprint(hash) => format!("到此刻为止的运行指纹：{hash}"),
        T::NotOpened(why) => format!("未能打开此运行：{}。", refused(why)),
        T::TourNotOpened(file, why) => {
            format!("未能打开导览 {file}，正在运行的世界保持原样。请改正文件后再打开。原因（英文）：{why}。")
        }
        T::Skipped(n) => format!("链接中有 {n} 处无法使用，已跳过："),
        T::Problem(Problem::UnknownField(name)) => format!("未知字段“{name}”"),
        T::Problem(Problem::BadField(name)) => format!("字段“{name}”缺失、重复或无意义"),
        T::Problem(Problem::BadAction(n, text)) => format!("第 {n} 个操作“{text}”无法理解"),
        T::Problem(Problem::CutOff(n)) => format!("链接不完整：前 {n} 个操作之后的内容缺失"),
        T::Problem(Problem::TooManyActions(n)) => format!("最后 {n} 个操作过多"),
        T::Impossible(text, why) => format!("“{text}”无法执行，已跳过。原因（英文）：{why}"),
        T::Step(n, of) => format!("{n} / {of}"),
        T::Forked(at) => format!("你在 {at} 改变了过去。"),
        T::Same => "到目前为止两个未来一致。".to_owned(),
        T::Differs(at) => format!("从 {at} 起出现差异。"),
        T::Was(what) => format!("原来：{what}。"),
        T::Is(what) => format!("现在：{what}。"),
        T::NewMaster(name, at) => format!("{name} 于 {at} 成为主节点"),
        T::NoMaster(0, _) => "没有故障转移".to_owned(),
        T::NoMaster(tries, aborts) => format!("没有新主节点，尝试 {tries} 次，放弃 {aborts} 次"),
        T::Would { name, lost, would, refused } => {
            format!("{name}：丢失 {would} 个而非 {lost} 个；{refused} 个被拒绝或失败。")
        }
        T::Between(from, to) => format!("确认于 {from} 至 {to} 之间"),
        T::RecordedTimes(n) => format!("{n} 次运行"),
        T::NotToldApart(equal, of) => {
            format!("{of} 个事件中有 {equal} 个：模拟运行与真实 Redis 的运行无法区分。")
        }
        T::Ballot(epoch) => format!("纪元 {epoch} 的投票"),
        T::Filming(now, end) => format!("正在录制：{now} / {end}"),
        T::Cast { servers, sentinels, clients, hosts } => {
            let many = |n: usize, what: &str| (n > 0).then(|| format!("{n} 个{what}"));
            let all = [many(servers, " Redis 服务器"), many(sentinels, "哨兵"), many(clients, "客户端")];
            let all = all.into_iter().flatten().collect::<Vec<_>>().join("、");
            format!("{all}，分布在 {hosts} 台主机上")
        }
        T::InRuns(n, of) => format!("{of} 次中的 {n} 次"),
    }
}

fn refused(why: &ShareError) -> String {
    match why {
        ShareError::UnknownVersion(version) => format!("未知版本“{version}”"),
        ShareError::UnknownScenario(id) => format!("这里没有场景“{id}”"),
        ShareError::NoScenario => "没有指明场景".to_owned(),
        ShareError::Damaged => "其中的场景在途中损坏".to_owned(),
        ShareError::CutOff => "它在场景中间被截断".to_owned(),
        ShareError::TooLarge => "太大".to_owned(),
        ShareError::Scenario(error) => format!("其中的场景有误，请改正后再打开；原因（英文）：{error}"),
    }
}
