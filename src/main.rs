//! In the browser: mounts the page. Natively: the command line.

#[cfg(target_arch = "wasm32")]
fn main() {
    sentinel_lab::ui::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
