//! Whose view the stage shows: the truth, or what one sentinel believes.

use crate::i18n::Term;
use crate::ui::lab::lab;
use crate::ui::plain::{For, view};
use leptos::prelude::*;

#[component]
pub(super) fn SeeAs() -> impl IntoView {
    let lab = lab();
    let sentinels = Memo::new(move |_| {
        let run = lab.run.get();
        lab.matrix.with(|m| m.rows.iter().map(|r| (run, r.id, r.name.to_string())).collect::<Vec<_>>())
    });
    view! {
        <div class="see" role="group" aria-label=lab.names(Term::SeeAs) title=lab.names(Term::SeeHint)
            data-seeing=move || lab.see.get().is_some().to_string()>
            <span class="see-word">{lab.names(Term::SeeAs)}</span>
            <button data-testid="see-truth" aria-pressed=move || lab.see.get().is_none().to_string()
                on:click=move |_| lab.see.set(None)>{lab.names(Term::SeeTruth)}</button>
            <For each=move || sentinels.get() key=|s| s.clone() children=move |(_, id, name)| view! {
                <button data-testid=format!("see-{name}")
                    aria-pressed=move || (lab.see.get() == Some(id)).to_string()
                    on:click=move |_| lab.see.set(Some(id))>{name.clone()}</button>
            } />
        </div>
    }
}
