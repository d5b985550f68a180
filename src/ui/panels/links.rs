//! The links of a node's host, with their values: what the tools do on the picture, for the keyboard and for
//! fingers, and with figures.

use crate::cluster::{Action, HostId, NodeId};
use crate::i18n::Text;
use crate::ui::lab::lab;
use crate::ui::plain::{For, view};
use crate::ui::words;
use crate::view::links;
use crate::view::settings::NetworkValue;
use crate::view::story::host_name;
use leptos::prelude::*;
use std::sync::Arc;

/// The links of the host of `id` to all others.
#[component]
pub(super) fn Links(id: NodeId) -> impl IntoView {
    let lab = lab();
    let pairs = lab.look(move |view| {
        let Some(here) = view.nodes.iter().find(|n| n.id == id).map(|n| n.host) else {
            return Vec::new();
        };
        let others = view
            .hosts
            .iter()
            .map(|h| h.id)
            .filter(|other| *other != here && view.nodes.iter().any(|n| n.host == *other));
        others.map(|other| (here, other, host_name(view, other))).collect::<Vec<_>>()
    });
    view! {
        <h4>{lab.says(Text::SettingsNetwork)}</h4>
        <table class="links" data-testid="links">
            <thead><tr>
                <td></td>
                <th scope="col">{lab.says(Text::Latency)}</th>
                <th scope="col">{lab.says(Text::Loss)}</th>
                <td></td>
            </tr></thead>
            <tbody>
                <For each=move || pairs.get() key=|pair| pair.clone() children=move |(here, other, name)| view! {
                    <tr>
                        <th scope="row">{name.clone()}</th>
                        <td><LinkValue pairs=Arc::new(move || vec![(here, other)]) value=NetworkValue::Latency with=name.clone() /></td>
                        <td><LinkValue pairs=Arc::new(move || vec![(here, other)]) value=NetworkValue::Loss with=name.clone() /></td>
                        <td><CutButton pair=(here, other) with=name /></td>
                    </tr>
                } />
            </tbody>
        </table>
    }
}

/// Links that are chosen for together, as pairs of hosts.
pub(crate) type Pairs = Arc<dyn Fn() -> Vec<(HostId, HostId)> + Send + Sync>;

/// A chooser for one value of links, both ways.
#[component]
pub(crate) fn LinkValue(
    pairs: Pairs,
    value: NetworkValue,
    /// The other end's name, for the accessible name.
    with: String,
) -> impl IntoView {
    let lab = lab();
    let those = Arc::clone(&pairs);
    let none = Arc::clone(&pairs);
    let held = lab.look(move |v| links::range(v, &those(), value));
    let steps = value.steps();
    let at = move || steps.iter().position(|step| held.get() == (*step, *step));
    let (text, word) = words::network(value);
    let chosen = move |ev| {
        let step = event_target_value(&ev).parse::<usize>().ok().and_then(|n| steps.get(n).copied());
        if let Some(step) = step {
            let set = |pair| lab.view.with_untracked(|v| links::set(v, pair, value, step));
            lab.act_all(untrack(|| pairs()).into_iter().flat_map(set));
        }
    };
    view! {
        <select on:change=chosen data-testid=format!("link-{word}") disabled=move || none().is_empty()
            aria-label=move || format!("{} · {with}", lab.t(text))
            prop:value=move || at().map(|n| n.to_string()).unwrap_or_default()>
            // A value between the steps, as real networks have, or several.
            <option value="" hidden selected=move || at().is_none()>{move || value.between(held.get())}</option>
            {steps.iter().enumerate().map(|(n, step)| view! {
                <option value=n.to_string() selected=move || at() == Some(n)>{value.text(*step)}</option>
            }).collect_view()}
        </select>
    }
}

#[component]
fn CutButton(pair: (HostId, HostId), with: String) -> impl IntoView {
    let lab = lab();
    let deed = lab.look(move |v| links::cut_or_mend(v, pair));
    let is_cut = move || deed.with(|deed| !matches!(deed, Action::Cut(..)));
    let word = move || lab.t(if is_cut() { Text::Mend } else { Text::Cut });
    let click = move |_| lab.act(deed.get_untracked());
    let label = move || format!("{} · {with}", word());
    view! {
        <button class="small" data-harms=move || (!is_cut()).to_string() aria-label=move || label() on:click=click>{move || word()}</button>
    }
}
