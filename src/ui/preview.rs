//! What the text in the window for opening would become, as it is being written (`view::preview`).

use crate::i18n::Guide as Word;
use crate::ui::guide::guide;
use crate::ui::plain::view;
use crate::view::preview::Preview;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

/// How high a line of the field is, in pixels, as the style sheet has it.
const LINE: usize = 17;

/// Of the file `name` with the text `text`, which stands in the field `area`.
#[component]
pub(super) fn PreviewPane(
    name: RwSignal<String>,
    text: RwSignal<String>,
    area: NodeRef<html::Textarea>,
) -> impl IntoView {
    let guide = guide();
    let (verdict, markup) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    Effect::new(move |_| {
        let lang = guide.lab.lang.get();
        text.with(|text| {
            let shown = name.with_untracked(|name| Preview::of(lang, name, text));
            verdict.set(shown.verdict(lang));
            markup.set(shown.markup(lang, text));
        });
    });
    let show = move |ev: web_sys::MouseEvent| {
        let button = ev.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if let Some((button, area)) = button.zip(area.get_untracked()) {
            select(&button, &area);
        }
    };
    view! {
        <section class="open-preview" data-testid="open-preview" tabindex="0" aria-label=guide.says(Word::Becomes) on:click=show>
            <p class="open-verdict" role="status" data-testid="open-verdict">{move || verdict.get()}</p>
            <div inner_html=move || markup.get()></div>
        </section>
    }
}

/// Selects the part of the field's text that a button is for, and brings it into view.
pub(super) fn select(button: &web_sys::Element, area: &web_sys::HtmlTextAreaElement) {
    let end = |name: &str| button.get_attribute(name)?.parse::<u32>().ok();
    let Some((from, to)) = end("data-from").zip(end("data-to")) else { return };
    let _ = area.focus();
    let _ = area.set_selection_range(from, to);
    let line =
        area.value().encode_utf16().take(from as usize).filter(|unit| *unit == u16::from(b'\n')).count();
    area.set_scroll_top((line.saturating_sub(3) * LINE) as i32);
}
