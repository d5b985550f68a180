//! What the page needs of the browser, in a few lines each.

use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

type Slot<T> = Rc<RefCell<Option<Closure<T>>>>;

/// Calls `frame` with the time stamp (milliseconds) of every animation frame, for as long as the page lives.
/// (Boxed: the function that a browser calls exists twice.)
pub(crate) fn every_frame(mut frame: Box<dyn FnMut(f64)>) {
    let slot: Slot<dyn FnMut(f64)> = Rc::default();
    let again = Rc::clone(&slot);
    let request = |slot: &Slot<dyn FnMut(f64)>| {
        if let Some(closure) = slot.borrow().as_ref() {
            // Fails only where the window is gone, and then nobody looks.
            let _ = window().request_animation_frame(closure.as_ref().unchecked_ref());
        }
    };
    *slot.borrow_mut() = Some(Closure::new(move |stamp| {
        frame(stamp);
        request(&again);
    }));
    request(&slot);
}

/// The size of an element in CSS pixels, kept up to date.
pub(crate) fn watch_size(element: &web_sys::Element, size: RwSignal<(f64, f64)>) {
    let watched = element.clone();
    let measure = move || {
        let rect = watched.get_bounding_client_rect();
        let now = (rect.width().round(), rect.height().round());
        if now.0 > 0.0 && now.1 > 0.0 && size.try_get_untracked() != Some(now) {
            size.try_set(now);
        }
    };
    measure();
    let closure = Closure::<dyn FnMut()>::new(measure);
    if let Ok(observer) = web_sys::ResizeObserver::new(closure.as_ref().unchecked_ref()) {
        observer.observe(element);
    }
    closure.forget();
}

/// What the style sheets make of an element.
pub(crate) fn style_of(element: &web_sys::Element) -> Option<web_sys::CssStyleDeclaration> {
    window().get_computed_style(element).ok()?
}

/// Whether a media query matches, kept up to date.
pub(crate) fn media(query: &str) -> ReadSignal<bool> {
    let (matches, set) = signal(false);
    if let Ok(Some(list)) = window().match_media(query) {
        set.set(list.matches());
        let watched = list.clone();
        let closure = Closure::<dyn FnMut()>::new(move || {
            set.try_set(watched.matches());
        });
        let _ = list.add_event_listener_with_callback("change", closure.as_ref().unchecked_ref());
        closure.forget();
    }
    matches
}

/// A setting that was kept from an earlier visit.
pub(crate) fn recall(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Keeps a setting; where the browser forbids that, it lasts until the page is closed.
pub(crate) fn keep(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(key, value);
    }
}

/// Has the bar show another address, which leads nowhere else.
pub(crate) fn show_address(address: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(address));
    }
}

/// Puts a text on the clipboard, and tells whether that was allowed: without a secure context there is no clipboard,
/// and in a page within another only where that allows it.
pub(crate) fn copy(text: &str, done: impl FnOnce(bool) + 'static) {
    let clipboard = window().navigator().clipboard();
    if wasm_bindgen::JsValue::from(clipboard.clone()).is_undefined() {
        return done(false);
    }
    let promise = clipboard.write_text(text);
    leptos::task::spawn_local(async move {
        done(wasm_bindgen_futures::JsFuture::from(promise).await.is_ok());
    });
}

/// Whether the page may fill the screen: not in every browser, and in another page only where that allows it.
pub(crate) fn may_fill_screen() -> bool {
    document().fullscreen_enabled()
}

/// Fills the screen with the page, or gives it back.
pub(crate) fn toggle_full_screen() {
    if document().fullscreen_element().is_some() {
        document().exit_fullscreen();
    } else if let Some(root) = document().document_element() {
        // Refused only where it was not a person who asked for it.
        let _ = root.request_fullscreen();
    }
}

/// Reads a file that the person chose, then calls `done` with its name and text.
pub(crate) fn read_file(file: &web_sys::File, done: impl FnOnce(String, String) + 'static) {
    let Ok(reader) = web_sys::FileReader::new() else { return };
    let (name, result) = (file.name(), reader.clone());
    let closure = Closure::once_into_js(move || {
        let text = result.result().ok().and_then(|value| value.as_string()).unwrap_or_default();
        done(name, text);
    });
    reader.set_onload(Some(closure.unchecked_ref()));
    let _ = reader.read_as_text(file);
}

/// Milliseconds since the page was opened.
pub(crate) fn wall_ms() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
