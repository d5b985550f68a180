//! The dialog for two sides of the network: the links between them are given values, as between zones, or cut, as a
//! line drawn around one side does.

use crate::cluster::NodeId;
use crate::i18n::{Guide as Word, Text};
use crate::ui::focus;
use crate::ui::guide::{Dialog, Guide, guide};
use crate::ui::panels::{LinkValue, Pairs};
use crate::ui::plain::view;
use crate::ui::stage::stroke;
use crate::ui::words;
use crate::view::links;
use crate::view::settings::NetworkValue;
use leptos::prelude::*;
use std::sync::Arc;

/// Opens the dialog, with the selected node on the side that is cut off.
pub(crate) fn open(guide: Guide) {
    guide.lab.playing.set(false);
    guide.dialog.set(Some(Dialog::CutOff));
}

/// The button that opens the dialog for a node. It goes with the menu that it is in; the focus comes back to the
/// node.
pub(crate) fn button(guide: Guide, id: NodeId, class: &'static str) -> impl IntoView {
    let click = move |_| {
        guide.lab.selected.set(Some(id));
        if guide.lab.menu.get_untracked().is_some() {
            guide.lab.menu.set(None);
            focus::focus_id(&format!("node-{}", id.0));
        }
        open(guide);
    };
    view! {
        <button class=class data-harms="true" data-testid="do-CutOff" on:click=click>{guide.says(Word::CutOff)}</button>
    }
}

#[component]
pub(crate) fn Sides() -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    let host = lab.view.with_untracked(|v| {
        v.nodes.iter().find(|node| Some(node.id) == lab.selected.get_untracked()).map(|node| node.host)
    });
    let side = RwSignal::new(host.into_iter().collect::<Vec<_>>());
    let action = move || side.with(|side| lab.view.with_untracked(|v| links::cut_off(v, side)));
    let hosts = lab.view.with_untracked(|v| links::sides(v)).into_iter().map(|(host, names)| {
        let toggle = move |_| {
            side.update(|side| match side.iter().position(|there| *there == host) {
                Some(n) => drop(side.remove(n)),
                None => side.push(host),
            });
        };
        let is_in = move || side.with(|side| side.contains(&host));
        view! {
            <button class="pick" data-testid=format!("side-{}", host.0) aria-pressed=move || is_in().to_string()
                on:click=toggle>{move || is_in().then_some("✓")}{names}</button>
        }
    });
    let cut = move |_| {
        let action = action();
        guide.dialog.set(None);
        stroke::cut(lab, action.into_iter().collect());
    };
    view! {
        <p class="hint">{guide.says(Word::CutOffHint)}</p>
        <div class="choices">{hosts.collect_view()}</div>
        <div class="choices">
            {NetworkValue::ALL.map(|value| {
                let pairs: Pairs = Arc::new(move || side.with(|side| lab.view.with_untracked(|v| links::across(v, side))));
                view! {
                    <label class="menu-value">{lab.says(words::network(value).0)}
                        <LinkValue pairs=pairs value=value with=String::new() /></label>
                }
            }).collect_view()}
            <button class="main-button" data-testid="cut-off-do" disabled=move || action().is_none()
                on:click=cut>{lab.says(Text::Cut)}</button>
        </div>
    }
}
