//! Files for the reader's disk: texts, and the stage as a picture.

use crate::ui::dom;
use crate::ui::guide::Guide;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// What of an element's look is written into the picture: what the style sheets set of drawn things. What is not
/// inherited comes first, each with what it is where nothing is set.
const LOOKS: [(&str, &str); 20] = [
    ("opacity", "1"),
    ("display", "inline"),
    ("text-decoration", "none"),
    ("transform", "none"),
    ("transform-origin", "0px 0px"),
    ("dominant-baseline", ""),
    ("visibility", ""),
    ("fill", ""),
    ("fill-opacity", ""),
    ("stroke", ""),
    ("stroke-width", ""),
    ("stroke-dasharray", ""),
    ("stroke-dashoffset", ""),
    ("stroke-linecap", ""),
    ("stroke-linejoin", ""),
    ("font-family", ""),
    ("font-size", ""),
    ("font-weight", ""),
    ("text-anchor", ""),
    ("paint-order", ""),
];

/// Gives a text to the reader as a file.
pub(crate) fn save_text(name: &str, kind: &str, text: &str) {
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(kind);
    if let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options) {
        save(name, &blob);
    }
}

/// The same of any other kind of content.
pub(crate) fn save(name: &str, blob: &web_sys::Blob) {
    let Ok(url) = web_sys::Url::create_object_url_with_blob(blob) else { return };
    let link = document().create_element("a").ok().and_then(|a| a.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(link) = link {
        let _ = link.set_attribute("href", &url);
        let _ = link.set_attribute("download", name);
        link.click();
    }
    // The download has its own hold on the blob once it has begun.
    set_timeout(
        move || {
            let _ = web_sys::Url::revoke_object_url(&url);
        },
        std::time::Duration::from_secs(10),
    );
}

/// The stage as an SVG that needs no style sheet, and its size.
pub(crate) fn stage_svg() -> Option<(String, f64, f64)> {
    let live = document().query_selector(".stage-svg").ok()??;
    let copy = live.clone_node_with_deep(true).ok()?.dyn_into::<web_sys::Element>().ok()?;
    dress(&live, &copy, None);
    let rect = live.get_bounding_client_rect();
    let (width, height) = (rect.width(), rect.height());
    copy.set_attribute("xmlns", "http://www.w3.org/2000/svg").ok()?;
    copy.set_attribute("width", &width.to_string()).ok()?;
    copy.set_attribute("height", &height.to_string()).ok()?;
    copy.set_attribute("viewBox", &format!("0 0 {width} {height}")).ok()?;
    let ground = document().create_element_ns(Some("http://www.w3.org/2000/svg"), "rect").ok()?;
    ground.set_attribute("width", "100%").ok()?;
    ground.set_attribute("height", "100%").ok()?;
    let body = document().body()?;
    let paper = dom::style_of(&body)?.get_property_value("background-color").ok()?;
    ground.set_attribute("fill", &paper).ok()?;
    copy.insert_before(&ground, copy.first_child().as_ref()).ok()?;
    Some((web_sys::XmlSerializer::new().ok()?.serialize_to_string(&copy).ok()?, width, height))
}

/// Writes the look of each element into its copy, as far as it is not that of what it is in.
fn dress(live: &web_sys::Element, copy: &web_sys::Element, around: Option<&web_sys::CssStyleDeclaration>) {
    let Some(style) = dom::style_of(live) else { return };
    for (name, usual) in LOOKS {
        let of = |style: &web_sys::CssStyleDeclaration| style.get_property_value(name).unwrap_or_default();
        let value = of(&style);
        let is_plain = if usual.is_empty() {
            around.is_some_and(|around| of(around) == value)
        } else {
            // A place that the element says itself stands as it is.
            value.starts_with(usual) || name == "transform" && copy.has_attribute(name)
        };
        if !is_plain {
            // Attributes rather than a style: the page's security policy forbids the latter in a copy, too.
            let _ = copy.set_attribute(name, &value);
        }
    }
    for name in ["class", "tabindex", "role", "data-testid"] {
        let _ = copy.remove_attribute(name);
    }
    let (from, to) = (live.children(), copy.children());
    for n in 0..from.length() {
        if let (Some(from), Some(to)) = (from.item(n), to.item(n)) {
            dress(&from, &to, Some(&style));
        }
    }
}

/// The stage as a PNG, twice as large as on the screen; says so where the browser cannot.
pub(crate) fn save_png(guide: Guide, name: String) {
    let failed = move || {
        let text = guide.lab.lang.get_untracked().guide(crate::i18n::Guide::NoPicture);
        guide.lab.notify(text.to_owned(), true);
    };
    let Some((svg, width, height)) = stage_svg() else { return failed() };
    let Ok(image) = web_sys::HtmlImageElement::new() else { return failed() };
    let drawn = image.clone();
    let draw = move || -> Option<()> {
        let canvas =
            document().create_element("canvas").ok()?.dyn_into::<web_sys::HtmlCanvasElement>().ok()?;
        canvas.set_width((width * 2.0) as u32);
        canvas.set_height((height * 2.0) as u32);
        let context = canvas.get_context("2d").ok()??.dyn_into::<web_sys::CanvasRenderingContext2d>().ok()?;
        let (wide, high) = (width * 2.0, height * 2.0);
        context.draw_image_with_html_image_element_and_dw_and_dh(&drawn, 0.0, 0.0, wide, high).ok()?;
        let done = Closure::once_into_js(move |blob: JsValue| match blob.dyn_into::<web_sys::Blob>() {
            Ok(blob) => save(&name, &blob),
            Err(_) => failed(),
        });
        canvas.to_blob(done.unchecked_ref()).ok()
    };
    let loaded = Closure::once_into_js(move || {
        if draw().is_none() {
            failed();
        }
    });
    image.set_onload(Some(loaded.unchecked_ref()));
    let address = js_sys::encode_uri_component(&svg);
    image.set_src(&format!("data:image/svg+xml;charset=utf-8,{}", String::from(address)));
}
