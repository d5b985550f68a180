//! The packet layer: a pool of SVG groups whose places are written once a frame, past the reactive graph.

use crate::cluster::{ClusterView, NodeId, PacketFate, PacketId, PacketKind, PacketView};
use crate::sim::SimTime;
use crate::ui::lab::Lab;
use crate::ui::prefs::Theme;
use crate::ui::session::comets_between;
use crate::ui::stage::node::lowered;
use crate::ui::stage::swarm::Swarm;
use crate::view::geometry::{Curve, Point};
use crate::view::layout::{Plan, SMALL};
use crate::view::motion::{self, Detail};
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::{Element, HtmlCanvasElement};

const SVG: &str = "http://www.w3.org/2000/svg";
/// Below so many packets they are elements, and from so many on a swarm on the canvas. The two lie far apart:
/// to change from one to the other touches every element.
const SWARM: (usize, usize) = (60, 200);
/// So near to each other, in pixels right and down, the words of two packets cover one another.
const WORDS: (f64, f64) = (44.0, 13.0);
/// More than these at once are a cloud; the rest is left to the hum.
const MOST: usize = 6000;
/// How far beside the line packets run, so that both directions have room.
const ASIDE: f64 = 5.0;
/// How long a comet flies, in milliseconds of wall time.
const COMET_MS: f64 = 420.0;
/// Above this speed single packets are too quick to be seen, and notable ones leave comets.
const COMET_SPEED: f64 = 0.05;
/// How long the two ends of a message are outlined where nothing may fly, in milliseconds.
const FLASH_MS: f64 = 400.0;
/// From one such outline to the next: three flashes a second are the most that harms nobody.
const FLASH_EVERY_MS: f64 = 500.0;
/// So many messages are listed where nothing may fly.
const LISTED: usize = 5;
/// So many faint comets at once are a hum; more would be a storm.
const FAINT: usize = 14;

/// One drawn packet.
struct Sprite {
    group: Element,
    shape: Element,
    mark: Element,
    label: Element,
    kind: Option<PacketKind>,
    detail: Option<Detail>,
    fate: Option<PacketFate>,
    /// Where it heads, in degrees.
    turn: Option<i32>,
    at: Point,
    /// Its words would cover those of another, and are shown to whoever points at it.
    quiet: bool,
    /// Above it its words would lie on an address.
    low: bool,
}

struct Comet {
    sprite: Sprite,
    from: NodeId,
    to: NodeId,
    began: f64,
    /// One of many, not a notable one.
    faint: bool,
}

/// Who sent what to whom.
pub(crate) type Message = (NodeId, NodeId, PacketKind);

/// The packets on the stage.
pub(crate) struct PacketLayer {
    root: Element,
    plan: Memo<Arc<Plan>>,
    live: Vec<(PacketId, Sprite)>,
    spare: Vec<Sprite>,
    swarm: Option<Swarm>,
    swarms: bool,
    /// What decides the colours besides the theme: whether the system's is dark, and whether it forces its own.
    colours: [ReadSignal<bool>; 2],
    /// In what the swarm was drawn last.
    theme: Option<(Theme, [bool; 2])>,
    /// How large the stage is, in CSS pixels.
    size: RwSignal<(f64, f64)>,
    comets: Vec<Comet>,
    heard: (u32, usize),
    /// The messages that were told instead of flown, the latest last.
    sent: RwSignal<Vec<Message>>,
    /// Since when the ends of the latest message are outlined, and which these are.
    flash: Option<(f64, [NodeId; 2])>,
    flashed: f64,
    /// The last packet that was drawn stretched, so that none is drawn twice.
    sampled: PacketId,
}

impl PacketLayer {
    /// A layer that draws into `root`, or where packets are many on `canvas`. Where nothing may fly, what was sent
    /// is told in `sent`.
    pub(crate) fn new(
        root: Element,
        canvas: HtmlCanvasElement,
        plan: Memo<Arc<Plan>>,
        sent: RwSignal<Vec<Message>>,
        size: RwSignal<(f64, f64)>,
        colours: [ReadSignal<bool>; 2],
    ) -> Self {
        Self {
            sent,
            size,
            colours,
            flash: None,
            flashed: f64::MIN,
            root,
            plan,
            live: Vec::new(),
            spare: Vec::new(),
            swarm: Swarm::new(canvas),
            swarms: false,
            theme: None,
            comets: Vec::new(),
            heard: (0, 0),
            sampled: PacketId(0),
        }
    }

