//! The stage: the cluster as a picture that can be touched.

mod caption;
pub(crate) mod cut_off;
mod edge;
mod legend;
mod messages;
pub(crate) mod menu;
mod node;
pub(crate) mod packets;
mod sentinel;
mod see;
mod server;
mod stamps;
mod stroke;
mod swarm;
mod tools;
mod zoom;

use crate::cluster::{NodeId, PacketId};
use crate::i18n::Text;
use crate::ui::dom;
use crate::ui::guide::guide;
use crate::ui::header::NARROW;
use crate::ui::hover;
use crate::ui::lab::{Lab, Menu, Target, Tool, lab, settled};
use crate::ui::plain::{For, view};
use crate::view::edges;
use crate::view::geometry::Point;
use crate::view::hum::Hum;
use crate::view::layout::{self, Card, Plan, SMALL};
use crate::view::perspective;
use caption::Caption;
use edge::EdgeLine;
use legend::Legend;
use leptos::html;
use leptos::prelude::*;
use leptos::svg;
use menu::MenuBox;
use messages::Messages;
use node::NodeGroup;
use packets::{Message, PacketLayer};
use see::SeeAs;
use std::collections::BTreeMap;
use std::sync::Arc;
use stroke::{Stroke, StrokeLine};
use tools::Tools;
use wasm_bindgen::JsCast as _;
use zoom::Zoom;

/// How far a pointer moves before a click becomes a drag.
const DRAG_FROM: f64 = 6.0;
/// How far a key moves a node, in pixels.
const STEP: f64 = 16.0;

/// What the parts of the stage share.
#[derive(Clone, Copy)]
pub(crate) struct Stage {
    pub(crate) lab: Lab,
    pub(crate) plan: Memo<Arc<Plan>>,
    /// How busy the links are.
    pub(crate) hum: StoredValue<Hum>,
    /// Changes with it.
    pub(crate) hummed: RwSignal<u32>,
    /// The line that had the focus last.
    link: RwSignal<Option<(NodeId, NodeId)>>,
    /// The line that has it next.
    link_stop: Memo<Option<(NodeId, NodeId)>>,
    /// Where nodes stand that were moved, as fractions of the stage.
    moved: RwSignal<BTreeMap<NodeId, Point>>,
    size: RwSignal<(f64, f64)>,
    drag: StoredValue<Option<Drag>>,
    stroke: Stroke,
    zoom: Zoom,
}

#[derive(Clone, Copy)]
struct Drag {
    id: NodeId,
    from: Point,
    moving: bool,
}

impl Stage {
    pub(crate) fn grab(self, id: NodeId, ev: &web_sys::PointerEvent) {
        if ev.button() == 0 {
            let from = Point::new(f64::from(ev.client_x()), f64::from(ev.client_y()));
            self.drag.set_value(Some(Drag { id, from, moving: false }));
        }
    }

    /// Whether the pointer that was just released had been dragging.
    pub(crate) fn was_drag(self) -> bool {
        self.drag.try_update_value(Option::take).flatten().is_some_and(|d| d.moving)
    }

    /// What a click on a node does with the tool in hand.
    pub(crate) fn touch(self, id: NodeId) {
        let Some(face) = self.lab.face_now(id) else { return };
        match self.lab.tool.get_untracked() {
            Tool::Select | Tool::Cut | Tool::Delay | Tool::Lose => {
                self.lab.selected.set(Some(id));
                self.lab.panel.set(crate::ui::lab::Panel::Node);
                self.open_menu(id);
            }
            Tool::Kill => self.lab.act(menu::kill_or_start(&face)),
            Tool::Freeze => self.lab.act(menu::freeze_or_resume(&face)),
            Tool::Isolate => menu::isolate(self.lab, id),
        }
    }

    /// Moves a node by so many steps to the right and down.
    pub(crate) fn nudge(self, id: NodeId, (right, down): (f64, f64)) {
        let place = self.plan.with_untracked(|p| p.places.get(&id).copied());
        let (width, height) = self.size.get_untracked();
        if let Some(at) = place {
            let inside = |at: f64, span: f64| (at / span).clamp(0.06, 0.94);
            let to = Point::new(inside(at.x + right * STEP, width), inside(at.y + down * STEP, height));
            self.moved.update(|moved| {
                moved.insert(id, to);
            });
        }
    }

    /// The element of the thing that a menu is open for.
    pub(crate) fn id_of(self, target: Target) -> String {
        match (target, self.link.get_untracked()) {
            (Target::Node(id), _) => format!("node-{}", id.0),
            (Target::Link(..), Some((a, b))) => format!("link-{}-{}", a.0, b.0),
            _ => String::new(),
        }
    }

