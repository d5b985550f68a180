//! A span of the run as a film: what the stage shows while it plays, with the clock and the captions below.
//!
//! It is recorded by the browser (MediaRecorder) from a canvas on which the stage's picture is drawn ten times a
//! second, the very one that is exported as SVG. An animated SVG would be as true, but each of its frames is 30 kB
//! of elements, so a quarter of a minute has megabytes and its viewer no bar to seek in; and writing one from the
//! run would be a second stage. A film also goes into slides and chats. The encoder is the browser's and costs the
//! page nothing.

use crate::i18n::{Guide as Word, Told};
use crate::sim::{Micros, SimTime};
use crate::ui::dom;
use crate::ui::export::{save, stage_svg};
use crate::ui::guide::{Guide, guide};
use crate::ui::plain::view;
use crate::ui::session::Session;
use crate::view::{export, format};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, MediaRecorder};

/// So long lie between two frames, in milliseconds: drawing one takes half of that.
const FRAME_MS: f64 = 100.0;
/// So long the last frame stays, in milliseconds.
const LAST_MS: f64 = 1000.0;
/// How wide a film is at least, in pixels: a phone's stage is drawn larger.
const WIDTH: f64 = 1280.0;
/// How high the strip for the clock and the captions is, in CSS pixels of the stage.
const STRIP: f64 = 92.0;
/// Bits a second: words are small, and stay legible.
const RATE: u32 = 4_000_000;
/// How much of the run is filmed, in seconds, to choose from.
const SPANS: [u64; 4] = [2, 10, 30, 60];

/// What the browser can record; nothing where it cannot.
fn kind() -> Option<&'static str> {
    let recorder = js_sys::Reflect::get(&window(), &"MediaRecorder".into()).ok()?;
    let canvas = document().create_element("canvas").ok()?;
    if recorder.is_undefined() || !js_sys::Reflect::has(&canvas, &"captureStream".into()).ok()? {
        return None;
    }
    ["video/webm", "video/mp4"].into_iter().find(|kind| MediaRecorder::is_type_supported(kind))
}

/// Plays from here on for so many simulated seconds, and saves what is to be seen meanwhile.
fn begin(guide: Guide, seconds: u64) {
    let (now, run) = (guide.lab.session.with_value(Session::now), guide.lab.run.get_untracked());
    let end = now + Micros::from_secs(seconds);
    guide.dialog.set(None);
    guide.filmed.set(Some(end));
    guide.lab.playing.set(true);
    leptos::task::spawn_local(async move {
        if film(guide, end, run).await.is_none() {
            let text = guide.lab.lang.get_untracked().guide(Word::NoPicture);
            guide.lab.notify(text.to_owned(), true);
        }
        guide.filmed.set(None);
    });
}

async fn film(guide: Guide, end: SimTime, run: u32) -> Option<()> {
    let kind = kind()?;
    let (_, width, height) = stage_svg()?;
    let canvas = document().create_element("canvas").ok()?.dyn_into::<HtmlCanvasElement>().ok()?;
    let scale = (WIDTH / width).clamp(1.0, 2.0);
    // Encoders want even figures.
    canvas.set_width((width * scale) as u32 & !1);
    canvas.set_height(((height + STRIP) * scale) as u32 & !1);
    let pen = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
    pen.scale(scale, scale).ok()?;

    let options = web_sys::MediaRecorderOptions::new();
    options.set_mime_type(kind);
    options.set_video_bits_per_second(RATE);
    let stream = canvas.capture_stream().ok()?;
    let recorder = MediaRecorder::new_with_media_stream_and_media_recorder_options(&stream, &options).ok()?;
    let name = guide.lab.session.with_value(|s| format!("{}-{}", s.scenario().id, s.seed().0));
    let saved = Closure::once_into_js(move |event: web_sys::BlobEvent| {
        if let Some(blob) = event.data() {
            save(&format!("{name}.{}", &kind[6..]), &blob);
        }
    });
    // All of it comes at once when it stops.
    recorder.set_ondataavailable(Some(saved.unchecked_ref()));
    recorder.start().ok()?;
    // At the end the page shows it first; then it is drawn twice, as a frame stays until the next one is drawn.
    let mut since_end = 0;
    loop {
        let (began, now) = (dom::wall_ms(), guide.lab.session.with_value(Session::now));
        if guide.lab.run.get_untracked() != run {
            // Another run is none of this film's.
            break;
        }
        if since_end > 0 || now >= end || guide.filmed.get_untracked().is_none() {
            since_end += 1;
        }
        if since_end == 1 {
            guide.lab.playing.set(false);
            guide.lab.seek(now.min(end));
        }
        frame(guide, &pen, (width, height)).await?;
        // What is drawn is recorded a little later.
        let left = FRAME_MS - (dom::wall_ms() - began);
        rest(if since_end == 2 { LAST_MS } else { left.max(30.0) }).await;
        if since_end == 3 {
            break;
        }
    }
    recorder.stop().ok()
}

