//! The lanes: time to the right, a lane a node, marks for what it said and for what was done to it, and its
//! messages as lines to the lanes of others.

mod brush;
mod messages;
mod scale;

use crate::i18n::Text;
use crate::sim::SimTime;
use crate::ui::lab::lab;
use crate::ui::plain::{For, view};
use crate::ui::{dom, focus, session};
use crate::view::lanes::{PARTS, Zoom};
use crate::view::{format, marks};
use brush::Brush;
use leptos::html;
use leptos::prelude::*;
use messages::MessageLines;
use scale::{LEFT, Scale};

/// So many pixels a figure of the axis takes.
const FIGURE: f64 = 90.0;

#[component]
pub(super) fn Lanes() -> impl IntoView {
    let lab = lab();
    let scale = Scale::new(lab);
    let brush = Brush::new();
    let drawn = messages::drawn(lab, scale);
    let frame = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(frame) = frame.get() {
            dom::watch_size(&frame, scale.size);
        }
    });
    let found = Memo::new(move |_| {
        let ((run, _, shown), spoken) = (lab.heard.get(), lab.lang.get().tag());
        let (from, to) = (scale.anchor(), scale.strip_end());
        lab.session.with_value(|s| {
            let records = &s.records()[..shown];
            let first = records.partition_point(|r| r.at < from);
            let marks = records[first..].iter().enumerate().take_while(|(_, r)| r.at <= to);
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
    // What arrows lead to, in the order of time, each with its lane, its id and the moment that it goes to: the
    // marks, by their numbers, and with Shift the messages, each on its sender's lane.
    let stops = move || {
        let lane = |id| scale.nodes.with(|nodes| nodes.iter().position(|(node, _)| Some(*node) == id));
        let lane = |id| lane(id).map_or(0, |n| n + 1);
        let marks = found.get().into_iter();
        let mut stops: Vec<_> =
            marks.map(|(_, n, at, node, ..)| (at, lane(node), format!("mark-{n}"), at, Some(n))).collect();
        drawn.with(|drawn| {
            for line in &drawn.lines {
                let (at, from) = (line.packet.sent_at, Some(line.packet.from));
                let place = stops.partition_point(|stop| stop.0 <= at);
                stops.insert(place, (at, lane(from), messages::id(line), messages::middle(line), None));
            }
        });
        stops
    };
    // They come and go with time: the lanes are in the order of tabs as a whole.
    let key = move |ev: web_sys::KeyboardEvent| {
        let way = focus::arrow(&ev.key());
        if way.is_none() && !matches!(ev.key().as_str(), "Enter" | " ") {
            return;
        }
        let on = document().active_element().map(|on| on.id()).unwrap_or_default();
        let (from, to, mut all) = untrack(|| (scale.left_edge(), scale.left_edge() + scale.span(), stops()));
        all.retain(|stop| stop.4.is_some() || stop.2 == on || ev.shift_key());
        let before = |at: SimTime| all.partition_point(|stop| stop.0 < at);
        let upto = |at: SimTime| all.partition_point(|stop| stop.0 <= at);
        let shown = &all[before(from)..upto(to)];
        let here = shown.iter().position(|stop| stop.2 == on);
        let to = match (way, here) {
            (Some(way), Some(here)) => {
                marks::beside(&shown.iter().map(|stop| (stop.0, stop.1)).collect::<Vec<_>>(), here, way)
            }
            // From outside to what happened last.
            (Some(_), None) => Some(upto(lab.moment.get_untracked().now).saturating_sub(before(from) + 1)),
            (None, Some(here)) => {
                lab.seek(shown[here].3);
                if let Some(n) = shown[here].4 {
                    lab.ask(n);
                }
                None
            }
            (None, None) => return,
        };
        ev.prevent_default();
        ev.stop_propagation();
        if let Some(stop) = to.and_then(|to| shown.get(to)) {
            focus::focus_id(&stop.2);
        }
    };
    let ticks = move || {
        let (first, every) = (scale.anchor(), scale.part());
        let moments = (0..=PARTS + 1).map(move |n| SimTime(first.0 + n * every.0));
        moments.map(move |at| (at, format!("{:.1}", scale.x(at))))
    };
    let grid = move || {
        let line = |(_, place): (SimTime, String)| view! { <line class="grid" x1=place.clone() x2=place y1="0" y2="100%" /> };
        ticks().map(line).collect_view()
    };
    let figures = move || {
        let origin = lab.moment.with_untracked(|m| m.origin);
        let figure = |(at, place): (SimTime, String)| {
            view! {
                <text class="grid-text" x=place y=move || format!("{:.0}", scale.axis())>
                    {format::clock(at, origin)}
                </text>
            }
        };
        // Each takes so many pixels.
        let every = if scale.size.get().0 / (PARTS as f64) < FIGURE { 2 } else { 1 };
        ticks().step_by(every).map(figure).collect_view()
    };
    let slid = move || scale.slid();
    let playhead = move || scale.playhead();
    view! {
        <div class="lanes-bar">
            <h2>{lab.says(Text::PanelLanes)}</h2>
            <span class="hint lanes-hint">{lab.says(Text::LanesHint)}</span>
            <span class="spring"></span>
            <button class="quiet" aria-label=lab.says(Text::ZoomOut) title=lab.says(Text::ZoomOut)
                on:click=move |_| scale.zoom_by(true)>"−"</button>
            <output class="figure">{move || format::span_ms((scale.span().0 / 1000) as i64)}</output>
            <button class="quiet" aria-label=lab.says(Text::ZoomIn) title=lab.says(Text::ZoomIn)
                on:click=move |_| scale.zoom_by(false)>"+"</button>
            <button class="quiet" aria-pressed=move || (scale.zoom.get() == Zoom::Pace).to_string()
                on:click=move |_| scale.zoom.set(Zoom::Pace)>{lab.says(Text::ZoomAuto)}</button>
        </div>
        <div class="lanes" node_ref=frame data-testid="lanes" data-keeps="" role="group" tabindex="0"
            aria-label=lab.says(Text::PanelLanes) on:keydown=key
            on:pointerdown=move |ev| brush.down(&ev) on:pointermove=move |ev| brush.moved(&ev)
            on:pointerup=move |_| brush.up(scale, |at| lab.seek(at)) on:pointercancel=move |_| brush.cancel()
            on:scroll=move |ev| scale.scrolled.set(event_target::<web_sys::Element>(&ev).scroll_top().into())>
            <svg width="100%" height=move || scale.height().to_string()>
                <svg x=LEFT.to_string() width="100%" height="100%"><g transform=slid>{grid}</g></svg>
                <For each=move || scale.nodes.get() key=|node| node.clone() children=move |(id, name)| {
                    let y = move || format!("{:.1}", scale.lane(Some(id)));
                    let face = lab.face(id);
                    view! {
                        <g class="lane" data-node=id.0.to_string() data-selected=move || (lab.selected.get() == Some(id)).to_string() data-state=move || face.with(|f| f.as_ref().map(crate::view::face::Face::state))>
                            <text class="lane-name" x="8" on:click=move |_| lab.selected.set(Some(id)) y=move || format!("{:.1}", scale.lane(Some(id)) + 4.0)>{name}</text>
                            <line x1=LEFT.to_string() x2="100%" y1=y y2=y />
                        </g>
                    }
                } />
                // They stand before lanes that are scrolled under them; the first may reach under the names.
                <svg x=LEFT.to_string() width="100%" height="100%" overflow="visible"><g transform=slid>{figures}</g></svg>
                <svg x=LEFT.to_string() width="100%" height="100%"><g transform=slid>
                <MessageLines drawn=drawn scale=scale />
                <For each=move || found.get() key=|mark| (mark.0, mark.1, mark.5)
                    children=move |(_, n, at, node, category, _)| {
                        let text = session::mark_text(lab, n);
                        let name = text.clone();
                        view! {
                        <g class="lane-mark" id=format!("mark-{n}") role="button" tabindex="-1"
                            data-category=category.word() data-record=n.to_string()
                            data-node=node.map(|id| id.0.to_string())
                            transform=move || format!("translate({:.1} {:.1})", scale.x(at), scale.lane(node))
                            aria-label=name on:click=move |_| go(n, at)>
                            <title>{text}</title>
                            <path d=marks::glyph(category) />
                        </g>
                        }
                    } />
                </g></svg>
                {brush.mark()}
                <line class="lane-now" x1=playhead x2=playhead y1="0" y2="100%" />
            </svg>
        </div>
    }
}
