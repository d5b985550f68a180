//! English: what each event means.

use crate::i18n::Event;
use crate::sentinel::EventKind as K;

#[allow(clippy::too_many_lines, reason = "one line an event")]
pub(super) fn event(event: &Event<'_>) -> String {
    let Event { kind, by, about, extra } = *event;
    match kind {
        K::Monitor => format!("{by} monitors the master {about} ({extra})."),
        K::Unmonitor => format!("{by} no longer monitors {about}."),
        K::Set => format!("{by} took a new setting: {extra}."),
        K::ResetMaster => format!("{by} forgot what it knew of the replicas and sentinels of {about}."),
        K::Replica => format!("{by} learned from the master's INFO of the replica {about}."),
        K::Sentinel => format!("{by} heard a hello of another sentinel: {about}."),
        K::SentinelAddressSwitch => format!("{by} found a sentinel of {about} at a new address: {extra}."),
        K::SentinelAddressUpdate => {
            format!("{by} gave {about} its new address in other masters' tables too.")
        }
        K::SentinelInvalidAddr => format!("{by} struck out the address of {about}: another sentinel has it."),
        K::SubjectivelyDown => {
            format!(
                "{by} has had no valid reply from {about} for too long and believes it down: subjectively, for itself."
            )
        }
        K::SubjectivelyUp => format!("{by} hears {about} again and no longer believes it down."),
        K::ObjectivelyDown => {
            format!(
                "Enough sentinels agree with {by} that {about} is down ({extra}): it is objectively down."
            )
        }
        K::ObjectivelyUp => format!("{by} no longer holds {about} for objectively down."),
        K::NewEpoch => format!("{by} entered epoch {extra}: a new round, with one vote for each sentinel."),
        K::TryFailover => format!("{by} tries a failover of {about}: unless it was ordered, it needs votes."),
        K::VoteForLeader => format!("{by} gave its vote of epoch {extra} to {about}."),
        K::ElectedLeader => format!("{by} has the votes it needs: it leads this failover."),
        K::AbortNotElected => {
            format!(
                "{by} got too few votes in time and gives up; it tries again after twice failover-timeout."
            )
        }
        K::StateSelectReplica => format!("{by} weighs the replicas of {about}: which one is to be promoted?"),
        K::AbortNoGoodReplica => format!("{by} found no replica of {about} fit to be promoted and gives up."),
        K::SelectedReplica => format!("{by} chose {about} to become the new master."),
        K::StateSendSlaveofNoone => {
            format!("{by} is about to tell {about} to follow nobody: SLAVEOF NO ONE.")
        }
        K::StateWaitPromotion => format!("{by} waits for {about} to report in its INFO that it is a master."),
        K::AbortReplicaTimeout => {
            format!("{by} waited in vain for the chosen replica of {about} to become a master and gives up.")
        }
        K::PromotedReplica => format!("{about} says that it is a master now; {by} saw it in its INFO."),
        K::StateReconfReplicas => format!("{by} now points the other replicas to the new master."),
        K::ReconfSent => format!("{by} told {about} to follow the new master."),
        K::ReconfInProgress => format!("{about} turns to the new master and synchronises, as {by} sees it."),
        K::ReconfDone => format!("{about} follows the new master and is in step, as {by} sees it."),
        K::ReconfSentTimeout => {
            format!("{about} did not turn to the new master in time; {by} will tell it again.")
        }
        K::FailoverEndForTimeout => {
            format!("{by} ends the failover of {about} though not all replicas are done.")
        }
        K::FailoverEnd => format!("{by} has finished the failover of {about}."),
        K::ReconfSentBestEffort => {
            format!("{by} tells {about} once more, as a last effort, to follow the new master.")
        }
        K::SwitchMaster => {
            format!("For {by} the master is now {extra}, no longer {about}. This is what clients are told.")
        }
        K::ConfigUpdateFrom => format!("{by} accepts a newer configuration from {about}."),
        K::ConvertToReplica => format!("{about} came back as a master; {by} makes it a replica."),
        K::FixReplicaConfig => format!("{about} followed the wrong master; {by} puts it right."),
        K::RoleChange => format!("{by} sees that {about} reports the expected role: {extra}."),
        K::RoleMismatch => format!("{by} sees that {about} reports another role than expected: {extra}."),
        K::Reboot => format!("{by} noticed by the run id that {about} was restarted."),
        K::Tilt => {
            format!("{by} does not trust its clock and enters TILT: for 30 s it watches but does not act.")
        }
        K::TiltEnd => format!("{by} trusts its clock again and leaves TILT."),
        K::ScriptError => format!("{by}: a script failed ({extra})."),
        K::ScriptTimeout => format!("{by}: a script ran too long and was ended ({extra})."),
        K::ScriptChild => format!("{by} started a script ({extra})."),
        K::ScriptChildEnd => format!("{by}: a script ended ({extra})."),
        K::CmdLinkReconnection => format!("{by} lost its command connection to {about} and dials again."),
        K::PubsubLinkReconnection => format!("{by} lost its Pub/Sub connection to {about} and dials again."),
    }
}