    /// Where what is selected stands: the link whose menu is open, the node, the link that had the focus last.
    fn meant(self) -> Option<Point> {
        let link = || {
            self.link.get_untracked().and_then(|(a, b)| Some(self.plan.get_untracked().line(a, b)?.at(0.5)))
        };
        let has_menu = matches!(self.lab.menu.get_untracked(), Some(Menu { target: Target::Link(..), .. }));
        let node =
            || self.plan.with_untracked(|plan| plan.places.get(&self.lab.selected.get_untracked()?).copied());
        has_menu.then(link).flatten().or_else(node).or_else(link)
    }

    pub(crate) fn open_menu(self, id: NodeId) {
        if let Some(place) = self.plan.with_untracked(|p| p.places.get(&id).copied()) {
            self.lab.menu.set(Some(Menu { target: Target::Node(id), x: place.x, y: place.y }));
        }
    }
}

#[component]
pub(crate) fn StagePanel() -> impl IntoView {
    let lab = lab();
    let size = RwSignal::new((944.0, 512.0));
    let moved = RwSignal::new(BTreeMap::<NodeId, Point>::new());
    let seats = settled(move || lab.view.with(|v| layout::seats(v)));
    let (narrow, taken) = (dom::media(NARROW), guide().taken);
    let plan = Memo::new(move |_| {
        // On a phone the switch is not there during a tour, whose card needs the room.
        let has_switch = !narrow.get() || taken.with(Option::is_none);
        Arc::new(seats.with(|s| moved.with(|m| layout::plan(s, size.get(), has_switch, m))))
    });
    let edges = settled(move || {
        let see = lab.see.get();
        Arc::new(lab.view.with(|v| match see {
            Some(id) => perspective::lines(v, id),
            None => edges::drawn(v),
        }))
    });
    let link = RwSignal::new(None);
    let link_stop = Memo::new(move |_| {
        let last = link.get();
        edges.with(|all| {
            let mut links = all.iter().filter(|e| e.hosts.0 != e.hosts.1).map(|e| (e.a, e.b));
            let first = links.clone().next();
            links.find(|link| Some(*link) == last).or(first)
        })
    });
    let stage = Stage {
        lab,
        plan,
        link,
        link_stop,
        moved,
        size,
        hum: StoredValue::default(),
        hummed: RwSignal::new(0),
        drag: StoredValue::new(None),
        stroke: Stroke::new(),
        zoom: Zoom::new(),
    };
    provide_context(stage);
    // How busy the links are, where single packets cannot be seen.
    Effect::new(move |_| {
        lab.pulse.track();
        let look = |hum: &mut Hum| lab.session.with_value(|s| s.hum(hum));
        if stage.hum.try_update_value(look).unwrap_or(false) {
            stage.hummed.update(|n| *n = n.wrapping_add(1));
        }
    });

    // Another run is another cluster: its nodes stand where its own plan puts them.
    Effect::new(move |before: Option<u32>| {
        let run = lab.run.get();
        if before.is_some_and(|before| before != run) {
            moved.set(BTreeMap::new());
        }
        run
    });
    Effect::new(move |_| {
        plan.track();
        lab.player.update_value(crate::ui::player::Player::dirty);
    });

    let sent = RwSignal::new(Vec::<Message>::new());
    let colours = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map(dom::media);
    let frame = NodeRef::<html::Div>::new();
    let sheet = NodeRef::<html::Div>::new();
    let layer = NodeRef::<svg::G>::new();
    let canvas = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        if let Some(sheet) = sheet.get() {
            dom::watch_size(&sheet, size);
        }
        if let (Some(layer), Some(canvas)) = (layer.get(), canvas.get()) {
            let root = layer.unchecked_into();
            lab.packets.set_value(Some(PacketLayer::new(root, canvas, plan, sent, size, colours)));
        }
    });
    on_cleanup(move || lab.packets.set_value(None));

    let here = move |ev: &web_sys::PointerEvent| {
        let rect = sheet.get_untracked().map(|sheet| sheet.get_bounding_client_rect());
        let (left, top) = rect.map_or((0.0, 0.0), |r| (r.left(), r.top()));
        Point::new(f64::from(ev.client_x()) - left, f64::from(ev.client_y()) - top)
    };
    let press = move |ev: web_sys::PointerEvent| {
        let on_sheet = ev.button() == 0 && stage.drag.get_value().is_none();
        if stage.zoom.down(&ev, on_sheet && lab.tool.get_untracked() != Tool::Cut) {
            stage.drag.set_value(None);
            stage.stroke.give_up();
        } else if on_sheet {
            stage.stroke.begin(stage, here(&ev));
        }
    };
    let release = move |ev: web_sys::PointerEvent| {
        stage.zoom.up(&ev);
        stage.stroke.end(stage);
    };
    let drag = move |ev: web_sys::PointerEvent| {
        if ev.buttons() != 0 && stage.zoom.moved(&ev) {
            lab.menu.set(None);
            return;
        }
        if ev.buttons() == 0 {
            // It was released outside: nothing is held any more.
            stage.drag.set_value(None);
            stage.stroke.give_up();
            hover::point(lab, &ev);
            return;
        }
        if stage.stroke.is_under_way() {
            stage.stroke.go_on(here(&ev));
            return;
        }
        let Some(mut held) = stage.drag.get_value() else { return };
        let at = Point::new(f64::from(ev.client_x()), f64::from(ev.client_y()));
        if !held.moving && held.from.distance(at) > DRAG_FROM {
            held.moving = true;
            lab.menu.set(None);
        }
        if held.moving
            && let Some(sheet) = sheet.get_untracked()
        {
            let rect = sheet.get_bounding_client_rect();
            let inside = |at: f64, low: f64, span: f64| ((at - low) / span).clamp(0.06, 0.94);
            let x = inside(at.x, rect.left(), rect.width());
            let y = inside(at.y, rect.top(), rect.height());
            moved.update(|m| {
                m.insert(held.id, Point::new(x, y));
            });
        }
        stage.drag.set_value(Some(held));
    };
    let catch = move |ev: web_sys::MouseEvent| catch_packet(stage, &ev);
    let away = move |ev: web_sys::MouseEvent| {
        lab.menu.set(None);
        catch_in_swarm(stage, &ev);
    };

    let ids = Memo::new(move |_| {
        let run = lab.run.get();
        seats.with(|s| s.iter().map(|s| (run, s.id, s.kind)).collect::<Vec<_>>())
    });
    let pairs = Memo::new(move |_| {
        let run = lab.run.get();
        edges.with(|e| e.iter().map(|e| (run, e.a, e.b)).collect::<Vec<_>>())
    });
    let is_small = Signal::derive(move || plan.with(|p| p.scale) < SMALL);
    let hosts = Memo::new(move |_| plan.with(|p| p.cards.iter().map(|c| c.host).collect::<Vec<_>>()));
    view! {
        <section class="stage" aria-label=lab.says(Text::Stage) data-testid="stage">
            <Tools />
            <div class="stage-frame" node_ref=frame data-testid="stage-frame" on:focusout=move |ev| menu::leave(lab, &ev)
                data-tool=move || tool_word(lab.tool.get())
                data-see=move || if lab.see.get().is_some() { "belief" } else { "truth" }
                data-small=move || is_small.get().to_string()
                data-crowd=move || plan.with(|p| p.is_crowd).to_string()
                data-cards=move || (!plan.with(|p| p.cards.is_empty())).to_string()>
                <div class="stage-scroll" node_ref=stage.zoom.frame data-close=move || stage.zoom.is_close().to_string()>
                <div class="stage-sheet" node_ref=sheet>
                    <svg class="stage-svg" width="100%" height="100%" role="group"
                        data-hum=move || (lab.playing.get() && lab.speed.get() > 0.004).to_string()
                        on:pointerdown=press on:pointermove=drag on:pointerup=release
                        on:pointercancel=move |ev| {
                            stage.zoom.up(&ev);
                            stage.stroke.give_up();
                        }
                        on:click=away on:wheel=move |ev| stage.zoom.wheel(&ev)>
                        <Defs />
                        <g class="edges">
                            <For each=move || pairs.get() key=|pair| *pair
                                children=move |(_, a, b)| view! { <EdgeLine a=a b=b edges=edges /> } />
                        </g>
                        <g class="cards">
                            <For each=move || hosts.get() key=|host| *host
                                children=move |host| view! { <CardFrame host=host /> } />
                        </g>
                        <g class="nodes">
                            <For each=move || ids.get() key=|seat| *seat
                                children=move |(_, id, kind)| view! { <NodeGroup id=id kind=kind /> } />
                        </g>
                        <g class="packets" node_ref=layer on:click=catch></g>
                        <StrokeLine stroke=stage.stroke />
                    </svg>
                    <canvas class="swarm" aria-hidden="true" node_ref=canvas></canvas>
                </div>
                </div>
                {zoom::buttons(stage, is_small)}
                <SeeAs />
                {move || lab.still.get().then(|| view! { <Messages sent=sent /> })}
                <Legend />
                <MenuBox frame=frame />
            </div>
            <Caption />
            <crate::ui::tour::TourCard />
        </section>
    }
}

