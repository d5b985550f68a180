//! What is remembered from visit to visit: language, theme, and which packets are hidden.

use crate::i18n::Lang;
use crate::ui::dom;
use leptos::prelude::*;

/// Which colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    const fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The next one in turn.
    pub(crate) const fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }
}

/// The theme of the last visit.
pub(crate) fn theme() -> Theme {
    match dom::recall("theme").as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::Auto,
    }
}

/// The language of the last visit; on the first, the browser's.
pub(crate) fn lang() -> Lang {
    let browser = || window().navigator().language();
    dom::recall("lang").or_else(browser).map_or(Lang::En, |tag| Lang::of_tag(&tag))
}

/// The packets that were hidden on the last visit, see [`crate::view::kinds::Hidden::bits`].
pub(crate) fn hidden() -> u32 {
    dom::recall("hidden").and_then(|bits| bits.parse().ok()).unwrap_or(0)
}

/// Applies language and theme to the document and keeps them, and what is hidden, whenever they change.
pub(crate) fn apply(lang: RwSignal<Lang>, theme: RwSignal<Theme>, hidden: RwSignal<u32>) {
    Effect::new(move |before: Option<()>| {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("lang", lang.get().tag());
            let _ = root.set_attribute("data-theme", theme.get().word());
        }
        let hidden = hidden.get();
        // The first time says nothing of the person's wishes.
        if before.is_some() {
            dom::keep("lang", lang.get().tag());
            dom::keep("theme", theme.get().word());
            dom::keep("hidden", &hidden.to_string());
        }
    });
}
