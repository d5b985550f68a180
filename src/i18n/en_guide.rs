//! English: the words around a run.

#![allow(clippy::match_same_arms, reason = "each text has its own line, whichever says the same today")]

use crate::i18n::{Guide, Told};
use crate::scenario::share::{Problem, ShareError};

#[allow(clippy::too_many_lines, reason = "one line a text")]
pub(super) const fn text(text: Guide) -> &'static str {
    use Guide as G;
    match text {
        G::Share => "Share and export",
        G::ShareHint => {
            "The link replays exactly this run: scenario, dice, everything that was done, and this moment."
        }
        G::CopyLink => "Copy the link",
        G::CopyCode => "Copy the code",
        G::Copied => "Copied",
        G::CopyByHand => "The browser did not allow copying; the text is selected, copy it by hand.",
        G::Embed => "Embed in a page",
        G::EmbedHint => "How much stands around the stage:",
        G::EmbedStage => "Stage only",
        G::EmbedPlayer => "Stage and time",
        G::EmbedPanels => "Everything",
        G::EmbedStageHint => {
            "The picture and its caption. It stands still until the page around it has it play by a message."
        }
        G::EmbedPlayerHint => "The picture and time: readers play, step and go back.",
        G::EmbedPanelsHint => {
            "The tools, the panels, the log and the lanes as well; in a narrow column they stand below."
        }
        G::OpenInLab => "Open in the lab",
        G::Export => "Save as a file",
        G::ExportRun => "Run (to be opened here again)",
        G::ExportLog => "Log, as Redis prints it",
        G::ExportCapture => "What happened, as JSON",
        G::ExportScenario => "Scenario file",
        G::ExportTranscript => "Transcript in words",
        G::ExportSvg => "Picture, SVG",
        G::ExportPng => "Picture, PNG",
        G::NoPicture => "The browser could not draw the picture; the SVG may do.",
        G::Restored => "Your last session is open again, where you left it.",
        G::Catalogue => "Scenarios and tours",
        G::CatalogueHint => {
            "A tour explains as it goes, lets you bet and asks you to act; the numbers are a good order. A scenario only plays."
        }
        G::NothingFound => "None of them has these words.",
        G::Tours => "First steps",
        G::StartTour => "Take tour ",
        G::StartScenario => "Play",
        G::ComparedBadge => "Compare with real Redis",
        G::Tour => "Tour",
        G::LeaveTour => "Leave the tour",
        G::ToSandbox => "Skip to the sandbox",
        G::Next => "Next",
        G::Back => "Back",
        G::Again => "Step again",
        G::Finish => "Finish",
        G::TourSays => "The tutorial says: ",
        G::TourNotSo => "Not so: ",
        G::TourTask => "Your turn: ",
        G::TourDone => "Done. ",
        G::TourHelp => "Do it for me",
        G::TourBet => "Your bet? ",
        G::TourWait => "Watch: it is under way.",
        G::TourGoOn => "Play on",
        G::GhostBack => "Go back to it",
        G::GhostForget => "Forget it",
        G::GhostMark => "First difference",
        G::Phase => "Next phase",
        G::BackPhase => "Previous phase",
        G::CutOff => "Cut off with…",
        G::CutOffHint => {
            "Choose the nodes of one side, such as a zone. All links between them and the others get these values, each way. For three zones, do it zone by zone. Cut does what a drawn line does."
        }
        G::Sides => "Zones and cuts",
        G::SkipToStage => "Skip to the stage",
        G::SkipToTranscript => "Skip to the transcript",
        G::PanelTranscript => "Transcript",
        G::TranscriptHint => {
            "The run so far in words: a heading a phase, and tables of the votes and of the replicas that were weighed. A time goes to its moment."
        }
        G::TranscriptEmpty => "Nothing has happened yet that is worth a sentence.",
        G::Beginning => "The beginning",
        G::Voter => "Sentinel",
        G::VotedFor => "Votes for",
        G::VotedAt => "Given",
        G::HeardAt => "Counted",
        G::Verdict => "Verdict",
        G::OnTheWay => "On its way here",
        G::Sent => "Messages just now",
        G::PanelClients => "Clients",
        G::NoClients => "No client writes. Start one below, and see what a failover costs it.",
        G::ClientsHint => "Lost: acknowledged, and not in the data of the present master.",
        G::Client => "Client",
        G::Acked => "acknowledged",
        G::Refused => "refused",
        G::Lost => "lost",
        G::Without => "without a master",
        G::WhatIf => "With min-replicas-to-write 1?",
        G::WhatIfHint => {
            "Plays the same run again, up to this moment, with min-replicas-to-write 1 on every server."
        }
        G::WhatIfRun => "Play it so",
        G::MaxLag => "min-replicas-max-lag",
        G::Event => "First said",
        G::RecordedRuns => "Real Redis 7.0.15",
        G::SimulatedRuns => "Simulated",
        G::EditThis => "Edit this scenario",
        G::Becomes => "What it becomes",
        G::BecomesHint => {
            "Type, paste, drop or choose a file: here is shown at once what it becomes, or what is wrong."
        }
        G::ShowWhere => "Show where",
        G::WrongHere => "Not like this",
        G::KindScenario => "Scenario",
        G::KindConf => "A cluster of this sentinel.conf",
        G::KindTour => "Tour",
        G::KindRun => "Run",
        G::WhatHappens => "What happens when",
        G::NothingHappens => "Nothing happens by itself.",
        G::Steps => "Its steps",
        G::WhatWasDone => "What was done when",
        G::NothingDone => "Nothing was done by hand.",
        G::DocScenarios => "How a scenario is written",
        G::DocTours => "How a tour is written",
        G::DocEmbed => "What links, embeds and their messages are made of",
        G::Film => "Save as a film",
        G::FilmHint => {
            "Plays on from this moment for so many simulated seconds, at the pace that is set, and saves the stage with the clock and the captions."
        }
        G::FilmUnable => "This browser cannot record films.",
        G::FilmStop => "Stop and save",
        G::ThisRun => "This run",
        G::NotYet => "not yet",
        G::Equal => "equal",
        G::ByChance => "by chance",
        G::Apart => "differs",
        G::RecordedHint => {
            "Seconds after the failure, at whichever sentinel was first: median, earliest and latest. ≈ by chance: this run lies outside what was recorded, as a single run may, and what follows from it then does, too."
        }
        G::PlaysOthers => "Playing the scenario with other dice …",
        G::NotSimulated => "How it is judged, and what is not simulated",
        G::NotSimulatedList => {
            "Differs: simulated runs are told apart from recorded ones, by how many say it (Fisher's exact test) or when (Mann and Whitney's), p < 0.005, and by as much as matters: a quarter of the runs, or 150 ms and 5 %.
TCP's windows and bandwidth: a long answer takes no longer than a short one.
The ageing of ARP entries: after a cut of many seconds real hosts first ask for each other's address, up to a second.
TLS.
Of a Redis server what neither a Sentinel nor a writing client notices: databases above 0, RESP3, expiry, the slow log, memory, client tracking. Such commands are answered as not simulated.
DEBUG is always allowed; real Redis 7.0 wants enable-debug-command.
The second generation of an append-only file after a full synchronisation: here it is always the first."
        }
    }
}