    /// Draws one frame; does nothing where nothing moves.
    pub(crate) fn frame(&mut self, lab: Lab, stamp: f64, dirty: bool) {
        let colours = self.colours.map(|colour| colour.get_untracked());
        let theme = Some((lab.theme.get_untracked(), colours));
        let dirty = dirty || self.swarms && self.theme != theme;
        if let Some(swarm) = self.swarm.as_mut().filter(|_| self.theme != theme) {
            swarm.restyle();
            self.theme = theme;
        }
        if !dirty && self.comets.is_empty() && self.flash.is_none() {
            return;
        }
        self.unflash(stamp);
        let view = lab.view.get_untracked();
        let plan = self.plan.get_untracked();
        let playing = lab.playing.get_untracked();
        let speed = if playing { lab.speed.get_untracked() } else { 0.0 };
        if dirty {
            let still = lab.still.get_untracked();
            let hidden = playing && still;
            let seen_by = lab.see.get_untracked();
            let kinds = untrack(|| lab.kinds());
            let concerns =
                |p: &PacketView| kinds.shows(p.kind) && seen_by.is_none_or(|id| p.from == id || p.to == id);
            // The world is published less often than it moves where it is large.
            let (now, packets): (_, Vec<_>) =
                lab.session.with_value(|s| (s.now(), s.packets().filter(concerns).collect()));
            self.draw(lab, now, if hidden { &[] } else { &packets }, &plan, speed);
            // Whoever must not see things fly goes by steps, too, and is told what was sent meanwhile.
            self.launch(lab, &view, stamp, still || playing && speed > COMET_SPEED);
            if playing && !hidden {
                self.sample(&packets, speed, stamp);
            }
        }
        self.fly(&plan, stamp);
    }

    /// The packet at a place of the stage, where they are a swarm.
    pub(crate) fn at(&self, place: Point) -> Option<PacketId> {
        self.swarm.as_ref().filter(|_| self.swarms).and_then(|swarm| swarm.at(place))
    }

    /// Draws `packets`.
    fn draw(&mut self, lab: Lab, now: SimTime, packets: &[PacketView], plan: &Plan, speed: f64) {
        let shown = packets.iter().take(MOST).filter_map(|packet| {
            let detail = Detail::of(packet.arrives_at.since(packet.sent_at), speed);
            let done = motion::progress(packet, now).filter(|_| detail != Detail::Hum)?;
            Some((packet, detail, plan.line(packet.from, packet.to)?, done))
        });
        let shown: Vec<_> = shown.collect();
        // The smaller nodes and those in cards have no address on the stage.
        let faces = lab.seen.get_untracked();
        let has_addresses = plan.scale >= SMALL && plan.cards.is_empty();
        let is_low = |at: Point| {
            has_addresses && faces.iter().any(|face| plan.has_address_at(face.id, at, lowered(face)))
        };
        let (few, many) = SWARM;
        self.swarms = self.swarm.is_some() && shown.len() > if self.swarms { few } else { many };
        let mut before = std::mem::take(&mut self.live);
        if self.swarms {
            self.spare.extend(before.into_iter().map(|(_, gone)| gone.hide()));
            self.swarm(&shown);
            return;
        }
        if let Some(swarm) = &mut self.swarm {
            swarm.clear();
        }
        for (packet, detail, line, done) in shown {
            let known = before.iter().position(|(id, _)| *id == packet.id);
            let mut sprite = if let Some(at) = known {
                before.swap_remove(at).1
            } else {
                let mut sprite = self.sprite(packet);
                // It stays so on its way, as those before it do not: words that come and go are a flicker.
                (sprite.at, _) = line.beside(done, ASIDE);
                sprite.low(is_low(sprite.at));
                let mut others = self.live.iter().chain(&before).map(|(_, other)| other);
                sprite.quiet(!motion::is_notable(packet) && others.any(|other| other.covers(&sprite)));
                sprite
            };
            sprite.fate(packet.fate);
            sprite.detail(detail);
            sprite.place(line, done);
            sprite.low(is_low(sprite.at));
            self.live.push((packet.id, sprite));
        }
        self.spare.extend(before.into_iter().map(|(_, gone)| gone.hide()));
    }

    fn swarm(&mut self, shown: &[(&PacketView, Detail, Curve, f64)]) {
        let mut ink = self.spare.pop().unwrap_or_else(|| Sprite::new(&self.root).hide());
        let look = |kind| {
            ink.become_kind(kind);
            ink.group.clone()
        };
        if let Some(swarm) = &mut self.swarm {
            swarm.draw(
                look,
                shown.iter().map(|(packet, _, line, done)| (*packet, *line, *done)),
                ASIDE,
                self.size.get_untracked(),
            );
        }
        self.spare.push(ink);
    }

