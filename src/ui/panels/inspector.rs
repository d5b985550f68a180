//! The inspector: what a node is, what a sentinel believes, its running deadlines, and what can be done.

use crate::cluster::{ClientView, MasterView, NodeId, NodeRole, NodeView, RedisView, SentinelView};
use crate::i18n::{Phrase, Term, Text};
use crate::ui::guide::guide;
use crate::ui::lab::{Lab, lab};
use crate::ui::panels::links::Links;
use crate::ui::panels::mind::MindOf;
use crate::ui::panels::settings::{Control, Setting};
use crate::ui::plain::{For, view};
use crate::ui::stage::{cut_off, menu};
use crate::ui::words;
use crate::view::beliefs::{Health, sentinel_name};
use crate::view::face::Face;
use crate::view::format;
use crate::view::settings::NodeValue;
use crate::view::story::node_name;
use leptos::prelude::*;

#[component]
pub(super) fn Inspector() -> impl IntoView {
    let lab = lab();
    let nodes = lab.look(|v| v.nodes.iter().map(|n| (n.id, n.name.to_string())).collect::<Vec<_>>());
    // A node that is gone is selected no more.
    let selected =
        Memo::new(move |_| lab.selected.get().filter(|id| nodes.with(|n| n.iter().any(|(i, _)| i == id))));
    view! {
        <div class="picker" role="group" aria-label=lab.says(Text::PanelNode)>
            <For each=move || nodes.get() key=|node| node.clone() children=move |(id, name)| view! {
                <button class="pick" aria-pressed=move || (selected.get() == Some(id)).to_string()
                    on:click=move |_| lab.selected.set(Some(id))>{name}</button>
            } />
        </div>
        {move || match selected.get() {
            Some(id) => view! { <NodeDetails id=id /> },
            None => view! { <p class="empty">{lab.says(Text::NothingSelected)}</p> },
        }}
    }
}

#[component]
fn NodeDetails(id: NodeId) -> impl IntoView {
    let lab = lab();
    let face = lab.face(id);
    let title = move || {
        face.with(|f| {
            let face = f.as_ref()?;
            let lang = lab.lang.get();
            Some(lang.phrase(&Phrase::NodeLabel(
                &face.name,
                words::role(lang, face),
                words::state(lang, face),
            )))
        })
    };
    let rows =
        lab.look(move |v| v.nodes.iter().find(|n| n.id == id).map(|n| facts(lab, n)).unwrap_or_default());
    view! {
        <h3 class="node-title" data-state=move || face.with(|f| f.as_ref().map(Face::state))>{move || title()}</h3>
        <Actions face=face />
        <dl class="facts">
            <For each=move || 0..rows.with(Vec::len) key=|n| *n children=move |n| view! {
                <dt>{move || rows.with(|r| r.get(n).map(|(text, _)| lab.t(*text)))}</dt>
                <dd>{move || rows.with(|r| r.get(n).map(|(_, value)| value.clone()))}</dd>
            } />
        </dl>
        <Control setting=Setting::Nodes(NodeValue::Priority, Some(id)) />
        <Control setting=Setting::Nodes(NodeValue::Pace, Some(id)) />
        <Beliefs id=id />
        <MindOf id=id />
        <Links id=id />
    }
}

/// Buttons for what can be done now; made anew only when that changes.
#[component]
fn Actions(face: ReadSignal<Option<Face>>) -> impl IntoView {
    let lab = lab();
    let guide = guide();
    let state = Memo::new(move |_| face.with(|f| f.as_ref().map(|f| (f.condition, f.host_gone))));
    move || {
        // Read, for a memo that is only tracked is never worked out.
        let _ = state.get();
        let face = face.get_untracked()?;
        let buttons = menu::node_entries(lab, &face).into_iter().map(|(name, text, actions, harms)| {
            view! {
                <button class="small" data-harms=harms.to_string() data-testid=format!("act-{name}")
                    on:click=move |_| lab.act_all(actions.clone())>{lab.says(text)}</button>
            }
        });
        let id = face.id;
        let cut_off = cut_off::button(guide, id, "small");
        Some(view! {
            <div class="actions">
                {buttons.collect_view()}
                {cut_off}
                <button class="small" data-testid="ask-node" on:click=move |_| lab.ask_about(Some(id))>
                    {lab.names(Term::Why)}
                </button>
            </div>
        })
    }
}

/// What there is to say about a node, as pairs of a word and a value.
fn facts(lab: Lab, node: &NodeView) -> Vec<(Text, String)> {
    let mut rows = vec![(Text::Address, node.addr.to_string())];
    match &node.role {
        NodeRole::Redis(redis) => redis_facts(lab, redis, &mut rows),
        NodeRole::Sentinel(sentinel) => sentinel_facts(lab, sentinel, &mut rows),
        NodeRole::Client(client) => client_facts(lab, client, &mut rows),
    }
    rows
}

