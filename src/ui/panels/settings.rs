//! The settings, changed while it runs: SENTINEL SET to every sentinel, CONFIG SET to servers, new values for every
//! link.

use crate::cluster::{Cluster, ClusterView, NodeId};
use crate::i18n::{Guide as Word, Phrase, Text};
use crate::ui::guide::guide;
use crate::ui::header::RunButtons;
use crate::ui::lab::{Lab, lab};
use crate::ui::plain::view;
use crate::ui::stage::cut_off;
use crate::ui::words;
use crate::view::format;
use crate::view::settings::{self, Directive, MinReplicas, NetworkValue, NodeValue, nearest};
use leptos::prelude::*;

#[component]
pub(super) fn Settings(
    /// Whether the header has no room for what concerns the run.
    narrow: ReadSignal<bool>,
) -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    view! {
        <div class="settings" data-testid="settings">
            {move || narrow.get().then(|| view! { <div class="run-buttons"><RunButtons /></div> })}
            <h3>{lab.says(Text::SettingsSentinel)}</h3>
            <p class="hint">{lab.says(Text::SettingsHint)}</p>
            {Directive::ALL.map(|value| view! { <Control setting=Setting::Sentinels(value) /> }).collect_view()}
            <h3>{lab.says(Text::SettingsServers)}</h3>
            <p class="hint">{lab.says(Text::ServersHint)}</p>
            {[NodeValue::MinReplicas, NodeValue::MaxLag]
                .map(|value| view! { <Control setting=Setting::Nodes(value, None) /> })
                .collect_view()}
            <h3>{lab.says(Text::SettingsNetwork)}</h3>
            <p class="hint">{lab.says(Text::NetworkHint)}</p>
            {NetworkValue::ALL.map(|value| view! { <Control setting=Setting::Links(value) /> }).collect_view()}
            <button class="small" data-testid="zones" on:click=move |_| cut_off::open(guide)>{guide.says(Word::Sides)}</button>
            <h3>{lab.says(Text::Writer)}</h3>
            <p class="hint">{lab.says(Text::WriterHint)}</p>
            <Control setting=Setting::Nodes(NodeValue::Pace, None) />
            <WriterButton />
        </div>
    }
}

/// Starts a client that writes, or stops it.
#[component]
pub(super) fn WriterButton() -> impl IntoView {
    let lab = lab();
    let writes = lab.look(|v| settings::writes(v).is_some());
    let start_or_stop = move |_| lab.act_all(lab.view.with_untracked(|v| settings::writer(v)));
    view! {
        <button class="small" data-testid="writer" on:click=start_or_stop>
            {move || lab.t(if writes.get() { Text::WriterOff } else { Text::WriterOn })}
        </button>
    }
}

/// Something that has a control.
#[derive(Clone, Copy)]
pub(crate) enum Setting {
    /// Of all sentinels.
    Sentinels(Directive),
    /// Of all links.
    Links(NetworkValue),
    /// Of one node, or of all that have it.
    Nodes(NodeValue, Option<NodeId>),
}

/// A setting as the world has it.
#[derive(PartialEq)]
struct Held {
    label: &'static str,
    value: i64,
    /// The same in figures; where it differs from one to another, from the lowest to the highest.
    text: String,
    /// What it means.
    means: String,
}

