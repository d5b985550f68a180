//! English: what explains an event.

use crate::i18n::Fact;
use crate::sentinel::Filter;

fn of(figure: Option<&String>, limit: Option<&String>) -> (String, String) {
    let text = |t: Option<&String>| t.cloned().unwrap_or_else(|| "never".to_owned());
    (text(figure), text(limit))
}

/// What a filter that a replica fails has to say.
fn unfit(filter: Filter, figure: Option<&String>, limit: Option<&String>) -> String {
    let (figure, limit) = of(figure, limit);
    match filter {
        Filter::Up => "is subjectively down".to_owned(),
        Filter::Connected => "is not connected".to_owned(),
        Filter::FreshPing => format!("gave its last valid reply {figure} ago; {limit} are allowed"),
        Filter::Priority => "has priority 0, which means: never promote".to_owned(),
        Filter::FreshInfo if figure == "never" => format!("has never answered INFO; {limit} are allowed"),
        Filter::FreshInfo => format!("answered INFO {figure} ago; {limit} are allowed"),
        Filter::LinkDown => format!("was cut off from the master for {figure}; {limit} are allowed"),
    }
}

fn passes(filter: Filter, figure: Option<&String>, limit: Option<&String>) -> String {
    let (figure, limit) = of(figure, limit);
    match filter {
        Filter::Up => "not subjectively down".to_owned(),
        Filter::Connected => "connected".to_owned(),
        Filter::FreshPing => format!("last valid reply {figure} ago, of {limit}"),
        Filter::Priority => "priority is not 0".to_owned(),
        Filter::FreshInfo => format!("INFO {figure} old, of {limit}"),
        Filter::LinkDown => format!("cut off from the master for {figure}, of {limit}"),
    }
}