    fn sprite(&mut self, packet: &PacketView) -> Sprite {
        let mut sprite = self.spare.pop().unwrap_or_else(|| Sprite::new(&self.root));
        sprite.become_kind(packet.kind);
        set(&sprite.group, "data-packet", &packet.id.0.to_string());
        set(&sprite.group, "data-again", if packet.again { "true" } else { "false" });
        set(&sprite.group, "data-shown", "true");
        sprite
    }

    /// Sends a comet along for each notable message since the last frame, of whichever kind: it is one that the
    /// director stops at.
    fn launch(&mut self, lab: Lab, view: &ClusterView, stamp: f64, wanted: bool) {
        let (run, heard, _) = lab.heard.get_untracked();
        let (last_run, last) = std::mem::replace(&mut self.heard, (run, heard));
        if run != last_run {
            self.sampled = PacketId(0);
            if self.sent.with_untracked(|sent| !sent.is_empty()) {
                self.sent.set(Vec::new());
            }
        }
        if !wanted || run != last_run || heard <= last || self.comets.len() > 16 {
            return;
        }
        let seen_by = lab.see.get_untracked();
        // They come with the latest first.
        let sent = lab.session.with_value(|s| comets_between(s, view, last, heard));
        for (from, to, kind) in sent.into_iter().rev() {
            if seen_by.is_some_and(|id| from != id && to != id) {
                continue;
            }
            if lab.still.get_untracked() {
                self.tell(stamp, (from, to, kind));
            } else {
                self.comet(kind, from, to, stamp, false);
            }
        }
    }

    /// Lists a message, and outlines its two ends for a moment.
    fn tell(&mut self, stamp: f64, message: Message) {
        self.sent.update(|sent| {
            sent.push(message);
            let old = sent.len().saturating_sub(LISTED);
            sent.drain(..old);
        });
        if stamp - self.flashed >= FLASH_EVERY_MS {
            let ends = [message.0, message.1];
            (self.flashed, self.flash) = (stamp, Some((stamp, ends)));
            outline(ends, true);
        }
    }

    /// Ends the outlines when they have been seen.
    fn unflash(&mut self, stamp: f64) {
        if let Some((_, ends)) = self.flash.take_if(|(since, _)| stamp - *since >= FLASH_MS) {
            outline(ends, false);
        }
    }

    /// Where packets are too quick to be drawn, shows some of those that are on their way at this very
    /// moment as faint comets: the traffic is real, its pace on the picture is stretched and drawn so.
    fn sample(&mut self, packets: &[PacketView], speed: f64, stamp: f64) {
        let mut crowd = self.comets.iter().filter(|c| c.faint).count();
        let is_quick =
            |packet: &&PacketView| Detail::of(packet.arrives_at.since(packet.sent_at), speed) == Detail::Hum;
        while crowd < FAINT {
            let fresh = packets.iter().filter(|packet| packet.id > self.sampled).filter(is_quick);
            let Some(packet) = fresh.min_by_key(|packet| packet.id) else { break };
            self.sampled = packet.id;
            let loud = motion::is_notable(packet);
            crowd += usize::from(!loud);
            self.comet(packet.kind, packet.from, packet.to, stamp, !loud);
        }
    }

    fn comet(&mut self, kind: PacketKind, from: NodeId, to: NodeId, stamp: f64, faint: bool) {
        let mut sprite = self.spare.pop().unwrap_or_else(|| Sprite::new(&self.root));
        sprite.become_kind(kind);
        sprite.detail(Detail::Dot);
        set(&sprite.group, "data-comet", if faint { "faint" } else { "true" });
        sprite.fate(PacketFate::Arrives);
        set(&sprite.group, "data-shown", "true");
        self.comets.push(Comet { sprite, from, to, began: stamp, faint });
    }

    fn fly(&mut self, plan: &Plan, stamp: f64) {
        for mut comet in std::mem::take(&mut self.comets) {
            let done = (stamp - comet.began) / COMET_MS;
            match plan.line(comet.from, comet.to) {
                Some(line) if done <= 1.0 => {
                    comet.sprite.place(line, done.max(0.0));
                    self.comets.push(comet);
                }
                _ => {
                    let _ = comet.sprite.group.remove_attribute("data-comet");
                    self.spare.push(comet.sprite.hide());
                }
            }
        }
    }
}