fn redis_facts(lab: Lab, redis: &RedisView, rows: &mut Vec<(Text, String)>) {
    let lang = lab.lang.get();
    if let Some((addr, node)) = &redis.follows {
        let name = node.map_or_else(|| addr.to_string(), |id| lab.name(id));
        let how = if redis.link_up { Text::Ok } else { Text::LinkDown };
        rows.push((Text::Follows, format!("{name} ({})", lang.text(how))));
    } else {
        rows.push((Text::AttachedReplicas, redis.replicas.to_string()));
    }
    rows.push((Text::Offset, format::grouped(redis.offset)));
    rows.push((Text::Priority, redis.priority.to_string()));
    rows.push((Text::Keys, format::grouped(redis.keys)));
    rows.push((Text::RunId, short(&redis.run_id)));
}

fn sentinel_facts(lab: Lab, sentinel: &SentinelView, rows: &mut Vec<(Text, String)>) {
    let lang = lab.lang.get();
    rows.push((Text::RunId, short(&sentinel.myid)));
    rows.push((Text::Epoch, sentinel.current_epoch.to_string()));
    for master in &sentinel.masters {
        let at = master.instance.node.map_or_else(|| master.announced.to_string(), |id| lab.name(id));
        rows.push((Text::WatchesMaster, format!("{}: {at}", master.name)));
        rows.push((Text::ConfigEpoch, master.config_epoch.to_string()));
        let silent = format::span_ms(master.instance.silent_for.0.max(0));
        let limit = format::span_ms(master.down_after.0);
        rows.push((Text::TimerPing, lang.phrase(&Phrase::SilentFor(&silent, &limit))));
        let vote = master.vote.as_ref().map(|(leader, epoch)| {
            let leader = lab.view.with_untracked(|v| sentinel_name(v, leader));
            lang.phrase(&Phrase::VoteFor(&leader, *epoch))
        });
        rows.push((Text::Vote, vote.unwrap_or_else(|| lang.text(Text::NoVote).to_owned())));
        rows.push((Text::FailoverState, failover_text(lab, master)));
    }
}

fn failover_text(lab: Lab, master: &MasterView) -> String {
    let lang = lab.lang.get();
    let Some(failover) = &master.failover else { return lang.text(Text::NoFailover).to_owned() };
    let since = format::span_ms(failover.in_state.0);
    let state = lang.phrase(&Phrase::InState { state: failover.state, since: &since });
    match failover.limit {
        Some(limit) => format!("{state}, {}", lang.phrase(&Phrase::InStateLimit(&format::span_ms(limit.0)))),
        None => state,
    }
}

fn client_facts(lab: Lab, client: &ClientView, rows: &mut Vec<(Text, String)>) {
    let nobody = || lab.t(Text::Nobody).to_owned();
    rows.push((Text::WritesTo, client.target.map_or_else(nobody, |id| lab.name(id))));
    rows.push((Text::Acked, format::grouped(client.acked)));
    rows.push((Text::Failed, format::grouped(client.failed)));
    rows.push((Text::Lost, format::grouped(client.lost)));
}

/// A long id by its first digits.
fn short(id: &str) -> String {
    id.get(..12).map_or_else(|| id.to_owned(), |head| format!("{head}…"))
}

/// What a sentinel believes of each instance: flags as Redis prints them, and the age of what it knows.
#[component]
fn Beliefs(id: NodeId) -> impl IntoView {
    let lab = lab();
    let rows = lab.look(move |view| {
        let node = view.nodes.iter().find(|n| n.id == id)?;
        let NodeRole::Sentinel(sentinel) = &node.role else { return None };
        let rows = sentinel.masters.iter().flat_map(|m| {
            [&m.instance].into_iter().chain(&m.replicas).chain(&m.sentinels).map(|i| {
                let name = i.node.map_or_else(|| i.addr.to_string(), |id| node_name(view, id));
                // Tenths of a second: finer would only flicker.
                let ages = [Some(i.last_ok_ping), i.info_age].map(|age| age.map(|a| a.0 / 100));
                (name, i.flags.to_string(), Health::of(i), ages)
            })
        });
        Some(rows.collect::<Vec<_>>())
    });
    let age =
        |tenths: Option<i64>| tenths.map_or_else(|| "–".to_owned(), |t| format!("{:.1} s", t as f64 / 10.0));
    move || {
        rows.get().map(|rows| {
            let lines = rows.into_iter().map(|(name, flags, health, [ping, info])| {
                view! {
                    <tr data-health=health.word()>
                        <th scope="row">{name}</th>
                        <td><code>{flags}</code></td>
                        <td class="figure">{age(ping)}</td>
                        <td class="figure">{age(info)}</td>
                    </tr>
                }
            });
            view! {
                <h4>{lab.says(Text::Believes)}</h4>
                <table class="known">
                    <thead><tr>
                        <td></td><td></td>
                        <th scope="col">{lab.says(Text::LastPing)}</th>
                        <th scope="col">{lab.says(Text::LastInfo)}</th>
                    </tr></thead>
                    <tbody>{lines.collect_view()}</tbody>
                </table>
            }
        })
    }
}
