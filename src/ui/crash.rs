//! What happens when the simulation panics: in wasm that ends the module, so a plain card is laid over the
//! page, made without the framework, with what it takes to make the run again.

use leptos::prelude::document;
use std::cell::RefCell;

thread_local! {
    /// How to make the present run again, kept ready for the worst: after a panic nothing can be computed.
    static RECIPE: RefCell<String> = const { RefCell::new(String::new()) };
    static WORDS: RefCell<[&'static str; 3]> = const { RefCell::new(["", "", ""]) };
}

/// Remembers how to make the present run again, and the card's words in the chosen language.
pub(crate) fn remember(recipe: String, words: [&'static str; 3]) {
    RECIPE.with_borrow_mut(|kept| *kept = recipe);
    WORDS.with_borrow_mut(|kept| *kept = words);
}

/// From now on a panic shows the card.
pub(crate) fn watch() {
    std::panic::set_hook(Box::new(|info| {
        let recipe = RECIPE.try_with(|kept| kept.try_borrow().map(|text| text.clone()).unwrap_or_default());
        let words = WORDS.try_with(|kept| kept.try_borrow().map(|words| *words).unwrap_or_default());
        let details = format!("{info}\n\n{}", recipe.unwrap_or_default());
        leptos::logging::error!("{details}");
        show(&details, words.unwrap_or_default());
    }));
}

fn show(details: &str, [title, body, reload]: [&str; 3]) -> Option<()> {
    let document = document();
    if document.get_element_by_id("crash").is_some() {
        return None;
    }
    let make = |name: &str, text: &str| {
        let element = document.create_element(name).ok()?;
        element.set_text_content(Some(text));
        Some(element)
    };
    let card = make("div", "")?;
    card.set_attribute("id", "crash").ok()?;
    card.set_attribute("role", "alertdialog").ok()?;
    let link = make("a", reload)?;
    link.set_attribute("href", "").ok()?;
    for part in [make("h1", title)?, make("p", body)?, make("pre", details)?, link] {
        card.append_child(&part).ok()?;
    }
    document.body()?.append_child(&card).ok()?;
    Some(())
}