/// Draws what the stage shows, and below what is to be said of it.
async fn frame(guide: Guide, pen: &CanvasRenderingContext2d, (width, height): (f64, f64)) -> Option<()> {
    let (svg, ..) = stage_svg()?;
    let image = HtmlImageElement::new().ok()?;
    let address = String::from(js_sys::encode_uri_component(&svg));
    image.set_src(&format!("data:image/svg+xml;charset=utf-8,{address}"));
    JsFuture::from(image.decode()).await.ok()?;
    let body = document().body()?;
    let style = dom::style_of(&body)?;
    let looks = |name: &str| style.get_property_value(name).unwrap_or_default();
    pen.set_fill_style_str(&looks("background-color"));
    pen.fill_rect(0.0, 0.0, width, height + STRIP);
    pen.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height).ok()?;
    // Where packets go by the hundred they are on a canvas of their own.
    if let Some(swarm) = document().query_selector(".swarm").ok()? {
        let swarm = swarm.dyn_into::<HtmlCanvasElement>().ok()?;
        if swarm.width() > 0 {
            pen.draw_image_with_html_canvas_element_and_dw_and_dh(&swarm, 0.0, 0.0, width, height).ok()?;
        }
    }
    let family = looks("font-family");
    let (left, right) = (16.0, width - 16.0);
    let room = right - left;
    let says = |css: &str| {
        let part = document().query_selector(css).ok().flatten();
        part.and_then(|part| part.text_content()).unwrap_or_default()
    };
    pen.set_fill_style_str(&looks("color"));
    pen.set_font(&format!("600 18px {family}"));
    let clock = guide.lab.session.with_value(|s| format::clock(s.now(), s.origin()));
    pen.fill_text_with_max_width(&clock, left, height + 24.0, room).ok()?;
    pen.set_font(&format!("15px {family}"));
    pen.set_text_align("right");
    pen.fill_text_with_max_width(&says("[data-testid=factor]"), right, height + 24.0, room / 2.0).ok()?;
    pen.set_text_align("left");
    let caption = says("[data-testid=caption] p");
    let share = room / pen.measure_text(&caption).ok()?.width().max(1.0);
    let (first, second) = export::two_lines(&caption, share);
    pen.fill_text_with_max_width(first, left, height + 50.0, room).ok()?;
    pen.fill_text_with_max_width(second, left, height + 72.0, room).ok()
}

/// Waits for so many milliseconds.
async fn rest(ms: f64) {
    let promise = js_sys::Promise::new(&mut |done, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, ms as i32);
    });
    let _ = JsFuture::from(promise).await;
}

/// That a film is being made, and how to stop it.
#[component]
pub(super) fn FilmBar() -> impl IntoView {
    let guide = guide();
    let stop = NodeRef::<html::Button>::new();
    // Whoever began it by a key stops it by the same.
    Effect::new(move |_| {
        if let Some(stop) = stop.get() {
            let _ = stop.focus();
        }
    });
    let progress = move |end: SimTime| {
        let moment = guide.lab.moment.get();
        let clock = |at| format::clock(at, moment.origin);
        guide.say(&Told::Filming(&clock(moment.now), &clock(end)))
    };
    move || {
        let end = guide.filmed.get()?;
        Some(view! {
            <div class="film-bar" role="group" aria-label=guide.says(Word::Film) data-testid="film-bar">
                <p>{move || progress(end)}</p>
                <button class="small" node_ref=stop data-testid="film-stop" on:click=move |_| guide.filmed.set(None)>
                    {guide.says(Word::FilmStop)}
                </button>
            </div>
        })
    }
}

/// In the window for sharing: how much is to be filmed.
#[component]
pub(super) fn FilmChoice() -> impl IntoView {
    let guide = guide();
    let can = kind().is_some();
    // One at a time.
    let is_filming = guide.filmed.get_untracked().is_some();
    view! {
        <h3>{guide.says(Word::Film)}</h3>
        <p class="hint" data-testid="film-hint">
            {guide.says(if can { Word::FilmHint } else { Word::FilmUnable })}
        </p>
        {(can && !is_filming).then(|| view! {
            <div class="choices">
                {SPANS.map(|seconds| view! {
                    <button class="small" data-testid=format!("film-{seconds}")
                        on:click=move |_| begin(guide, seconds)>{format!("{seconds} s")}</button>
                }).collect_view()}
            </div>
        })}
    }
}