impl Sprite {
    fn new(root: &Element) -> Self {
        let make = |name: &str, parent: &Element| {
            let element = document().create_element_ns(Some(SVG), name).expect("invariant: a valid SVG name");
            let _ = parent.append_child(&element);
            element
        };
        let group = make("g", root);
        set(&group, "class", "packet");
        let grip = make("circle", &group);
        set(&grip, "class", "grip");
        set(&grip, "r", "16");
        let tail = make("path", &group);
        set(&tail, "class", "tail");
        set(&tail, "d", "M-8 0H-26M-8 3H-20");
        let shape = make("path", &group);
        set(&shape, "class", "shape");
        let mark = make("path", &group);
        set(&mark, "class", "mark");
        let label = make("text", &group);
        set(&label, "y", "-11");
        let (at, quiet, low) = (Point::new(0.0, 0.0), false, false);
        Self { group, shape, mark, label, kind: None, detail: None, fate: None, turn: None, at, quiet, low }
    }

    fn become_kind(&mut self, kind: PacketKind) {
        if self.kind.replace(kind) == Some(kind) {
            return;
        }
        let shape = motion::shape(kind);
        set(&self.group, "data-shape", shape.word());
        set(&self.group, "data-subject", motion::subject(kind));
        set(&self.group, "data-reply", if kind.is_reply() { "true" } else { "false" });
        set(&self.shape, "d", shape.path());
        set(
            &self.mark,
            "d",
            match motion::answer(kind) {
                Some(true) => "M-3.5 0L-1 3L4-3",
                Some(false) => "M-3-3L3 3M3-3L-3 3",
                None => "",
            },
        );
        self.label.set_text_content(Some(motion::label(kind)));
    }

    /// What becomes of it, which changes where somebody drops it on its way.
    fn fate(&mut self, fate: PacketFate) {
        if self.fate.replace(fate) != Some(fate) {
            let word = match fate {
                PacketFate::Arrives => "arrives",
                PacketFate::Lost => "lost",
            };
            set(&self.group, "data-fate", word);
        }
    }

    fn detail(&mut self, detail: Detail) {
        if self.detail.replace(detail) != Some(detail) {
            set(&self.group, "data-detail", detail.word());
        }
    }

    fn quiet(&mut self, quiet: bool) {
        if std::mem::replace(&mut self.quiet, quiet) != quiet {
            set(&self.group, "data-quiet", if quiet { "true" } else { "false" });
        }
    }

    /// Its words stand below it, and not above.
    fn low(&mut self, low: bool) {
        if std::mem::replace(&mut self.low, low) != low {
            set(&self.label, "y", &format!("{:.0}", self.word().y - self.at.y));
        }
    }

    /// Where its words stand.
    fn word(&self) -> Point {
        Point::new(self.at.x, self.at.y + if self.low { 20.0 } else { -11.0 })
    }

    /// Whether its words lie where those of another packet would.
    fn covers(&self, other: &Self) -> bool {
        let ((right, down), mine, its) = (WORDS, self.word(), other.word());
        !self.quiet && (mine.x - its.x).abs() < right && (mine.y - its.y).abs() < down
    }

    fn place(&mut self, line: Curve, done: f64) {
        let (at, _) = line.beside(done, ASIDE);
        self.at = at;
        set(&self.group, "transform", &format!("translate({:.1} {:.1})", at.x, at.y));
        // Lines are nearly straight: it turns much less often than it moves.
        let turn = line.heading(done).round() as i32;
        if self.turn.replace(turn) != Some(turn) {
            let turn = format!("rotate({turn})");
            set(&self.shape, "transform", &turn);
            if let Some(tail) = self.shape.previous_element_sibling() {
                set(&tail, "transform", &turn);
            }
        }
    }

    fn hide(self) -> Self {
        set(&self.group, "data-shown", "false");
        let _ = self.group.remove_attribute("data-packet");
        self
    }
}

/// Outlines nodes, or no longer.
fn outline(ends: [NodeId; 2], on: bool) {
    for id in ends {
        if let Some(node) = document().get_element_by_id(&format!("node-{}", id.0)) {
            set(&node, "data-flash", if on { "true" } else { "false" });
        }
    }
}

fn set(element: &Element, name: &str, value: &str) {
    // Fails only for names that are not valid, and these are.
    let _ = element.set_attribute(name, value);
}