#[allow(clippy::too_many_lines, reason = "one line a fact")]
pub(super) fn fact(fact: &Fact) -> String {
    use Fact as F;
    match fact {
        F::Silent { about, silent, limit } => {
            format!(
                "A valid reply from {about} has been due for {silent}; the limit, down-after-milliseconds, is {limit}."
            )
        }
        F::LastValid { about, ago } => format!("The last valid reply from {about} came {ago} ago."),
        F::NotLinked { about } => format!("There is no connection to {about}; it is dialled once a second."),
        F::CallsItselfReplica { about, since, limit } => format!(
            "{about} answers, but has called itself a replica for {since}; down-after-milliseconds and twice the INFO period, {limit}, are allowed."
        ),
        F::Rebooting { about } => {
            format!("{about} was restarted and is loading for longer than master-reboot-down-after-period.")
        }
        F::WasDown { about, span } => format!("{about} had been held for down for {span}."),
        F::Agree { count, quorum, about } => {
            format!("Sentinels that hold {about} for down: {count}; the quorum is {quorum}.")
        }
        F::HoldsDown { who, about, span } => format!("{who} itself has held {about} for down for {span}."),
        F::NotHeldDown { who, about } => format!("{who} itself does not hold {about} for down."),
        F::PeerYes { peer, ago, holds } => {
            format!("{peer} answered “down” {ago} ago; an answer counts for {holds}.")
        }
        F::PeerNo { peer, ago } => {
            format!("{peer} answered “not down” {ago} ago; it is asked once a second.")
        }
        F::PeerMute { peer, ago, holds } => {
            format!("{peer} has not answered for {ago}; what it said before counted for {holds} only.")
        }
        F::PeerAsked { peer, since } => {
            format!("{peer} has been asked for {since}, once a second; no answer yet.")
        }
        F::PeerSilence { peer, about, silent, limit } => {
            format!("{peer} has been without a reply from {about} for {silent} of {limit} itself.")
        }
        F::PeerUnreachable { peer, silent } => {
            format!("{peer} is known but cannot be reached: silent for {silent}.")
        }
        F::QuorumTooHigh { quorum, known } => {
            format!("The quorum is {quorum}, but only {known} sentinels are known: it can never be met.")
        }
        F::Odown { about, span } => format!("{about} has been objectively down for {span}."),
        F::NotOdown { about } => format!("{about} is not objectively down."),
        F::NoneRuns => "It runs no failover yet.".to_owned(),
        F::Runs { state, epoch } => format!("Its failover of epoch {epoch} is running, in {state}."),
        F::GateNever { wait } => format!(
            "No attempt and no vote for another since its start or the last switch: the wait of {wait} (twice failover-timeout) does not apply."
        ),
        F::GateOpen { since, wait } => {
            format!(
                "Its last attempt or vote began {since} ago; twice failover-timeout, {wait}, have passed."
            )
        }
        F::GateShut { since, wait, until, left } => format!(
            "Its last attempt or vote began {since} ago; it waits for twice failover-timeout, {wait}: until {until}, {left} more."
        ),
        F::GateAhead { lead, wait, until, left } => format!(
            "By chance its wait begins up to a second late, only in {lead}: twice failover-timeout, {wait}, until {until}, {left} more."
        ),
        F::GateVote { leader, epoch } => {
            format!(
                "What it waits after is its vote for {leader} in epoch {epoch}: a voter leaves the field to whom it voted for."
            )
        }
        F::GateAttempt => "What it waits after is an attempt of its own.".to_owned(),
        F::Ordered => {
            "SENTINEL FAILOVER ordered it: neither agreement nor votes nor the wait are needed.".to_owned()
        }
        F::EpochOwn { epoch, before } => {
            format!("It starts an attempt, which takes an epoch of its own: {before} + 1 = {epoch}.")
        }
        F::EpochHeard { epoch, before } => {
            format!(
                "It heard of epoch {epoch} from another sentinel; its own was {before}. The higher one counts."
            )
        }
        F::Needed { quorum, majority, voters, needed } => format!(
            "Votes needed: the larger of the quorum, {quorum}, and the majority of {voters} known, {majority}: {needed}."
        ),
        F::Got { who, votes, needed } => format!("At its last count {who} had {votes} of {needed}."),
        F::FirstAsked { leader, epoch, last } => format!(
            "{leader} was the first to ask in epoch {epoch}; this sentinel’s last vote was in epoch {last}. One vote an epoch, first come first served."
        ),
        F::VotedItself { who, epoch } => {
            format!("Nobody had answered yet, so {who} votes for itself in epoch {epoch}.")
        }
        F::FrontRunner { leader } => format!("{leader} was in front among the votes that it had heard of."),
        F::VoteBlocks { who, wait } => {
            format!(
                "Having voted for another, {who} starts no attempt of its own for {wait} (twice failover-timeout)."
            )
        }
        F::OwnVote { who, leader, epoch, wanted } if epoch == wanted => {
            format!("{who}’s own vote of epoch {epoch} went to {leader}.")
        }
        F::OwnVote { who, leader, epoch, wanted } => format!(
            "{who}’s own vote went to {leader} in epoch {epoch}; the attempt is of epoch {wanted}, so it does not count."
        ),
        F::VoteMine { peer, epoch } => format!("{peer} gave its vote of epoch {epoch}: counted."),
        F::VoteOther { peer, leader, epoch } => {
            format!("{peer}’s vote of epoch {epoch} went to {leader}, who asked first.")
        }
        F::VoteOld { peer, leader, epoch, current } => {
            format!(
                "{peer}’s vote for {leader} is of epoch {epoch}; the current epoch is {current}: not counted."
            )
        }
        F::VoteNone { peer, ago } => format!("{peer} has told of no vote; its last answer came {ago} ago."),
        F::VoteReported { peer, leader, epoch, before } => format!(
            "{peer}’s answer names {leader} and epoch {epoch}; the epoch known before was {before}. A new epoch is logged once."
        ),
        F::EpochMoved { failover, current } => format!(
            "The epoch has moved on from {failover} to {current}: votes of others count at {current}, its own at {failover}."
        ),
        F::DeadCount { voters } => {
            format!("Dead sentinels stay known and keep counting: the majority is one of all {voters}.")
        }
        F::Window { elapsed, limit } => format!(
            "It has waited for votes for {elapsed}; the smaller of 10 s and failover-timeout, {limit}, are allowed (and up to 1 s by chance)."
        ),
        F::RetryAt { until, wait } => {
            format!(
                "The next attempt here is possible at {until}: twice failover-timeout, {wait}, after this one began."
            )
        }
        F::LeadsAlready { leader, epoch } => {
            format!("{leader} leads a failover in epoch {epoch}; its configuration will come with a hello.")
        }
        F::NoReplicas => "It knows no replica at all.".to_owned(),
        F::Known { replicas, fit } => format!("Replicas known: {replicas}; passing all six filters: {fit}."),
        F::Fit { replica, priority, offset, run_id } => {
            format!("{replica} passes: priority {priority}, offset {offset}, run id {run_id}.")
        }
        F::Unfit { replica, filter, figure, limit } => {
            format!("{replica} {}.", unfit(*filter, figure.as_ref(), limit.as_ref()))
        }
        F::Passes { filter, figure, limit } => passes(*filter, figure.as_ref(), limit.as_ref()),
        F::OnlyOne { replica } => format!("{replica} is the only one that passes all six filters."),
        F::ByPriority { replica, priority, next, other } => {
            format!("{replica} has the lowest priority number, {priority}; {next} has {other}.")
        }
        F::ByOffset { replica, offset, next, other } => {
            format!("Priorities are equal; {replica} has the largest offset, {offset}; {next} has {other}.")
        }
        F::ByRunId { replica, run_id, next, other } => format!(
            "Priorities and offsets are equal; {replica} has the smallest run id, {run_id}; {next} has {other}."
        ),
        F::NobodyAsked { who } => {
            format!("{who} decides alone, by the last INFO of each replica; nobody else is asked.")
        }
        F::PromoteLink { replica, linked: true } => {
            format!("{replica} is connected: SLAVEOF NO ONE can be sent with the next timer.")
        }
        F::PromoteLink { replica, linked: false } => {
            format!("{replica} is not connected: SLAVEOF NO ONE cannot be sent.")
        }
        F::InState { state, elapsed, limit } => {
            format!("In {state} for {elapsed}; failover-timeout, {limit}, is allowed.")
        }
        F::SentOnce { replica } => {
            format!("SLAVEOF NO ONE is sent to {replica} once and never again; success shows in its INFO.")
        }
        F::InfoRole { replica, is_master, ago } => format!(
            "{replica}’s INFO says role:{}; it is {ago} old and asked for every second.",
            if *is_master { "master" } else { "slave" }
        ),
        F::InfoNever { replica } => format!("{replica} has not answered INFO yet."),
        F::ConfigEpoch { who, epoch, before } => format!(
            "The failover’s epoch, {epoch}, becomes the version of the new address at {who} (before: {before}); with the next hello it beats all older ones."
        ),
        F::Slots { used, slots } => format!("{used} of {slots} places of parallel-syncs are taken."),
        F::Waits { replica } => format!("{replica} waits for a free place."),
        F::SentFor { replica, elapsed, limit } => {
            format!("{replica} was sent SLAVEOF {elapsed} ago; it has {limit} to show the new master.")
        }
        F::Turning { replica } => {
            format!(
                "{replica} names the new master in its INFO, and synchronises; there is no time limit for that."
            )
        }
        F::InStep { replica } => format!("{replica} is linked with the new master: done."),
        F::LeftOut { replica, silent } => {
            format!("{replica} is down (silent for {silent}) and is not waited for.")
        }
        F::PromotedDown { replica } => {
            format!("{replica}, the new master, is down: as long as it is, nothing ends, not even by time.")
        }
        F::NamesMaster { replica, master } => format!("{replica}’s INFO names {master} as its master."),
        F::LinkUp { replica } => format!("{replica}’s INFO says master_link_status:up."),
        F::NewerConfig { peer, epoch, before } => format!(
            "{peer}’s hello tells of configuration epoch {epoch}; this sentinel had {before}. The higher one is believed, unchecked."
        ),
        F::LeaderSwitch { from, to, epoch } => {
            format!("The failover of epoch {epoch} is over: the record moves from {from} to {to}.")
        }
        F::RecordsAnew { replicas } => format!(
            "With the switch all replica records are made anew ({replicas}), the old master among them; flags, votes and the wait for another attempt are forgotten."
        ),
        F::WaitsForHello { leader } => format!("{leader} has not told of a new address yet."),
        F::CallsItselfMaster { replica, since, limit } => {
            format!(
                "{replica} has called itself master for {since}; {limit} are left for a hello that would explain it."
            )
        }
        F::FollowsOther { replica, master, since, limit } => {
            format!("{replica} has followed {master} for {since}; failover-timeout, {limit}, is allowed.")
        }
        F::MasterSane { sane: true, ago, limit } => {
            format!(
                "The configured master looks sane: it says it is one, is up, and its INFO is {ago} old, of {limit}."
            )
        }
        F::MasterSane { sane: false, ago, limit } => format!(
            "The configured master does not look sane: it is down, calls itself a replica, or its INFO ({ago} old) is older than {limit}."
        ),
        F::NotDownLately { replica, limit, well: true } => {
            format!("{replica} was not found down within the last {limit}.")
        }
        F::NotDownLately { replica, limit, well: false } => {
            format!("{replica} was found down within the last {limit}: it is left alone.")
        }
        F::InfoLists { about, replicas } => {
            format!(
                "The master’s INFO lists {about}, whom it did not know; now it knows {replicas} replica(s)."
            )
        }
        F::HelloFrom { about } => {
            format!("A hello of {about} on __sentinel__:hello, whose id was not known.")
        }
        F::VotersNow { voters, majority, quorum } => {
            format!("Now {voters} sentinels are known: the majority is {majority}, the quorum {quorum}.")
        }
        F::Moved { words } => {
            format!("A hello gave a known id another address, or a known address another id:{words}.")
        }
        F::Forgot { replicas, sentinels } => {
            format!(
                "It forgot its replicas ({replicas}) and sentinels ({sentinels}), and finds them again by INFO and hello."
            )
        }
        F::Role { about, kind, role, before } => {
            format!("{about} stands in the table as {kind}; its INFO said {before}, now it says {role}.")
        }
        F::RunIds { about, before, now } => {
            format!("{about}’s run id was {before} and is {now}: another process answers at this address.")
        }
        F::Configured { who, about, quorum } => {
            format!(
                "{who} was told, by its file or by SENTINEL MONITOR, to watch {about} with quorum {quorum}."
            )
        }
        F::Command { command } => format!("A client gave the command {command}."),
        F::SetTo { words } => format!("From now on here: {words}. Other sentinels keep their own settings."),
        F::TimerGap { gap, limit } => {
            format!(
                "The timer came {gap} after the one before; more than {limit}, or less than nothing, is not trusted."
            )
        }
        F::TiltHolds { left } => format!("TILT: for {left} more it watches and answers, but does not act."),
        F::TiltOver { limit } => format!("{limit} without another such jump have passed."),
        F::TiltSkips => {
            "Until then it raises and clears no flag, starts no failover, and answers “not down”.".to_owned()
        }
        F::Script { words, attempts } => {
            format!("The script failed: {words}. A script gets {attempts} attempts at most.")
        }
        F::ScriptLimit { words, limit } => {
            format!("The script ran for longer than {limit} and was killed: {words}.")
        }
        F::ScriptBegan { words, running_max } => {
            format!("A script of the queue was started ({words}); {running_max} may run at a time.")
        }
        F::ScriptEnded { words } => format!("A script ended: pid, exit code and signal {words}."),
        F::DialFailed { about, again } => {
            format!(
                "Dialling {about} failed at once; the next attempt comes after {again}. No PING counts as sent."
            )
        }
        F::Saved => {
            "What must survive a restart has changed and was written to disk before anybody learns of it."
                .to_owned()
        }
        F::Said { text } => text.clone(),
        F::WithTimer { gap } => {
            format!(
                "Every condition is met: it happens with the next timer, which comes {gap} after the last."
            )
        }
        F::Nothing { about, silent, limit } => {
            format!("{about} answers: silent for {silent} of {limit}. Nothing is expected to happen.")
        }
        F::NotRunning { who } => {
            format!(
                "{who} does not run, so it waits for nothing. The others count it as a voter all the same."
            )
        }
        F::StandsStill { who } => {
            format!("{who} is frozen. If it stood for more than 2 s, it enters TILT when it is resumed.")
        }
    }
}
