//! English.

#![allow(clippy::match_same_arms, reason = "each text has its own line, whichever says the same today")]

use crate::i18n::{Phrase, Text, ended};

#[allow(clippy::too_many_lines, reason = "one line a text")]
pub(super) const fn text(text: Text) -> &'static str {
    use Text as T;
    match text {
        T::Tagline => "Redis Sentinel, whole and alive",
        T::NotAffiliated => "Not affiliated with Redis",
        T::Scenario => "Scenario",
        T::OpenFile => "Open a scenario or sentinel.conf…",
        T::Restart => "Start again",
        T::NewSeed => "Start again with other dice",
        T::ThemeAuto => "Theme: as the system",
        T::ThemeLight => "Theme: light",
        T::ThemeDark => "Theme: dark",
        T::Language => "Language",
        T::Help => "Help and keys",
        T::FullScreen => "Full screen",
        T::Close => "Close",
        T::Transport => "Time",
        T::Play => "Play",
        T::Pause => "Pause",
        T::StepPacket => "Next packet arrives",
        T::StepEvent => "Next log line",
        T::StepNotable => "Next notable event",
        T::BackPacket => "Previous packet",
        T::BackEvent => "Previous log line",
        T::BackNotable => "Previous notable event",
        T::ToStart => "To the beginning",
        T::ToEnd => "To the latest moment",
        T::Director => "Auto pace",
        T::DirectorHint => "Auto pace: slow while something decisive is under way, quick through waiting",
        T::Speed => "Speed",
        T::Slower => "Slower",
        T::Faster => "Faster",
        T::Playhead => "Moment shown",
        T::Overview => "The whole run",
        T::Epoch => "epoch",
        T::Stage => "The cluster",
        T::Tools => "Tools",
        T::ToolSelect => "Select",
        T::ToolCut => "Cut",
        T::ToolKill => "Kill",
        T::ToolFreeze => "Freeze",
        T::ToolIsolate => "Isolate",
        T::ToolSelectHint => "Select: click a node to inspect it, drag to move it",
        T::ToolKillHint => "Kill: click a node to end its process, or to start it again",
        T::ToolFreezeHint => "Freeze: click a node to stop its process (SIGSTOP), or to resume it",
        T::ToolIsolateHint => "Isolate: click a node to take its host off the network, or to put it back",
        T::AddReplica => "Add a replica",
        T::AddSentinel => "Add a sentinel",
        T::HealAll => "Mend all links",
        T::Legend => "Legend",
        T::LegendDispute => "sentinels disagree",
        T::LegendSuspicion => "how long the master has been silent",
        T::Kill => "Kill",
        T::Terminate => "Shut down (SIGTERM)",
        T::Freeze => "Freeze",
        T::Resume => "Resume",
        T::StartAnew => "Kill and start again",
        T::Busy => "Make busy for 5 s",
        T::Start => "Start",
        T::KillHost => "Kill the host",
        T::ReviveHost => "Bring the host back",
        T::Isolate => "Isolate the host",
        T::Rejoin => "Reconnect the host",
        T::Remove => "Remove",
        T::Cut => "Cut",
        T::Mend => "Mend",
        T::Drop => "Drop",
        T::Delay => "Delay by 200 ms",
        T::Reset => "Reset the connection",
        T::Failover => "SENTINEL FAILOVER",
        T::Master => "master",
        T::Replica => "replica",
        T::Sentinel => "sentinel",
        T::Client => "client",
        T::Ok => "well",
        T::Suspect => "silent",
        T::Sdown => "subjectively down",
        T::Odown => "objectively down",
        T::Dead => "not running",
        T::Frozen => "frozen",
        T::Tilt => "TILT",
        T::Leader => "leads the failover",
        T::Candidate => "asks for votes",
        T::Promoted => "being promoted",
        T::Syncing => "synchronising",
        T::LinkDown => "link to master down",
        T::OffNetwork => "off the network",
        T::Unknown => "never heard of",
        T::Itself => "itself",
        T::PanelNode => "Node",
        T::PanelBeliefs => "Beliefs",
        T::PanelWhy => "Why?",
        T::PanelVotes => "Votes",
        T::PanelSettings => "Settings",
        T::PanelLog => "Log",
        T::PanelLanes => "Lanes",
        T::PanelsLabel => "Panels",
        T::WatchedMaster => "About the master",
        T::NothingSelected => "Select a sentinel to see the cluster as it sees it, or any node to act on it.",
        T::Address => "Address",
        T::Follows => "Follows",
        T::Offset => "Replication offset",
        T::Priority => "Priority",
        T::Keys => "Keys",
        T::RunId => "Run id",
        T::AttachedReplicas => "Attached replicas",
        T::WatchesMaster => "Monitors",
        T::ConfigEpoch => "Configuration epoch",
        T::Vote => "Last vote",
        T::VoteShort => "vote",
        T::NoVote => "none yet",
        T::Believes => "What it believes",
        T::Silence => "Silent for",
        T::LastPing => "Last valid reply",
        T::LastInfo => "Last INFO",
        T::TimerPing => "No valid reply from the master",
        T::FailoverState => "Failover",
        T::NoFailover => "runs no failover",
        T::Acked => "Writes acknowledged",
        T::Failed => "Writes refused",
        T::Lost => "Acknowledged but lost",
        T::WritesTo => "Writes to",
        T::Nobody => "nobody",
        T::BeliefsHint => {
            "A row is what one sentinel believes. A cell fills while no valid reply comes; full, the instance is subjectively down for that sentinel alone."
        }
        T::BeliefsRow => "sees",
        T::VotesHint => "Each sentinel has one vote an epoch and gives it to the first who asks.",
        T::VotesNone => {
            "No vote has been asked for yet. Kill the master, and the sentinels will need a leader."
        }
        T::VotesPast => "As the log tells it",
        T::NotElected => "not elected in time",
        T::Elected => "elected",
        T::SettingsSentinel => "Sentinels",
        T::SettingsNetwork => "Network, each way",
        T::Latency => "Latency",
        T::Jitter => "Jitter",
        T::Loss => "Loss",
        T::SettingsHint => "Sent to every running sentinel as SENTINEL SET, while it runs.",
        T::NetworkHint => {
            "For all links between hosts. A lost packet is sent again by TCP: loss shows as delay."
        }
        T::QuorumOne => "One confused sentinel can start an election; it still cannot win one alone.",
        T::DownAfterHint => "Silence that long makes an instance subjectively down.",
        T::FailoverTimeoutHint => "Limits a failover's states; a new try waits for twice as long.",
        T::ParallelSyncsHint => "Replicas pointed to the new master at the same time.",
        T::SettingsServers => "Redis servers",
        T::ServersHint => {
            "Sent to every running server as CONFIG SET, while it runs. Each has a priority of its own: select it."
        }
        T::PriorityHint => {
            "Of the replicas fit to be promoted the lowest number wins. Sentinels read it in INFO, every 10 s."
        }
        T::PriorityZero => "0: it is never promoted. Sentinels read it in INFO, every 10 s.",
        T::MinReplicasOff => {
            "Off: a master takes writes that no replica hears of, and a failover loses them."
        }
        T::MaxLagHint => {
            "Only replicas whose last acknowledgement is no older count; with 0 none of this applies."
        }
        T::Writer => "Writing client",
        T::WriterHint => {
            "Asks the sentinels for the master and writes to it. The stage counts what was acknowledged, refused and lost."
        }
        T::Pace => "Writes per second",
        T::PaceHint => {
            "It pauses for that long after each reply or error, so slow replies mean fewer writes."
        }
        T::WriterOn => "Start a client that writes",
        T::WriterOff => "Stop it",
        T::LogEmpty => {
            "Nothing has gone wrong yet. Click a node or a link to break something, or let auto pace do it."
        }
        T::LogSentinels => "Sentinels",
        T::LogAll => "All lines",
        T::LogNotable => "Notable only",
        T::LogCopy => "Copy the log",
        T::LogNotCopied => "The browser did not allow copying. The log can be saved as a file with Share.",
        T::LogCopied => "Copied",
        T::LogSearch => "Search",
        T::LogEarlier => "Earlier lines",
        T::LogNotFound => "No line up to the playhead has that.",
        T::LogWords => "Log and wire say “slave” where Redis today says replica.",
        T::DrawerTaller => "Make the panel taller",
        T::LanesHint => "Drag to zoom, click to go there",
        T::PacketLost => "lost",
        T::Closer => "A closer look at the picture",
        T::Further => "See more of the picture",
        T::ZoomIn => "Show less time",
        T::ZoomAuto => "Follow the pace",
        T::ZoomOut => "Show more time",
        T::JumpHere => "Go to this moment",
        T::ScenarioFile => "From a file",
        T::PHandshake => "connection handshake",
        T::PClose => "connection end",
        T::PPing => "PING",
        T::PPong => "reply to PING",
        T::PInfo => "INFO",
        T::PInfoReply => "reply to INFO",
        T::PHello => "hello (PUBLISH)",
        T::PPushed => "hello, pushed to a subscriber",
        T::PAskDown => "is the master down?",
        T::PAskDownYes => "yes, it is down",
        T::PAskDownNo => "no, it is not down",
        T::PVoteRequest => "vote for me",
        T::PVoteYes => "you have my vote",
        T::PVoteNo => "my vote went to another",
        T::PReconfigure => "SLAVEOF",
        T::PReplication => "replication",
        T::PDataset => "whole dataset",
        T::PWrite => "write",
        T::PCommand => "command",
        T::PReply => "reply",
        T::TipMore => "… and more: open it",
        T::HelpIntro => {
            "A simulated Redis Sentinel cluster that follows Redis 7.0’s rules. Break something and watch it recover."
        }
        T::HelpPlay => {
            "Time: play, pause, step, drag the strip at the bottom to go back. Auto pace slows down for votes and hurries through waiting."
        }
        T::HelpTools => "Tools: choose one, then click a node or a link. Or click a node and use its menu.",
        T::HelpNodes => {
            "Squares are Redis servers, circles are sentinels. A filled square is a master. A dashed ring: one sentinel believes it down. A thick ring: enough sentinels agree."
        }
        T::HelpKeys => "Keys",
        T::KeyPlay => "play or pause",
        T::KeyStep => "next or previous packet",
        T::KeyStepEvent => "next or previous log line",
        T::KeyNotable => "next or previous notable event",
        T::KeyDirector => "auto pace on or off",
        T::KeySpeed => "slower or faster",
        T::KeyArrows => "move between nodes, when one has the focus",
        T::KeyMenu => "open the menu of the focused node or link",
        T::KeyKill => "kill or start the selected node",
        T::KeyFreeze => "freeze or resume the selected node",
        T::KeyCut => "isolate or reconnect the selected node’s host",
        T::KeyWhy => "why? about the selected node, or the last event",
        T::KeySelect => "see as that sentinel, and select it",
        T::KeyTruth => "see the truth, select nothing",
        T::KeyHelp => "this help",
        T::KeyEscape => "close, or select nothing",
        T::Read => "Got it",
        T::CrashTitle => "The simulation has crashed",
        T::CrashBody => {
            "This is a bug in the page, not in Redis. The text below says how to make it happen again; please keep it for a report."
        }
        T::CrashReload => "Reload the page",
        T::Quiet => "All is well. Click a node or a link to break something.",
        T::Hello => {
            "Three sentinels watch a master and its replicas. In a moment the master will die. Watch what they do about it."
        }
        T::PanelConsole => "Console",
        T::ConsoleNode => "Node",
        T::ConsoleInput => "A command, as you would type it to redis-cli",
        T::ConsoleHint => {
            "Any sentinel or Redis server, any command that it knows. Tab completes, ↑ and ↓ go through what was typed. As with redis-cli the connection stays until Ctrl-C leaves it; an accepted AUTH is given again."
        }
        T::ConsoleRun => "Send",
        T::ConsoleClear => "Clear",
        T::ConsoleOutput => "Commands and replies",
        T::ConsoleWords => "Suggestions",
        T::ConsolePending => "on its way…",
        T::ConsoleWait => "Let it answer",
        T::ConsolePaused => "Time stands still; it moves on just until the reply has come.",
        T::ConsoleFrozen => "no reply: the process stands still, and redis-cli waits",
        T::ConsoleHostDead => "the host is dead, and nobody can type there",
        T::ConsoleLeave => "Leave (Ctrl-C)",
        T::ConsoleCut => "Older lines are no longer kept.",
        T::RunCommand => "Run a command…",
        T::KeyConsole => "the console",
        T::KeyLeave => "in the console: end what it reads or waits for, and the connection",
        T::KeyPhase => "next or previous phase: down, agreed, candidate, leader, promoted, over",
        T::KeyTour => "step of a tour, by a presenter's remote, too",
        T::KeyLinks => "to the links; there arrows lead from one to the next, Enter opens one",
        T::KeyTranscript => "the transcript: the run in words",
        T::KeyMove => "with a node in focus: move it",
        T::KeyCutOff => "cut the selected node off, together with others",
        T::KeyBeliefs => "in the beliefs: from cell to cell; Enter asks why",
        T::KeyLanes => "in the lanes: from mark to mark, with Shift to messages, too; Enter goes there",
        T::KeySearch => "search the log",
        T::OpenTitle => "Open a scenario or a sentinel.conf",
        T::OpenHint => {
            "A scenario is JSON that says who is there and what happens when. A sentinel.conf becomes a cluster: what it monitors, knows and announces, and the replicas and sentinels that it lacks. It stays on this page; nothing is sent anywhere."
        }
        T::OpenChoose => "Choose a file…",
        T::OpenPaste => "Its text: paste it, or write here",
        T::OpenRun => "Run it",
        T::OpenNotes => "What was made of it",
        T::OpenExample => "An example",
    }
}

