//! The ballot: who asks for votes, who gave them to whom, and how far the failover is.

use crate::i18n::{Phrase, Term, Text};
use crate::ui::lab::{Lab, lab};
use crate::ui::plain::view;
use crate::ui::session;
use crate::view::ballot::{self, Candidate, Slot, Voter};
use crate::view::format;
use leptos::prelude::*;

/// The states of a failover in their order, as `SENTINEL MASTER` prints them.
const STATES: [&str; 7] = [
    "wait_start",
    "select_slave",
    "send_slaveof_noone",
    "wait_promotion",
    "reconf_slaves",
    "update_config",
    "none",
];

#[component]
pub(super) fn Votes() -> impl IntoView {
    let lab = lab();
    let ballot = lab.look(ballot::ballot);
    view! {
        <h3>{lab.says(Text::PanelVotes)}</h3>
        <p class="hint">{lab.says(Text::VotesHint)}</p>
        {move || match ballot.get() {
            None => view! { <PastVotes /> },
            Some(ballot) => {
                let epoch = ballot.epoch;
                view! {
                    <div data-testid="ballot">
                        {ballot.candidates.into_iter().map(|c| candidate(lab, &c)).collect_view()}
                        <h4>{move || lab.say(&Phrase::Epoch(epoch))}</h4>
                        <ul class="voters">
                            {ballot.voters.into_iter().map(|v| voter(lab, &v, epoch)).collect_view()}
                        </ul>
                    </div>
                }
            }
        }}
    }
}

/// What the logs tell of the last votes, when the sentinels themselves have forgotten them: a switch makes a
/// new table.
#[component]
fn PastVotes() -> impl IntoView {
    let lab = lab();
    let told = Memo::new(move |_| {
        let (_, heard, _) = lab.heard.get();
        lab.session
            .with_value(|s| lab.view.with_untracked(|v| ballot::told(v, session::sentinel_events(s, heard))))
    });
    move || {
        let Some(told) = told.get() else {
            return view! { <p class="empty">{lab.t(Text::VotesNone)}</p> };
        };
        let outcome = |name: &str, text| format!("{name} {}", lab.t(text));
        let elected = told.elected.iter().map(|name| outcome(name, Text::Elected));
        let given_up = told.given_up.iter().map(|name| outcome(name, Text::NotElected));
        let votes = told.votes.iter().map(|(voter, leader)| {
            view! { <li data-fresh="true"><strong>{voter.to_string()}</strong><span>{format!("→ {leader}")}</span></li> }
        });
        view! {
            <div data-testid="ballot">
                <h4>{lab.say(&Phrase::Epoch(told.epoch))}" · "{elected.chain(given_up).collect::<Vec<_>>().join(", ")}</h4>
                <p class="hint">{lab.t(Text::VotesPast)}</p>
                <ul class="voters">{votes.collect_view()}</ul>
            </div>
        }
    }
}

fn voter(lab: Lab, voter: &Voter, epoch: u64) -> impl IntoView + use<> {
    let (name, runs) = (voter.name.to_string(), voter.runs);
    let fresh = voter.vote.as_ref().is_some_and(|(_, e)| *e == epoch);
    let vote = voter.vote.clone();
    let text = move || match &vote {
        Some((who, epoch)) => format!("→ {}", lab.say(&Phrase::VoteFor(who, *epoch))),
        None => lab.t(Text::NoVote).to_owned(),
    };
    view! {
        <li data-fresh=fresh.to_string() data-runs=runs.to_string()>
            <strong>{name}</strong>
            <span>{move || text()}</span>
        </li>
    }
}

/// What became of one voter's vote.
fn slot_text(lab: Lab, slot: &Slot) -> String {
    let term = lab.term(match slot {
        Slot::Counted => Term::SlotCounted,
        Slot::Granted => Term::SlotGranted,
        Slot::Asked => Term::SlotAsked,
        Slot::Other(..) => Term::SlotOther,
        Slot::OldEpoch(..) => Term::SlotOldEpoch,
        Slot::Unreachable => Term::SlotUnreachable,
        Slot::Silent => Term::SlotSilent,
    });
    match slot {
        Slot::Other(who, epoch) | Slot::OldEpoch(who, epoch) => {
            format!("{term} {}", lab.say(&Phrase::VoteFor(who, *epoch)))
        }
        _ => term.to_owned(),
    }
}

fn candidate(lab: Lab, candidate: &Candidate) -> impl IntoView + use<> {
    let (counted, needed, known) = candidate.votes;
    let quorum = candidate.quorum;
    let leads = candidate.state != "wait_start";
    let role = if leads { Text::Leader } else { Text::Candidate };
    let at = STATES.iter().position(|s| *s == candidate.state).unwrap_or(0);
    let steps = STATES[..6].iter().enumerate().map(|(n, state)| {
        let how = match n.cmp(&at) {
            std::cmp::Ordering::Less => "done",
            std::cmp::Ordering::Equal => "now",
            std::cmp::Ordering::Greater => "to-come",
        };
        view! { <li data-how=how><code>{*state}</code></li> }
    });
    let slots = candidate.slots.clone().into_iter().map(|(voter, slot)| {
        let word = slot.word();
        let text = move || slot_text(lab, &slot);
        view! {
            <li data-slot=word><span class="box" aria-hidden="true"></span>
                <strong>{voter.to_string()}</strong><span>{move || text()}</span></li>
        }
    });
    let since = format::span_ms(candidate.in_state_ds * 100);
    let limit = candidate.limit_ms.map(format::span_ms);
    let promoted = candidate.promoted.clone();
    let state = candidate.state;
    let progress = move || {
        let mut text = lab.say(&Phrase::InState { state, since: &since });
        if let Some(limit) = &limit {
            text = format!("{text}, {}", lab.say(&Phrase::InStateLimit(limit)));
        }
        if let Some(promoted) = &promoted {
            text = format!("{text} · {} {promoted}", lab.t(Text::Promoted));
        }
        text
    };
    view! {
        <div class="candidate" data-leads=leads.to_string()>
            <h4><strong>{candidate.name.to_string()}</strong>" "{move || lab.t(role)}
                {format!(" · e{}", candidate.epoch)}</h4>
            <ul class="slots" data-testid="slots">{slots.collect_view()}</ul>
            <p>{move || lab.say(&Phrase::Votes { votes: counted, needed, voters: known })}</p>
            <p class="hint">{move || lab.say(&Phrase::VotesNeeded { quorum, voters: known })}</p>
            <ol class="states">{steps.collect_view()}</ol>
            <p class="figure">{move || progress()}</p>
        </div>
    }
}