pub(super) fn told(told: &Told<'_>) -> String {
    use Told as T;
    match *told {
        T::LinkLength(bytes, max) => format!("{bytes} of {max} characters"),
        T::LinkTooLong(bytes, max) => {
            format!(
                "With all that was done the link would have {bytes} characters, more than {max}. Save the run as a file instead."
            )
        }
        T::Fingerprint(hash) => format!("Fingerprint of the run up to here: {hash}"),
        T::NotOpened(why) => format!("This run was not opened: {}.", refused(why)),
        T::TourNotOpened(file, why) => format!("The tour {file} was not opened: {why}."),
        T::Skipped(n) => format!(
            "{n} part{} of this link could not be used and {} skipped:",
            if n == 1 { "" } else { "s" },
            if n == 1 { "was" } else { "were" }
        ),
        T::Problem(Problem::UnknownField(name)) => format!("the unknown field “{name}”"),
        T::Problem(Problem::BadField(name)) => format!("the field “{name}”, missing, twice or senseless"),
        T::Problem(Problem::BadAction(n, text)) => format!("action {n}, “{text}”, not understood"),
        T::Problem(Problem::CutOff(n)) => {
            format!("the link is cut off: what was done after the first {n} actions is missing")
        }
        T::Problem(Problem::TooManyActions(n)) => format!("the last {n} actions, too many"),
        T::Impossible(text, why) => format!("“{text}”, not possible: {why}"),
        T::Step(n, of) => format!("{n} of {of}"),
        T::Forked(at) => format!("You changed the past at {at}."),
        T::Same => "So far both futures agree.".to_owned(),
        T::Differs(at) => format!("They differ from {at} on."),
        T::Was(what) => format!("Then: {what}."),
        T::Is(what) => format!("Now: {what}."),
        T::NewMaster(name, at) => format!("{name} is master at {at}"),
        T::NoMaster(0, _) => "no failover".to_owned(),
        T::NoMaster(tries, aborts) => format!("no new master, {tries} tried, {aborts} given up"),
        T::Would { name, lost, would, refused } => {
            format!("{name}: {would} lost instead of {lost}; {refused} refused or failed.")
        }
        T::Between(from, to) => format!("acknowledged between {from} and {to}"),
        T::RecordedTimes(n) => format!("{n} runs"),
        T::NotToldApart(equal, of) => {
            format!("{equal} of {of} events: simulated runs are not told apart from those of real Redis.")
        }
        T::Ballot(epoch) => format!("The votes of epoch {epoch}"),
        T::Filming(now, end) => format!("Filming: {now} of {end}"),
        T::Cast { servers, sentinels, clients, hosts } => {
            let many = |n: usize, what: &str| match n {
                0 => None,
                1 => Some(format!("1 {what}")),
                n => Some(format!("{n} {what}s")),
            };
            let all = [many(servers, "Redis server"), many(sentinels, "sentinel"), many(clients, "client")];
            let all = all.into_iter().flatten().collect::<Vec<_>>().join(", ");
            format!("{all} on {}", many(hosts, "host").unwrap_or_default())
        }
        T::InRuns(n, of) => format!("in {n} of {of}"),
    }
}

fn refused(why: &ShareError) -> String {
    match why {
        ShareError::UnknownVersion(version) => format!("it is of the unknown version “{version}”"),
        ShareError::UnknownScenario(id) => format!("there is no scenario “{id}” here"),
        ShareError::NoScenario => "it names no scenario".to_owned(),
        ShareError::Damaged => "its scenario was damaged on the way".to_owned(),
        ShareError::CutOff => "it is cut off in the middle of its scenario".to_owned(),
        ShareError::TooLarge => "it is too large".to_owned(),
        ShareError::Scenario(error) => format!("its scenario makes no sense: {error}"),
    }
}
