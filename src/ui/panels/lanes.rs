//! The lanes: time to the right, a lane a node, marks for what it said and for what was done to it.

use crate::cluster::NodeId;
use crate::i18n::Text;
use crate::sim::SimTime;
use crate::ui::dom;
use crate::ui::focus;
use crate::ui::lab::{lab, settled};
use crate::ui::plain::{For, view};
use crate::ui::session;
use crate::view::{format, marks, pace};
use leptos::html;
use leptos::prelude::*;

const LANE: f64 = 26.0;
const LEFT: f64 = 52.0;
/// Windows that can be chosen, in milliseconds.
const WINDOWS: [u64; 9] = [10, 50, 200, 1000, 5000, 20_000, 60_000, 300_000, 1_200_000];

#[component]
pub(super) fn Lanes() -> impl IntoView {
    let lab = lab();
    let size = RwSignal::new((944.0, 190.0));
    let frame = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(frame) = frame.get() {
            dom::watch_size(&frame, size);
        }
    });
    // Chosen by hand, or following the pace with some slack, so that it does not jump to and fro.
    let chosen = RwSignal::new(None::<usize>);
    let paced = Memo::new(move |before: Option<&usize>| {
        let before = before.copied().unwrap_or(5);
        if !lab.playing.get() {
            return before;
        }
        let wanted = pace::lane_window_ms(lab.speed.get());
        let fits = |ms: u64| ms as f64 > wanted * 0.3 && (ms as f64) < wanted * 4.0;
        let nearest = || WINDOWS.iter().position(|ms| *ms as f64 >= wanted).unwrap_or(WINDOWS.len() - 1);
        if fits(WINDOWS[before]) { before } else { nearest() }
    });
    let zoom = Memo::new(move |_| chosen.get().unwrap_or_else(|| paced.get()));
    let window = move || WINDOWS[zoom.get()] * 1000;
    let zoom_by = move |out: bool| {
        let now = zoom.get_untracked();
        chosen.set(Some(if out { (now + 1).min(WINDOWS.len() - 1) } else { now.saturating_sub(1) }));
    };
    let nodes = lab.look(|v| v.nodes.iter().map(|n| (n.id, n.name.to_string())).collect::<Vec<_>>());
    // What concerns nobody in particular stands above the first lane.
    let lane = move |id: Option<NodeId>| {
        let Some(id) = id else { return 6.0 };
        let row = nodes.with(|n| n.iter().position(|(i, _)| *i == id)).unwrap_or(0);
        16.0 + row as f64 * step(nodes.with(Vec::len), size.get().1)
    };
    // The playhead stands at four fifths of the width once so much time has passed.
    let left_edge = move || {
        let moment = lab.moment.get();
        let back = window() * 4 / 5;
        moment.now.0.saturating_sub(back).max(moment.origin.0)
    };
    // What is drawn stays where it is on a strip that begins here, and the strip as a whole moves with time: a
    // frame costs one attribute, however much there is to see.
    let anchor = settled(move || {
        let (origin, every) = (lab.moment.with(|m| m.origin.0), window() / 5);
        origin + (left_edge() - origin) / every * every
    });
    let scale = move || (size.get().0 - LEFT - 12.0).max(50.0) / window() as f64;
    let x = move |at: SimTime| (at.0 as f64 - anchor.get() as f64) * scale();
    let slid = move || format!("translate({:.1})", -((left_edge() - anchor.get()) as f64) * scale());
    let found = Memo::new(move |_| {
        let ((run, _, shown), spoken) = (lab.heard.get(), lab.lang.get().tag());
        let from = SimTime(anchor.get());
        let to = from.0 + window() * 6 / 5;
        lab.session.with_value(|s| {
            let records = &s.records()[..shown];
            let first = records.partition_point(|r| r.at < from);
            let marks = records[first..].iter().enumerate().take_while(|(_, r)| r.at.0 <= to);
            marks
                .filter(|(_, r)| session::is_notable(r))
                .take(400)
                .map(|(i, r)| (run, first + i, r.at, r.node, session::category_of(r), spoken))
                .collect::<Vec<_>>()
        })
    });
    let go = move |n: usize, at: SimTime| {
        lab.seek(at);
        lab.ask(n);
    };
    // Marks come and go with time: the lanes are in the order of tabs as a whole, arrows lead to their marks.
    let key = move |ev: web_sys::KeyboardEvent| {
        let way = focus::arrow(&ev.key());
        if way.is_none() && !matches!(ev.key().as_str(), "Enter" | " ") {
            return;
        }
        let (from, all) = (left_edge(), found.get_untracked());
        let before = |at: u64| all.partition_point(|mark| mark.2.0 < at);
        let shown = &all[before(from)..before(from + window() + 1)];
        let on = document().active_element().and_then(|on| on.id().strip_prefix("mark-")?.parse().ok());
        let here = shown.iter().position(|mark| Some(mark.1) == on);
        let to = match (way, here) {
            (Some(way), Some(here)) => nodes.with_untracked(|nodes| {
                let of = |id| nodes.iter().position(|(node, _)| Some(*node) == id).map_or(0, |n| n + 1);
                marks::beside(&shown.iter().map(|mark| (mark.2, of(mark.3))).collect::<Vec<_>>(), here, way)
            }),
            // From outside to what happened last.
            (Some(_), None) => {
                Some(before(lab.moment.get_untracked().now.0 + 1).saturating_sub(before(from) + 1))
            }
            (None, Some(here)) => {
                go(shown[here].1, shown[here].2);
                None
            }
            (None, None) => return,
        };
        ev.prevent_default();
        ev.stop_propagation();
        if let Some(mark) = to.and_then(|to| shown.get(to)) {
            focus::focus_id(&format!("mark-{}", mark.1));
        }
    };
    let ticks = move || {
        let span = window();
        let every = span / 5;
        let first = anchor.get();
        let origin = lab.moment.with_untracked(|m| m.origin);
        (0..7)
            .map(|n| SimTime(first + n * every))
            .map(|at| {
                let place = format!("{:.1}", x(at));
                let text = format::clock(at, origin);
                view! {
                    <line class="grid" x1=place.clone() x2=place.clone() y1="0" y2="100%" />
                    <text class="grid-text" x=place y=move || format!("{:.0}", size.get().1 - 5.0)>{text}</text>
                }
            })
            .collect_view()
    };
    let playhead =
        move || format!("{:.1}", (lab.moment.with(|m| m.now.0) - left_edge()) as f64 * scale() + LEFT);
    view! {
        <div class="lanes-bar">
            <h2>{lab.says(Text::PanelLanes)}</h2>
            <span class="spring"></span>
            <button class="quiet" aria-label=lab.says(Text::ZoomOut) title=lab.says(Text::ZoomOut)
                on:click=move |_| zoom_by(true)>"−"</button>
            <output class="figure">{move || format::span_ms((window() / 1000) as i64)}</output>
            <button class="quiet" aria-label=lab.says(Text::ZoomIn) title=lab.says(Text::ZoomIn)
                on:click=move |_| zoom_by(false)>"+"</button>
            <button class="quiet" aria-pressed=move || chosen.get().is_none().to_string()
                on:click=move |_| chosen.set(None)>{lab.says(Text::ZoomAuto)}</button>
        </div>
        <div class="lanes" node_ref=frame data-testid="lanes" data-keeps="" role="group" tabindex="0"
            aria-label=lab.says(Text::PanelLanes) on:keydown=key>
            <svg width="100%" height="100%">
                <svg x=LEFT.to_string() width="100%" height="100%"><g transform=slid>{ticks}</g></svg>
                <For each=move || nodes.get() key=|node| node.clone() children=move |(id, name)| {
                    let y = move || format!("{:.1}", lane(Some(id)));
                    let face = lab.face(id);
                    view! {
                        <g class="lane" data-state=move || face.with(|f| f.as_ref().map(crate::view::face::Face::state))>
                            <text class="lane-name" x="8" y=move || format!("{:.1}", lane(Some(id)) + 4.0)>{name}</text>
                            <line x1=LEFT.to_string() x2="100%" y1=y y2=y />
                        </g>
                    }
                } />
                <svg x=LEFT.to_string() width="100%" height="100%"><g transform=slid>
                <For each=move || found.get() key=|mark| (mark.0, mark.1, mark.5)
                    children=move |(_, n, at, node, category, _)| {
                        let text = session::mark_text(lab, n);
                        let name = text.clone();
                        view! {
                        <g class="lane-mark" id=format!("mark-{n}") role="button" tabindex="-1"
                            data-category=category.word()
                            transform=move || format!("translate({:.1} {:.1})", x(at), lane(node))
                            aria-label=name on:click=move |_| go(n, at)>
                            <title>{text}</title>
                            <path d=marks::glyph(category) />
                        </g>
                        }
                    } />
                </g></svg>
                <line class="lane-now" x1=playhead x2=playhead y1="0" y2="100%" />
            </svg>
        </div>
    }
}

/// The distance between lanes: what fits, at most a comfortable one.
fn step(lanes: usize, height: f64) -> f64 {
    ((height - 40.0) / (lanes.max(2) - 1) as f64).min(LANE)
}
