//! The belief matrix: a row a sentinel, a column an instance.

use crate::cluster::{Condition, NodeId};
use crate::i18n::{Phrase, Term, Text};
use crate::ui::lab::{Lab, Panel, lab};
use crate::ui::plain::{For, view};
use crate::ui::words;
use crate::view::beliefs::{Believed, Cell, Row};
use crate::view::format;
use leptos::prelude::*;

#[component]
pub(super) fn BeliefMatrix() -> impl IntoView {
    let lab = lab();
    let columns = Memo::new(move |_| lab.matrix.with(|m| m.columns.clone()));
    let rows = Memo::new(move |_| {
        let run = lab.run.get();
        lab.matrix.with(|m| m.rows.iter().map(|r| (run, r.id)).collect::<Vec<_>>())
    });
    let left_out = Memo::new(move |_| lab.matrix.with(|m| m.left_out));
    let left_out = move || Some(left_out.get()).filter(|n| *n > 0).map(|n| lab.say(&Phrase::LeftOut(n)));
    view! {
        <p class="hint">{lab.says(Text::BeliefsHint)}" "{left_out}</p>
        <div class="scroll-x">
            <table class="matrix" data-testid="matrix">
                <thead><tr>
                    <th scope="col"><span class="unseen">{lab.says(Text::BeliefsRow)}</span></th>
                    <For each=move || columns.get() key=|column| column.clone() children=move |(id, name)| view! {
                        <th scope="col"><button class="link" on:click=move |_| lab.selected.set(Some(id))>
                            {name.to_string()}</button></th>
                    } />
                    <th scope="col">{lab.says(Text::Epoch)}</th>
                    <th scope="col" title=lab.says(Text::ConfigEpoch)>{lab.names(Term::ConfigShort)}</th>
                    <th scope="col">{lab.says(Text::VoteShort)}</th>
                </tr></thead>
                <tbody>
                    <For each=move || rows.get() key=|row| *row
                        children=move |(_, id)| view! { <MatrixRow id=id columns=columns /> } />
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn MatrixRow(id: NodeId, columns: Memo<Vec<(NodeId, crate::protocol::ArcStr)>>) -> impl IntoView {
    let lab = lab();
    let row = Memo::new(move |_| lab.matrix.with(|m| m.rows.iter().find(|r| r.id == id).cloned()));
    let vote = move || row.with(|r| r.as_ref().and_then(vote_text)).unwrap_or_else(|| "–".to_owned());
    let silent = move || row.with(|r| r.as_ref().is_some_and(|r| r.condition == Condition::Dead));
    let open = move |_| {
        lab.selected.set(Some(id));
        lab.panel.set(Panel::Node);
    };
    view! {
        <tr data-dead=move || silent().to_string()>
            <th scope="row"><button class="link" on:click=open>{lab.name(id)}</button></th>
            <For each=move || columns.get().into_iter().enumerate() key=|(n, column)| (*n, column.clone())
                children=move |(n, (about, _))| view! { <MatrixCell row=row n=n about=about /> } />
            <td class="figure">{move || row.with(|r| r.as_ref().map_or(0, |r| r.epoch))}</td>
            <td class="figure">{move || row.with(|r| r.as_ref().map_or(0, |r| r.config_epoch))}</td>
            <td class="vote">{vote}</td>
        </tr>
    }
}

fn vote_text(row: &Row) -> Option<String> {
    row.vote.as_ref().map(|(who, epoch)| format!("{who} e{epoch}"))
}

#[component]
fn MatrixCell(row: Memo<Option<Row>>, n: usize, about: NodeId) -> impl IntoView {
    let lab = lab();
    let cell = Memo::new(move |_| row.with(|r| r.as_ref().and_then(|r| r.cells.get(n).cloned())));
    let health = move || match cell.get() {
        Some(Cell::Watched { health, .. }) => health.word(),
        Some(Cell::Itself) => "itself",
        _ => "unknown",
    };
    let filled = move || match cell.get() {
        Some(Cell::Watched { filled, .. }) => format!("{filled}%"),
        _ => "0%".to_owned(),
    };
    // A belief is a question that can be asked; the keyboard's way is the row's name, then w.
    let ask = move || {
        if let Some(believer) = row.with_untracked(|r| r.as_ref().map(|r| r.id)) {
            lab.selected.set(Some(believer));
            lab.ask_about(Some(about));
        }
    };
    let text = move || cell.get().map(|cell| cell_text(&cell)).unwrap_or_default();
    let title = move || cell.get().map(|cell| cell_title(lab, about, &cell)).unwrap_or_default();
    view! {
        <td class="cell" data-health=health title=title on:click=move |_| ask()>
            <span class="fill" style:height=filled></span>
            <span class="cell-text">{text}</span>
        </td>
    }
}

/// The role that the sentinel gives to the instance, and for how long it has been silent.
fn cell_text(cell: &Cell) -> String {
    match cell {
        Cell::Itself => "·".to_owned(),
        Cell::Unknown => "?".to_owned(),
        Cell::Watched { role, silent_ds, health, .. } => {
            let letter = match role {
                Believed::Master => "M",
                Believed::Replica => "r",
                Believed::Sentinel => "s",
            };
            let mark = match health.word() {
                "odown" => "‼",
                "sdown" => "!",
                _ => "",
            };
            match silent_ds {
                0..10 => format!("{letter}{mark}"),
                10..1000 => format!("{letter}{mark} {}", silent_ds / 10),
                _ => format!("{letter}{mark} 99+"),
            }
        }
    }
}

fn cell_title(lab: Lab, about: NodeId, cell: &Cell) -> String {
    let lang = lab.lang.get();
    let name = lab.name(about);
    match cell {
        Cell::Itself => lang.text(Text::Itself).to_owned(),
        Cell::Unknown => format!("{name}: {}", lang.text(Text::Unknown)),
        Cell::Watched { role, health, silent_ds, .. } => {
            let role = lang.text(match role {
                Believed::Master => Text::Master,
                Believed::Replica => Text::Replica,
                Believed::Sentinel => Text::Sentinel,
            });
            let state = words::health(lang, *health);
            let silent = format::span_ms(i64::from(*silent_ds) * 100);
            format!(
                "{}, {}: {silent}",
                lang.phrase(&Phrase::NodeLabel(&name, role, state)),
                lang.text(Text::Silence)
            )
        }
    }
}
