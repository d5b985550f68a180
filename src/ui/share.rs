//! The dialog for links, embeds and files.

use crate::i18n::{Guide as Word, Told};
use crate::scenario::run_file;
use crate::scenario::share::LINK_BYTES_MAX;
use crate::ui::dom;
use crate::ui::export::{save_png, save_text, stage_svg};
use crate::ui::film::FilmChoice;
use crate::ui::guide::{Guide, doc, guide};
use crate::ui::plain::view;
use crate::ui::saved::address;
use crate::view::export;
use leptos::html;
use leptos::prelude::*;

#[component]
pub(crate) fn Share() -> impl IntoView {
    view! { <Link /><Embed /><Files /><FilmChoice /> }
}

fn link(guide: Guide) -> Result<String, usize> {
    let see = guide.lab.selected.get_untracked();
    guide.lab.session.with_value(|s| s.shared(see).link())
}

/// A text to be copied: by the button, or by hand.
#[component]
fn Copyable(name: &'static str, label: Word, text: String) -> impl IntoView {
    let guide = guide();
    let field = NodeRef::<html::Textarea>::new();
    let state = RwSignal::new(None);
    let kept = text.clone();
    let copy = move |_| {
        if let Some(field) = field.get_untracked() {
            field.select();
        }
        dom::copy(&kept, move |copied| {
            state.try_set(Some(if copied { Word::Copied } else { Word::CopyByHand }));
        });
    };
    view! {
        <div class="copyable">
            <textarea readonly rows="2" node_ref=field data-testid=name prop:value=text
                aria-label=move || guide.t(label)
                on:focus=move |_| if let Some(field) = field.get_untracked() { field.select() }></textarea>
            <button data-testid=format!("{name}-copy") on:click=copy>{guide.says(label)}</button>
        </div>
        <p class="hint" role="status">{move || state.get().map(|word| guide.t(word))}</p>
    }
}

#[component]
fn Link() -> impl IntoView {
    let guide = guide();
    let print = guide.lab.session.with_value(crate::ui::session::Session::fingerprint);
    let link = link(guide);
    let shown = print.clone();
    let length = link.as_ref().map_or_else(|n| *n, String::len);
    let fits = link.is_ok();
    view! {
        <p>{guide.says(Word::ShareHint)}</p>
        {link.ok().map(|text| view! { <Copyable name="share-link" label=Word::CopyLink text=format!("{}#{text}", address()) /> })}
        <p class="hint" data-testid="share-length">{move || guide.say(&if fits {
            Told::LinkLength(length, LINK_BYTES_MAX)
        } else {
            Told::LinkTooLong(length, LINK_BYTES_MAX)
        })}</p>
        <p class="hint" data-testid="fingerprint" data-value=print>
            {move || guide.say(&Told::Fingerprint(&shown))}
        </p>
    }
}

#[component]
fn Embed() -> impl IntoView {
    let guide = guide();
    let level = RwSignal::new("player");
    let levels = [
        ("stage", Word::EmbedStage, Word::EmbedStageHint),
        ("player", Word::EmbedPlayer, Word::EmbedPlayerHint),
        ("panels", Word::EmbedPanels, Word::EmbedPanelsHint),
    ];
    let hint =
        move || levels.into_iter().find(|(name, ..)| *name == level.get()).map(|(.., hint)| guide.t(hint));
    let code = move |link: &str| {
        let (level, height) = (level.get(), if level.get() == "panels" { 720 } else { 480 });
        format!(
            "<iframe src=\"{}?embed={level}#{}\" width=\"100%\" height=\"{height}\" title=\"Sentinel Lab\" \
             loading=\"lazy\" allowfullscreen style=\"border:0\"></iframe>",
            address(),
            link.replace('&', "&amp;")
        )
    };
    link(guide).ok().map(|link| {
        view! {
            <h3>{guide.says(Word::Embed)}</h3>
            <div class="choices" role="group" aria-label=guide.says(Word::EmbedHint)>
                <span class="hint">{guide.says(Word::EmbedHint)}</span>
                {levels.map(|(name, word, _)| view! {
                    <button class="small" aria-pressed=move || (level.get() == name).to_string()
                        data-testid=format!("embed-{name}") on:click=move |_| level.set(name)>
                        {guide.says(word)}
                    </button>
                }).collect_view()}
            </div>
            <p class="hint" data-testid="embed-hint">{move || hint()}</p>
            <p>{doc("embed", Word::DocEmbed)}</p>
            {move || view! { <Copyable name="embed-code" label=Word::CopyCode text=code(&link) /> }}
        }
    })
}

/// What a run can be saved as.
const FILES: [(&str, Word); 7] = [
    ("run", Word::ExportRun),
    ("scenario", Word::ExportScenario),
    ("log", Word::ExportLog),
    ("transcript", Word::ExportTranscript),
    ("events", Word::ExportCapture),
    ("svg", Word::ExportSvg),
    ("png", Word::ExportPng),
];

fn save(guide: Guide, what: &str) {
    let (lab, lang) = (guide.lab, guide.lab.lang.get_untracked());
    let name = lab.session.with_value(|s| format!("{}-{}", s.scenario().id, s.seed().0));
    let see = lab.selected.get_untracked();
    let (ending, kind, text) = match what {
        "svg" => match stage_svg() {
            Some((svg, ..)) => ("svg", "image/svg+xml", svg),
            None => return lab.notify(lang.guide(Word::NoPicture).to_owned(), true),
        },
        "png" => return save_png(guide, format!("{name}.png")),
        _ => lab.session.with_value(|s| match what {
            "run" => ("lab.txt", "text/plain", s.shared(see).to_text()),
            "scenario" => ("json", "application/json", s.scenario().to_json()),
            "log" => ("log", "text/plain", export::log(s.cluster(), &s.records()[..s.heard()])),
            "events" => ("run.json", "application/json", run_file(s.scenario(), &s.played()).to_string()),
            _ => ("txt", "text/plain", export::transcript(lang, &s.view(), s.told(), s.origin())),
        }),
    };
    save_text(&format!("{name}.{ending}"), kind, &text);
}

#[component]
fn Files() -> impl IntoView {
    let guide = guide();
    view! {
        <h3>{guide.says(Word::Export)}</h3>
        <div class="choices">
            {FILES.map(|(what, word)| view! {
                <button class="small" data-testid=format!("save-{what}") on:click=move |_| save(guide, what)>
                    {guide.says(word)}
                </button>
            }).collect_view()}
        </div>
    }
}
