//! The accounts of the writing clients, and what a stricter master would have saved.

use crate::i18n::{Guide as Word, Told};
use crate::ui::guide::guide;
use crate::ui::panels::settings::{Control, Setting};
use crate::ui::plain::{For, view};
use crate::view::clients::{Account, accounts, with_min_replicas};
use crate::view::format;
use crate::view::settings::NodeValue;
use leptos::prelude::*;

#[component]
pub(super) fn Clients() -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    let all = Memo::new(move |_| {
        lab.moment.track();
        lab.run.track();
        lab.session.with_value(|s| accounts(s.cluster(), s.origin()))
    });
    let names = Memo::new(move |_| all.with(|all| all.iter().map(|a| a.name.clone()).collect::<Vec<_>>()));
    view! {
        <div class="clients" data-testid="clients">
            {move || names.with(Vec::is_empty).then(|| view! { <p class="hint">{guide.says(Word::NoClients)}</p> })}
            <For each=move || names.get() key=|name| name.clone()
                children=move |name| view! { <Sheet name=name all=all /> } />
            {move || (!names.with(Vec::is_empty)).then(|| view! {
                <p class="hint">{guide.says(Word::ClientsHint)}</p>
                <WhatIf all=all />
            })}
            <super::settings::WriterButton />
        </div>
    }
}

#[component]
fn Sheet(name: String, all: Memo<Vec<Account>>) -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    let wanted = name.clone();
    let account = Memo::new(move |_| all.with(|all| all.iter().find(|a| a.name == wanted).cloned()));
    let with = move |part: fn(&Account) -> u64| {
        move || account.with(|a| a.as_ref().map_or_else(String::new, |a| format::grouped(part(a))))
    };
    let target = move || account.get().and_then(|a| a.target).unwrap_or_else(|| "–".to_owned());
    let refused = move || {
        let list = account.get().map(|a| a.refused).unwrap_or_default();
        list.iter().map(|(kind, n)| format!("{kind} {}", format::grouped(*n))).collect::<Vec<_>>().join(", ")
    };
    let between = move || {
        let (from, to) = account.get()?.lost_between?;
        let shown = |ms: i64| format::span_ms(ms);
        Some(guide.say(&Told::Between(&shown(from), &shown(to))))
    };
    let without = move || account.get().map_or_else(String::new, |a| format::span_ms(a.without_ms));
    let testid = format!("client-{name}");
    let id = lab.session.with_value(|s| s.cluster().writer(&name));
    let failing = move || account.with(|a| a.as_ref().is_some_and(|a| a.failing)).to_string();
    view! {
        <section class="sheet" data-testid=testid data-failing=move || failing()>
            <h4>{guide.says(Word::Client)}" "{name}<span class="hint">" → "{move || target()}</span></h4>
            <dl class="facts">
                <dt>{guide.says(Word::Acked)}</dt><dd class="figure">{with(|a| a.acked)}</dd>
                <dt>{guide.says(Word::Refused)}</dt>
                <dd class="figure">{with(|a| a.refused.iter().map(|(_, n)| n).sum())}" "<span class="hint">{move || refused()}</span></dd>
                <dt>{guide.says(Word::Lost)}</dt>
                <dd class="figure"><strong>{with(|a| a.lost)}</strong>" "<span class="hint">{move || between()}</span></dd>
                <dt>{guide.says(Word::Without)}</dt><dd class="figure">{move || without()}</dd>
            </dl>
            {id.map(|id| view! { <Control setting=Setting::Nodes(NodeValue::Pace, Some(id)) /> })}
        </section>
    }
}

/// The same run with min-replicas-to-write 1.
#[component]
fn WhatIf(all: Memo<Vec<Account>>) -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    let lag = RwSignal::new(2_u32);
    let would = RwSignal::new(Vec::<(String, u64, Account)>::new());
    // What was computed is of one run up to one moment.
    Effect::new(move |_| {
        lab.run.track();
        would.set(Vec::new());
    });
    let run = move |_| {
        let was = all.get_untracked();
        let then = lab.session.with_value(|s| {
            with_min_replicas(s.scenario(), s.seed(), s.journal(), s.now(), lag.get_untracked())
        });
        let lost = |name: &str| was.iter().find(|a| a.name == name).map_or(0, |a| a.lost);
        would.set(then.into_iter().map(|a| (a.name.clone(), lost(&a.name), a)).collect());
    };
    view! {
        <section class="sheet">
            <h4>{guide.says(Word::WhatIf)}</h4>
            <p class="hint">{guide.says(Word::WhatIfHint)}</p>
            <div class="choices">
                <label class="hint"><code>{guide.says(Word::MaxLag)}</code>" "
                    <select prop:value=move || lag.get().to_string() data-testid="max-lag"
                        on:change=move |ev| if let Ok(n) = event_target_value(&ev).parse() { lag.set(n) }>
                        {[1, 2, 3, 5, 10].map(|n| view! { <option value=n.to_string() selected=move || lag.get() == n>{n}</option> }).collect_view()}
                    </select>
                </label>
                <button class="small" data-testid="what-if" on:click=run>{guide.says(Word::WhatIfRun)}</button>
            </div>
            {move || would.get().into_iter().map(|(name, lost, then)| {
                let refused = then.refused.iter().map(|(_, n)| n).sum();
                view! { <p data-testid="would">{move || guide.say(&Told::Would { name: &name, lost, would: then.lost, refused })}</p> }
            }).collect_view()}
        </section>
    }
}