impl Setting {
    /// For tests.
    const fn name(self) -> &'static str {
        match self {
            Self::Sentinels(value) => value.word(),
            Self::Links(value) => words::network(value).1,
            Self::Nodes(value, _) => value.name(),
        }
    }

    const fn steps(self) -> &'static [i64] {
        match self {
            Self::Sentinels(value) => value.steps(),
            Self::Links(value) => value.steps(),
            Self::Nodes(value, _) => value.steps(),
        }
    }

    /// None where nobody has it.
    fn held(self, lab: Lab, view: &ClusterView) -> Option<Held> {
        let (label, value, text, means) = match self {
            Self::Sentinels(directive) => {
                let value = settings::held(view, directive)?;
                let text = match directive {
                    Directive::Quorum | Directive::ParallelSyncs => value.to_string(),
                    Directive::DownAfter | Directive::FailoverTimeout => format::span_ms(value),
                };
                let means = match directive {
                    Directive::Quorum => quorum_means(lab, value as u32),
                    Directive::DownAfter => lab.t(Text::DownAfterHint).to_owned(),
                    Directive::FailoverTimeout => lab.t(Text::FailoverTimeoutHint).to_owned(),
                    Directive::ParallelSyncs => lab.t(Text::ParallelSyncsHint).to_owned(),
                };
                (directive.word(), value, text, means)
            }
            Self::Links(of) => {
                let value = settings::network(view).map(|link| of.value(&link))?;
                (lab.t(words::network(of).0), value, of.between(of.range(view)?), String::new())
            }
            Self::Nodes(of, node) => lab.session.with_value(|session| {
                let range = of.range(session.cluster(), node)?;
                let label = if of == NodeValue::Pace { lab.t(Text::Pace) } else { of.name() };
                Some((label, range.0, of.between(range), node_means(lab, session.cluster(), of, range.0)))
            })?,
        };
        Some(Held { label, value, text, means })
    }

    fn set(self, lab: Lab, to: i64) {
        lab.act_all(match self {
            Self::Sentinels(value) => lab.view.with_untracked(|v| settings::set(v, value, to)),
            Self::Links(value) => lab.view.with_untracked(|v| value.set(v, to)),
            Self::Nodes(value, of) => lab.session.with_value(|s| value.set(s.cluster(), of, to)),
        });
    }
}

fn quorum_means(lab: Lab, quorum: u32) -> String {
    let sentinels = lab.matrix.with(|m| m.rows.len()) as u32;
    let majority = sentinels / 2 + 1;
    if quorum > sentinels {
        lab.say(&Phrase::QuorumTooHigh { quorum, sentinels })
    } else {
        let means = lab.say(&Phrase::QuorumMeans { quorum, sentinels, majority });
        let pause = lab.lang.get().pause();
        if quorum == 1 && sentinels > 1 { means + pause + lab.t(Text::QuorumOne) } else { means }
    }
}

fn node_means(lab: Lab, cluster: &Cluster, setting: NodeValue, value: i64) -> String {
    let text = match setting {
        NodeValue::Priority if value == 0 => Text::PriorityZero,
        NodeValue::Priority => Text::PriorityHint,
        NodeValue::MaxLag => Text::MaxLagHint,
        NodeValue::Pace => Text::PaceHint,
        NodeValue::MinReplicas => match settings::min_replicas(cluster) {
            Some(MinReplicas { master, replicas, silent, lag: seconds }) => {
                return lab.say(&Phrase::MinReplicas { master: &master, replicas, silent, lag: seconds });
            }
            None => Text::MinReplicasOff,
        },
    };
    lab.t(text).to_owned()
}

/// A slider over chosen steps, so that sensible values are easy to hit, and what the value means; nothing while nobody
/// has it. It stands where the world has it, whoever set it.
#[component]
pub(crate) fn Control(setting: Setting) -> impl IntoView {
    let lab = lab();
    let held = lab.look(move |view| setting.held(lab, view));
    let say = move |part: fn(&Held) -> String| move || held.with(|held| held.as_ref().map(part));
    let text = say(|held| held.text.clone());
    let steps = setting.steps();
    let place =
        move || held.with(|held| held.as_ref().map_or(0, |held| nearest(steps, held.value))).to_string();
    let chosen = move |ev| {
        let place = event_target_value(&ev).parse::<usize>().ok();
        if let Some(step) = place.and_then(|place| steps.get(place)) {
            setting.set(lab, *step);
        }
    };
    view! {
        <div hidden=move || held.with(Option::is_none)>
            <label class="setting">
                <span class="setting-name">{say(|held| held.label.to_owned())}</span>
                <input type="range" min="0" max=(steps.len() - 1).to_string() step="1"
                    data-testid=format!("set-{}", setting.name()) aria-valuetext=text
                    prop:value=place on:change=chosen />
                <output class="figure">{text}</output>
            </label>
            <p class="means">{say(|held| held.means.clone())}</p>
        </div>
    }
}
