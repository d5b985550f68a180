//! Which master the panels tell of, where sentinels monitor several.

use crate::cluster::ClusterView;
use crate::i18n::Text;
use crate::ui::lab::lab;
use crate::ui::plain::view;
use leptos::prelude::*;

/// Nothing while there is one.
#[component]
pub(super) fn MasterChooser() -> impl IntoView {
    let lab = lab();
    let names = lab.look(ClusterView::master_names);
    let chosen = lab.look(|view| view.watched.as_ref().map(ToString::to_string));
    let choose = move |ev| {
        lab.session.update_value(|session| session.watch(event_target_value(&ev).into()));
        lab.publish();
    };
    let option = move |name: String| {
        let (value, shown) = (name.clone(), name.clone());
        let is_chosen = move || chosen.with(|chosen| chosen.as_ref() == Some(&name));
        view! { <option value=value selected=move || is_chosen()>{shown}</option> }
    };
    move || {
        let names: Vec<String> = names.with(|names| names.iter().map(ToString::to_string).collect());
        (names.len() > 1).then(|| {
            view! {
                <label class="masters">
                    <span>{lab.says(Text::WatchedMaster)}</span>
                    <select data-testid="masters" on:change=choose>{names.into_iter().map(option).collect_view()}</select>
                </label>
            }
        })
    }
}
