//! The words around a run: links and exports, the catalogue, tours, forks, clients, recordings.

use crate::scenario::Group;
use crate::scenario::share::{Problem, ShareError};

/// A fixed text. Its words in each language are its documentation.
#[allow(missing_docs, reason = "the English text says it")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guide {
    // Links and exports
    Share,
    ShareHint,
    CopyLink,
    CopyCode,
    Copied,
    CopyByHand,
    Embed,
    EmbedHint,
    EmbedStage,
    EmbedPlayer,
    EmbedPanels,
    EmbedStageHint,
    EmbedPlayerHint,
    EmbedPanelsHint,
    OpenInLab,
    Export,
    ExportRun,
    ExportLog,
    ExportCapture,
    ExportScenario,
    ExportTranscript,
    ExportSvg,
    ExportPng,
    NoPicture,
    Restored,
    // The catalogue
    Catalogue,
    CatalogueHint,
    NothingFound,
    Tours,
    StartTour,
    StartScenario,
    ComparedBadge,
    // Tours
    Tour,
    LeaveTour,
    ToSandbox,
    Next,
    Back,
    Again,
    Finish,
    TourSays,
    TourNotSo,
    TourTask,
    TourDone,
    TourHelp,
    TourBet,
    TourWait,
    TourGoOn,
    // Forks
    GhostBack,
    GhostForget,
    GhostMark,
    Phase,
    BackPhase,
    // For everyone
    /// The search of the log.
    CutOff,
    CutOffHint,
    Sides,
    SkipToStage,
    SkipToTranscript,
    PanelTranscript,
    TranscriptHint,
    TranscriptEmpty,
    Beginning,
    Voter,
    VotedFor,
    VotedAt,
    HeardAt,
    Verdict,
    OnTheWay,
    Sent,
    // Clients
    PanelClients,
    NoClients,
    ClientsHint,
    Client,
    Acked,
    Refused,
    Lost,
    Without,
    WhatIf,
    WhatIfHint,
    WhatIfRun,
    MaxLag,
    // Recordings
    Event,
    RecordedRuns,
    SimulatedRuns,
    ThisRun,
    NotYet,
    Equal,
    ByChance,
    Apart,
    RecordedHint,
    PlaysOthers,
    NotSimulated,
    NotSimulatedList,
    // What a file becomes
    EditThis,
    Becomes,
    BecomesHint,
    ShowWhere,
    WrongHere,
    KindScenario,
    KindConf,
    KindTour,
    KindRun,
    WhatHappens,
    NothingHappens,
    Steps,
    WhatWasDone,
    NothingDone,
    DocScenarios,
    DocTours,
    DocEmbed,
    Film,
    FilmHint,
    FilmUnable,
    FilmStop,
}

/// A sentence.
#[derive(Clone, Copy, Debug)]
pub enum Told<'a> {
    /// How long the link is, of how much.
    LinkLength(usize, usize),
    /// The run is too long for a link: its length, and the limit.
    LinkTooLong(usize, usize),
    /// What tells two runs apart.
    Fingerprint(&'a str),
    /// A link or a run's file could not be opened at all.
    NotOpened(&'a ShareError),
    /// A tour's file could not be opened.
    TourNotOpened(&'a str, &'a str),
    /// So much was not understood, and skipped.
    Skipped(usize),
    /// One of these things.
    Problem(&'a Problem),
    /// An action that was understood and could not be done, and why.
    Impossible(&'a str, &'a str),
    /// Which step of how many.
    Step(usize, usize),
    /// The fork's moment.
    Forked(&'a str),
    /// The futures agree so far.
    Same,
    /// They first differ there.
    Differs(&'a str),
    /// What came of the old future: the new master and when.
    Was(&'a str),
    /// What comes of the new one.
    Is(&'a str),
    /// A new master, and when.
    NewMaster(&'a str, &'a str),
    /// No new master; failovers tried, and given up.
    NoMaster(usize, usize),
    /// What would have been: lost, and refused besides.
    Would {
        /// The client.
        name: &'a str,
        /// Lost as it was.
        lost: u64,
        /// Lost then.
        would: u64,
        /// Refused then.
        refused: u64,
    },
    /// Between these times.
    Between(&'a str, &'a str),
    /// Recorded so many times.
    RecordedTimes(usize),
    /// So many events of so many are not told apart from the recorded ones.
    NotToldApart(usize, usize),
    /// The ballot of an epoch.
    Ballot(u64),
    /// In so many of the runs.
    InRuns(usize, usize),
    /// A film is made: where it is, and where it ends.
    Filming(&'a str, &'a str),
    /// Who is there.
    Cast {
        /// Redis servers.
        servers: usize,
        /// Sentinels.
        sentinels: usize,
        /// Writing clients.
        clients: usize,
        /// On how many hosts.
        hosts: usize,
    },
}

/// A group of the catalogue.
pub(super) const fn group(group: Group, is_chinese: bool) -> &'static str {
    match (group, is_chinese) {
        (Group::Basics, false) => "To begin with",
        (Group::Basics, true) => "入门",
        (Group::Detection, false) => "Who believes whom down",
        (Group::Detection, true) => "下线判断",
        (Group::Election, false) => "Quorum, votes, leaders",
        (Group::Election, true) => "法定人数、投票、领导者",
        (Group::Failover, false) => "Choosing and moving replicas",
        (Group::Failover, true) => "选择与迁移副本",
        (Group::Clients, false) => "What it costs those who write",
        (Group::Clients, true) => "写入者的代价",
        (Group::Mystery, false) => "What people could not explain",
        (Group::Mystery, true) => "无人能解释的现象",
    }
}
