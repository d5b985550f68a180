//! The belief matrix: a row a sentinel, a column an instance.

use crate::cluster::{Condition, NodeId};
use crate::i18n::{Phrase, Term, Text};
use crate::ui::focus;
use crate::ui::lab::{Lab, Panel, lab};
use crate::ui::plain::{For, view};
use crate::ui::words;
use crate::view::beliefs::{Believed, Cell, Row, Spot};
use crate::view::format;
use leptos::prelude::*;

/// The matrix as a keyboard sees it: one of its controls is in the order of tabs, arrows lead to the others.
#[derive(Clone, Copy)]
struct Grid {
    columns: Memo<Vec<(NodeId, crate::protocol::ArcStr)>>,
    /// The control that had the focus last.
    last: RwSignal<Spot>,
    /// The one that has it next.
    stop: Memo<Spot>,
}

impl Grid {
    fn tab(self, spot: Spot) -> impl Fn() -> &'static str + Send + Clone {
        move || if self.stop.get() == spot { "0" } else { "-1" }
    }
}

/// A control's id.
fn id_of((row, column): Spot) -> String {
    let number = |id: Option<NodeId>| id.map_or_else(String::new, |id| id.0.to_string());
    format!("cell-{}-{}", number(row), number(column))
}

#[component]
pub(super) fn BeliefMatrix() -> impl IntoView {
    let lab = lab();
    let last = RwSignal::new((None, None));
    let stop = Memo::new(move |_| lab.matrix.with(|m| m.beside(last.get(), (0, 0))));
    let columns = Memo::new(move |_| lab.matrix.with(|m| m.columns.clone()));
    let rows = Memo::new(move |_| {
        let run = lab.run.get();
        lab.matrix.with(|m| m.rows.iter().map(|r| (run, r.id)).collect::<Vec<_>>())
    });
    let left_out = Memo::new(move |_| lab.matrix.with(|m| m.left_out));
    let left_out = move || Some(left_out.get()).filter(|n| *n > 0).map(|n| lab.say(&Phrase::LeftOut(n)));
    let grid = Grid { columns, last, stop };
    let key = move |ev: web_sys::KeyboardEvent| {
        let Some(way) = focus::arrow(&ev.key()) else { return };
        ev.prevent_default();
        ev.stop_propagation();
        let to = lab.matrix.with_untracked(|m| m.beside(stop.get_untracked(), way));
        last.set(to);
        focus::focus_id(&id_of(to));
    };
    view! {
        <p class="hint">{lab.says(Text::BeliefsHint)}" "{move || left_out()}</p>
        <div class="scroll-x">
            <table class="matrix" role="grid" aria-label=lab.says(Text::PanelBeliefs) data-testid="matrix" on:keydown=key>
                <thead><tr>
                    <th scope="col"><span class="unseen">{lab.says(Text::BeliefsRow)}</span></th>
                    <For each=move || columns.get() key=|column| column.clone() children=move |(id, name)| view! {
                        <th scope="col"><button class="link" id=id_of((None, Some(id))) tabindex=grid.tab((None, Some(id)))
                            on:click=move |_| {
                                last.set((None, Some(id)));
                                lab.selected.set(Some(id));
                            }>{name.to_string()}</button></th>
                    } />
                    <th scope="col">{lab.says(Text::Epoch)}</th>
                    <th scope="col" title=lab.says(Text::ConfigEpoch)>{lab.names(Term::ConfigShort)}</th>
                    <th scope="col">{lab.says(Text::VoteShort)}</th>
                </tr></thead>
                <tbody>
                    <For each=move || rows.get() key=|row| *row
                        children=move |(_, id)| view! { <MatrixRow id=id grid=grid /> } />
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn MatrixRow(id: NodeId, grid: Grid) -> impl IntoView {
    let lab = lab();
    let row = Memo::new(move |_| lab.matrix.with(|m| m.rows.iter().find(|r| r.id == id).cloned()));
    let vote = move || row.with(|r| r.as_ref().and_then(vote_text)).unwrap_or_else(|| "–".to_owned());
    let silent = move || row.with(|r| r.as_ref().is_some_and(|r| r.condition == Condition::Dead));
    let open = move |_| {
        grid.last.set((Some(id), None));
        lab.selected.set(Some(id));
        lab.panel.set(Panel::Node);
    };
    view! {
        <tr data-dead=move || silent().to_string()>
            <th scope="row"><button class="link" id=id_of((Some(id), None)) tabindex=grid.tab((Some(id), None))
                on:click=open>{lab.name(id)}</button></th>
            <For each=move || grid.columns.get().into_iter().enumerate() key=|(n, column)| (*n, column.clone())
                children=move |(n, (about, _))| view! { <MatrixCell id=id grid=grid row=row n=n about=about /> } />
            <td class="figure">{move || row.with(|r| r.as_ref().map_or(0, |r| r.epoch))}</td>
            <td class="figure">{move || row.with(|r| r.as_ref().map_or(0, |r| r.config_epoch))}</td>
            <td class="vote">{move || vote()}</td>
        </tr>
    }
}

fn vote_text(row: &Row) -> Option<String> {
    row.vote.as_ref().map(|(who, epoch)| format!("{who} e{epoch}"))
}

#[component]
fn MatrixCell(id: NodeId, grid: Grid, row: Memo<Option<Row>>, n: usize, about: NodeId) -> impl IntoView {
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
    let spot = (Some(id), Some(about));
    // A belief is a question that can be asked.
    let ask = move |_| {
        grid.last.set(spot);
        lab.selected.set(Some(id));
        lab.ask_about(Some(about));
    };
    let text = move || cell.get().map(|cell| cell_text(&cell)).unwrap_or_default();
    let title = move || {
        let told = |cell| format!("{}: {}", lab.name(id), cell_title(lab, about, &cell));
        cell.get().map(told).unwrap_or_default()
    };
    view! {
        <td class="cell" data-health=move || health() title=move || title()>
            <span class="fill" style:height=move || filled()></span>
            <button class="cell-text" id=id_of(spot) tabindex=grid.tab(spot) on:click=ask>
                <span aria-hidden="true">{move || text()}</span><span class="unseen">{move || title()}</span></button>
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
