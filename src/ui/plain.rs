//! Views of one type.
//!
//! Leptos makes code of its own for every type of view that is shown, kept up to date or put in a list, and
//! every nesting of elements is a type. Here all of them become one type as soon as they are written down.

use fnv::FnvHasher;
use leptos::prelude::{AnyView, IntoAny, IntoView, RenderHtml, View, component};
use std::hash::{Hash, Hasher as _};
use std::sync::{Arc, Mutex};

/// Leptos's `view!`, except that what it gives is always an [`AnyView`].
macro_rules! view {
    ($($markup:tt)*) => { $crate::ui::plain::forget(::leptos::view! { $($markup)* }) };
}
pub(crate) use view;

/// Forgets what a view was made of.
pub(crate) fn forget<T: RenderHtml + Send>(view: View<T>) -> AnyView {
    view.into_inner().into_any()
}

/// A text that may change, as Leptos's `view!` has it of a closure.
pub(crate) type Shown = Arc<Mutex<dyn FnMut() -> &'static str + Send>>;

/// Something to show in a list: the hash of its key, and what makes the view of it.
type Item = (u64, Box<dyn FnOnce() -> AnyView + Send>);

/// Leptos's `For`, made once for all lists: what is listed is forgotten, too.
#[component]
pub(crate) fn For<E, I, T, F, K, C>(
    /// What is to be shown.
    each: E,
    /// By what it is known again. Two with the same hash (64 bits) would be taken for the same.
    key: F,
    /// The view of it.
    children: C,
) -> impl IntoView
where
    E: Fn() -> I + Send + 'static,
    I: IntoIterator<Item = T>,
    T: Send + 'static,
    F: Fn(&T) -> K + Send + 'static,
    K: Hash,
    C: Fn(T) -> AnyView + Send + Sync + 'static,
{
    let children = Arc::new(children);
    list(Box::new(move || {
        let item = |item: T| -> Item {
            let mut hash = FnvHasher::default();
            key(&item).hash(&mut hash);
            let children = Arc::clone(&children);
            (hash.finish(), Box::new(move || children(item)))
        };
        each().into_iter().map(item).collect()
    }))
}

fn list(each: Box<dyn Fn() -> Vec<Item> + Send>) -> AnyView {
    let children = |item: Item| item.1();
    leptos::prelude::For(
        leptos::prelude::ForProps::builder().each(each).key(|item: &Item| item.0).children(children).build(),
    )
    .into_any()
}
