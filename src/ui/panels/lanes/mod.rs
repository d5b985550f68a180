//! The lanes: time to the right, or downwards on a phone, a lane a node, marks for what it said and for what was
//! done to it, and its messages as lines to the lanes of others.

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
use scale::Scale;

/// So many pixels a figure of the axis takes.
const FIGURE: f64 = 90.0;

#[component]
pub(super) fn Lanes() -> impl IntoView {
    let lab = lab();
    let scale = Scale::new(lab);
    let brush = Brush::new(scale);
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
        // Right is later and down is the next lane; where time runs downwards it is the other way round.
        let turned = |(right, down)| if scale.down.get_untracked() { (down, right) } else { (right, down) };
        let way = focus::arrow(&ev.key()).map(turned);
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
        moments.map(move |at| (at, scale.along(at)))
    };
    // From one place, along and across, to another.
    let between = move |class: &'static str, from: (f64, f64), to: (f64, f64)| {
        let [(x1, y1), (x2, y2)] = [from, to].map(|(along, across)| scale.turned(along, across));
        let [x1, y1, x2, y2] = [x1, y1, x2, y2].map(|figure| format!("{figure:.1}"));
        view! { <line class=class x1=x1 x2=x2 y1=y1 y2=y2 /> }
    };
    let across = move || {
        let (width, height) = scale.whole();
        if scale.down.get() { width } else { height }
    };
    let grid =
        move || ticks().map(|(_, place)| between("grid", (place, 0.0), (place, across()))).collect_view();
    let figures = move || {
        let origin = lab.moment.with_untracked(|m| m.origin);
        let figure = |(at, along): (SimTime, f64)| {
            let place = move || scale.figure(along);
            view! {
                <text class="grid-text" x=move || format!("{:.1}", place().0) y=move || format!("{:.1}", place().1)>
                    {format::clock(at, origin)}
                </text>
            }
        };
        // Beside one another each takes so many pixels.
        let is_tight = !scale.down.get() && scale.size.get().0 / (PARTS as f64) < FIGURE;
        ticks().step_by(if is_tight { 2 } else { 1 }).map(figure).collect_view()
    };
    let slid = move || scale.slid();
    // Where the strip with all that moves begins.
    let [strip_x, strip_y] = [0, 1].map(|n| {
        move || {
            let (x, y) = scale.turned(scale.begin(), 0.0);
            [x, y][n].to_string()
        }
    });
    let now = move || between("lane-now", (0.0, 0.0), (0.0, across()));
    let playhead = move || {
        let (x, y) = scale.turned(scale.playhead(), 0.0);
        format!("translate({x:.1} {y:.1})")
    };
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
            on:pointerdown=move |ev| brush.down(&ev, lab.moment.get_untracked().now) on:pointermove=move |ev| brush.moved(&ev)
            on:pointerup=move |_| brush.up(|at| lab.seek(at)) on:pointercancel=move |_| brush.cancel()
            data-down=move || scale.down.get().to_string()
            on:scroll=move |ev| {
                let frame = event_target::<web_sys::Element>(&ev);
                // Told a moment later: by then the panel may be gone.
                if let Some(down) = scale.down.try_get_untracked() {
                    scale.scrolled.set(f64::from(if down { frame.scroll_left() } else { frame.scroll_top() }));
                }
            }>
            <svg width=move || scale.whole().0.to_string() height=move || scale.whole().1.to_string()>
                <svg x=strip_x y=strip_y width="100%" height="100%"><g transform=move || slid()>{grid}</g></svg>
                <For each=move || scale.nodes.get() key=|node| node.clone() children=move |(id, name)| {
                    let face = lab.face(id);
                    let lane = move || {
                        let (lane, end) = (scale.lane(Some(id)), scale.size.get());
                        between("way", (scale.begin(), lane), (end.0.max(end.1), lane))
                    };
                    let place = move || {
                        let lane = scale.lane(Some(id));
                        if scale.down.get() { (lane, 15.0) } else { (8.0, lane + 4.0) }
                    };
                    view! {
                        <g class="lane" data-node=id.0.to_string() data-selected=move || (lab.selected.get() == Some(id)).to_string() data-state=move || face.with(|f| f.as_ref().map(crate::view::face::Face::state))>
                            <text class="lane-name" x=move || format!("{:.1}", place().0) y=move || format!("{:.1}", place().1) on:click=move |_| lab.selected.set(Some(id))>{name}</text>
                            {move || lane()}
                        </g>
                    }
                } />
                <svg x=strip_x y=strip_y width="100%" height="100%"><g transform=move || slid()>
                <MessageLines drawn=drawn scale=scale />
                <For each=move || found.get() key=|mark| (mark.0, mark.1, mark.5)
                    children=move |(_, n, at, node, category, _)| {
                        let text = session::mark_text(lab, n);
                        let name = text.clone();
                        view! {
                        <g class="lane-mark" id=format!("mark-{n}") role="button" tabindex="-1"
                            data-category=category.word() data-record=n.to_string()
                            data-node=node.map(|id| id.0.to_string())
                            transform=move || {
                                let (x, y) = scale.place(at, node);
                                format!("translate({x:.1} {y:.1})")
                            }
                            aria-label=name on:click=move |_| go(n, at)>
                            <title>{text}</title>
                            <path d=marks::glyph(category) />
                        </g>
                        }
                    } />
                </g></svg>
                {brush.mark()}
                <g transform=move || playhead()>{move || now()}</g>
                // Lanes are scrolled under the axis; of its figures, where they stand beside one another, the first may
                // reach under the names.
                <rect class="lane-floor" width="100%" height="20" y=move || format!("{:.1}", scale.figure(0.0).1 - 13.0) />
                <svg x=strip_x y=strip_y width="100%" height="100%" overflow=move || if scale.down.get() { "hidden" } else { "visible" }><g transform=move || slid()>{move || figures()}</g></svg>
            </svg>
        </div>
    }
}