const fn tool_word(tool: Tool) -> &'static str {
    match tool {
        Tool::Select => "select",
        Tool::Cut => "cut",
        Tool::Kill => "kill",
        Tool::Freeze => "freeze",
        Tool::Isolate => "isolate",
        Tool::Delay => "delay",
        Tool::Lose => "lose",
    }
}

/// A click on a packet catches it: time stops and its menu opens.
fn catch_packet(stage: Stage, ev: &web_sys::MouseEvent) {
    let target = ev.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    let group = target.as_ref().and_then(|t| t.closest("[data-packet]").ok().flatten());
    let id = group.and_then(|g| g.get_attribute("data-packet")).and_then(|id| id.parse().ok());
    let Some(id) = id else { return };
    ev.stop_propagation();
    let at = Point::new(f64::from(ev.offset_x()), f64::from(ev.offset_y()));
    // Around a packet there is a grip for fingers, and above it its word; over a node these are the node's.
    let beside = target.is_some_and(|t| t.matches(".grip, text").unwrap_or(false));
    match stage.plan.with_untracked(|plan| plan.node_at(at)).filter(|_| beside) {
        Some(node) => stage.touch(node),
        None => hold_packet(stage, PacketId(id), at),
    }
}

/// Holds the packet of the swarm that a pointer means; tells whether there is one.
fn catch_in_swarm(stage: Stage, ev: &web_sys::MouseEvent) -> bool {
    let at = Point::new(f64::from(ev.offset_x()), f64::from(ev.offset_y()));
    let found = stage.lab.packets.with_value(|layer| layer.as_ref().and_then(|layer| layer.at(at)));
    if let Some(id) = found {
        hold_packet(stage, id, at);
    }
    found.is_some()
}