#[allow(clippy::too_many_lines, reason = "one line a sentence")]
pub(super) fn phrase(phrase: &Phrase<'_>) -> String {
    use Phrase as P;
    match *phrase {
        P::Factor(speed) => format!("1 s here = {speed} simulated"),
        P::Voted { voter, candidate, leader, epoch } => {
            if candidate == leader {
                format!("{candidate} counts the vote of {voter} in epoch {epoch}.")
            } else {
                format!("{candidate} hears that {voter} gave its vote of epoch {epoch} to {leader}.")
            }
        }
        P::QuorumMeans { quorum, sentinels, majority } => format!(
            "{quorum} of {sentinels} must agree that it is down. Electing a leader takes {} of {sentinels}.",
            quorum.max(majority)
        ),
        P::QuorumTooHigh { quorum, sentinels } => format!(
            "{quorum} can never agree: there are only {sentinels}. The master will never be objectively down."
        ),
        P::MinReplicas { master, replicas, silent: 0, .. } => {
            format!("{master} refuses every write (NOREPLICAS): it has only {replicas}.")
        }
        P::MinReplicas { master, replicas, silent, lag } => format!(
            "{master} refuses writes (NOREPLICAS) while {silent} of its {replicas} replicas {} been silent for over {lag} s.",
            if silent == 1 { "has" } else { "have" }
        ),
        P::Killed(who) => format!("{who} was killed: its connections are closed, new ones refused."),
        P::Terminated(who) => format!("{who} was shut down."),
        P::Froze(who) => format!("{who} was frozen: it keeps its connections and answers nothing."),
        P::Resumed(who) => format!("{who} was resumed: it works off what has queued."),
        P::Stalled(who, span) => format!("{who} gets no processor for {span}: what comes meanwhile waits."),
        P::Started(who, false) => format!("{who} was started with its configuration on disk."),
        P::Started(who, true) => format!("{who} was started with another configuration."),
        P::HostDied(host) => format!("The host {host} died: silence, nothing is refused."),
        P::HostBack(host) => format!("The host {host} is back; its processes are to be started."),
        P::HostLink(host, up) => {
            if up {
                format!("The host {host} is back on the network.")
            } else {
                format!("The host {host} is off the network: what is sent to it vanishes.")
            }
        }
        P::Cut(a, b) => format!("The link between {a} and {b} is cut: what is sent vanishes."),
        P::CutOneWay(from, to) => {
            format!("Nothing gets from {from} to {to} any more; the way back is open.")
        }
        P::CutOnly(from, to) => format!("Cut {from} → {to} only"),
        P::Mended(a, b) => format!("The link between {a} and {b} is mended."),
        P::Partitioned(groups) => format!("The network is split: {groups}."),
        P::Script(who, path, true) => format!("{who} finds {path} again and can run it."),
        P::Script(who, path, false) => format!("{path} is missing for {who}, or cannot be run."),
        P::Disk(who, Some(error)) => {
            format!("{who} can no longer save its configuration ({error}); what it saved before stays.")
        }
        P::Disk(who, None) => format!("{who} can save its configuration again."),
        P::NamesChanged => "What host names mean has changed.".to_owned(),
        P::Healed => "All links are mended.".to_owned(),
        P::LinkNow(which, takes, loss) => format!("{which}: {takes} one way, {loss} lost. "),
        P::PacketDropped => "A packet was dropped; TCP will send it again.".to_owned(),
        P::PacketDelayed => "A packet was delayed; what follows it waits.".to_owned(),
        P::PacketReset => "A connection was reset.".to_owned(),
        P::Commanded(who, words) => format!("To {who}: {words}"),
        P::Filled(who, count) => format!("{count} keys were written to {who}."),
        P::WriterStarted(who) => format!("{who} begins to write."),
        P::WriterStopped(who) => format!("{who} stopped writing."),
        P::WriterPaced(who, rate) => format!("{who} writes {rate} times a second from now on."),
        P::ReplicaAdded => {
            "A new replica follows the master; the sentinels will find it in its INFO.".to_owned()
        }
        P::SentinelAdded => "A new sentinel monitors the master; the others will hear its hello.".to_owned(),
        P::Removed(who) => format!("{who} is gone for good; the sentinels do not know that."),
        P::Refused(why) => format!("Not done: {}.", ended(why)),
        P::BadFile(file, why) => {
            format!("{file} was not opened: {}. The running world is as it was.", ended(why))
        }
        P::Opened(file) => format!("{file} is running."),
        P::LinksCut(count) => format!("{count} links are cut: what is sent over them vanishes."),
        P::LeftOut(count) => {
            format!("A large cluster: {count} more, whom nobody takes to be down, have no column.")
        }
        P::Done(what) => what.to_owned(),
        P::NodeLabel(name, role, state) => format!("{name}, {role}, {state}"),
        P::LinkLabel(a, b, latency, loss) => format!("Link {a}–{b}: {latency}, {loss} lost"),
        P::PacketLabel(kind, from, to) => format!("{kind}: {from} → {to}"),
        P::InLogs(time) => format!("{time} in the logs"),
        P::LinesFound(count, more) => format!("{count}{} found", if more { "+" } else { "" }),
        P::Routine(count) => format!(
            "{count} routine messages came here (PING, PONG, INFO, hello, replication). Zoom in to see them."
        ),
        P::Votes { votes, needed, voters } => {
            format!("{votes} vote{}, {needed} needed, {voters} voters", if votes == 1 { "" } else { "s" })
        }
        P::VotesNeeded { quorum, voters } => format!(
            "needed: the larger of the quorum, {quorum}, and the majority of {voters}, {}",
            voters / 2 + 1
        ),
        P::InState { state, since } => format!("{state} for {since}"),
        P::InStateLimit(limit) => format!("at most {limit}"),
        P::Epoch(epoch) => format!("epoch {epoch}"),
        P::SilentFor(silent, limit) => format!("silent for {silent} of {limit}"),
        P::VoteFor(who, epoch) => format!("{who}, epoch {epoch}"),
        P::TiltLeft(seconds) => format!("TILT, {seconds} s left"),
    }
}
