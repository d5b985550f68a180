//! The page (Leptos, wasm32 only): holds no rule of Redis, reads snapshots, sends actions.

use leptos::prelude::*;

/// Mounts the page into the document's body.
pub fn mount() {
    mount_to_body(|| view! { <p>"Sentinel Lab"</p> });
}