fn hold_packet(stage: Stage, id: PacketId, at: Point) {
    stage.lab.playing.set(false);
    stage.lab.menu.set(Some(Menu { target: Target::Packet(id), x: at.x, y: at.y }));
    stage.lab.publish();
}

#[component]
fn Defs() -> impl IntoView {
    view! {
        <defs>
            <pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <path class="hatch-line" d="M0 0V7M0 0H7" />
            </pattern>
            <pattern id="stripes" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <path class="stripe-line" d="M0 0V8" />
            </pattern>
        </defs>
    }
}

/// The width of a letter of a card's label, in pixels.
const LETTER: f64 = 7.3;

/// The frame of a host that is drawn as a card.
#[component]
fn CardFrame(host: crate::cluster::HostId) -> impl IntoView {
    let stage = expect_context::<Stage>();
    let card = Memo::new(move |_| stage.plan.with(|p| p.cards.iter().find(|c| c.host == host).copied()));
    let state = settled(move || {
        stage.lab.view.with(|v| {
            let host = v.hosts.iter().find(|h| h.id == host)?;
            let state = match (host.alive, host.connected) {
                (false, _) => "dead",
                (true, false) => "isolated",
                (true, true) => "ok",
            };
            Some((host.name.clone(), host.ip.to_string(), state))
        })
    });
    // On a very low stage the highest node takes the room within the card.
    let below = move || {
        let inside = stage.plan.with(|p| p.scale) > 0.5;
        card.get().map_or(0.0, |c| c.corner.y + if inside { 19.0 } else { -5.0 })
    };
    let with = move |part: fn(Card) -> f64| move || card.get().map_or(0.0, part);
    // Where both would run into the next card's, the name alone.
    let title = move || {
        let fits = |text: &str| card.get().is_none_or(|c| c.width > LETTER * text.chars().count() as f64);
        let (name, ip, _) = state.get()?;
        if name == ip {
            return Some(ip);
        }
        let both = format!("{name} · {ip}");
        Some(if fits(&both) { both } else { name.to_string() })
    };
    view! {
        <g class="card" data-state=move || state.get().map_or("ok", |(_, _, state)| state)>
            <rect x=with(|c| c.corner.x) y=with(|c| c.corner.y) width=with(|c| c.width)
                height=with(|c| c.height) rx="14" />
            <text x=with(|c| c.corner.x + c.width / 2.0) y=move || below()>{move || title()}</text>
        </g>
    }
}
