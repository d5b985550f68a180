//! A line between two nodes.

use crate::cluster::{HostId, NodeId};
use crate::i18n::Phrase;
use crate::ui::focus;
use crate::ui::lab::{Menu, Target, Tool, settled};
use crate::ui::plain::view;
use crate::ui::stage::Stage;
use crate::view::edges::{Cut, Edge, Use};
use crate::view::format;
use crate::view::geometry::{Curve, direction};
use crate::view::links;
use crate::view::settings::NetworkValue;
use leptos::prelude::*;
use std::sync::Arc;

/// From this latency on a line says how long it takes, in microseconds.
const SLOW_US: u64 = 100_000;
/// From this loss on a line says how much is lost, in parts per million.
const LOSSY_PPM: u32 = 100_000;

/// The line between `a` and `b`.
#[component]
pub(super) fn EdgeLine(a: NodeId, b: NodeId, edges: ReadSignal<Arc<Vec<Edge>>>) -> impl IntoView {
    let stage = expect_context::<Stage>();
    let lab = stage.lab;
    let edge = settled(move || {
        edges.with(|all| all.binary_search_by_key(&(a, b), |e| (e.a, e.b)).ok().map(|i| all[i].clone()))
    });
    let line = Memo::new(move |_| stage.plan.with(|p| p.line(a, b)));
    let path = move || match (line.get(), edge.with(|e| e.as_ref().map(|e| e.cut))) {
        (Some(line), Some(Cut::No) | None) => line.path(),
        (Some(line), Some(Cut::OneWay | Cut::Both)) => {
            format!("{}{}", line.part(0.0, 0.44).path(), line.part(0.56, 1.0).path())
        }
        (None, _) => String::new(),
    };
    let caps = move || match (line.get(), edge.with(|e| e.as_ref().map(|e| e.cut))) {
        (Some(line), Some(Cut::OneWay | Cut::Both)) => format!("{}{}", cap(line, 0.44), cap(line, 0.56)),
        _ => String::new(),
    };
    // The arrow of a replication link points from the master to its replica.
    let arrow = move || {
        let master = edge.with(|e| match e.as_ref()?.use_ {
            Use::Replication { master, .. } => Some(master),
            _ => None,
        })?;
        let line = line.get()?;
        let line = if master == a { line } else { line.reversed() };
        let at = line.at(0.94);
        Some(format!("translate({:.1} {:.1}) rotate({:.0})", at.x, at.y, line.heading(0.94)))
    };
    let flows = move || {
        edge.with(|e| e.as_ref().is_some_and(|e| matches!(e.use_, Use::Replication { up: true, .. })))
    };
    let dash = move || {
        let loss = edge.with(|e| e.as_ref().map_or(0, |e| e.loss_ppm));
        (loss > 0).then(|| format!("{} {}", 12, 2 + loss / 25_000))
    };
    let hosts = move || edge.with_untracked(|e| e.as_ref().map(|e| e.hosts)).filter(|(a, b)| a != b);
    let label = move || {
        let (latency, loss) = edge.with(|e| e.as_ref().map_or((0, 0), |e| (e.latency_us, e.loss_ppm)));
        let (latency, loss) = (format::span_us(latency), format::percent(loss));
        lab.say(&Phrase::LinkLabel(&lab.name(a), &lab.name(b), &latency, &loss))
    };
    let open = move |hosts: (HostId, HostId)| {
        let tool = lab.tool.get_untracked();
        let toggled = match tool {
            Tool::Delay => Some(NetworkValue::Latency),
            Tool::Lose => Some(NetworkValue::Loss),
            _ => None,
        };
        if tool == Tool::Cut {
            lab.act(lab.view.with_untracked(|v| links::cut_or_mend(v, hosts)));
        } else if let Some(value) = toggled {
            lab.act_all(lab.view.with_untracked(|v| links::toggle(v, hosts, value)));
        } else if let Some(middle) = line.get_untracked().map(|l| l.at(0.5)) {
            let target = Target::Link(hosts.0, hosts.1);
            lab.menu.set(Some(Menu { target, x: middle.x, y: middle.y }));
        }
    };
    let click = move |ev: web_sys::MouseEvent| {
        ev.stop_propagation();
        ev.prevent_default();
        if stage.stroke.was_drawn() {
            return;
        }
        // Packets run beside the line, and it is drawn thinner than a finger takes it for.
        if lab.tool.get_untracked() == Tool::Select && super::catch_in_swarm(stage, &ev) {
            return;
        }
        if let Some(hosts) = hosts() {
            open(hosts);
        }
    };
    // What is unlike the rest of the network stands at the line with its figures; of another line they are seen
    // while it has the focus.
    let figures = Memo::new(move |_| {
        let (latency, loss) = edge.with(|e| e.as_ref().map_or((0, 0), |e| (e.latency_us, e.loss_ppm)));
        let (slow, lossy) = (latency >= SLOW_US, loss >= LOSSY_PPM);
        let usual = !slow && !lossy;
        let slow = (slow || usual).then(|| format::span_us(latency));
        let lossy = (lossy || usual).then(|| format!("{} %", (loss + 5000) / 10_000));
        (!usual, slow.into_iter().chain(lossy).collect::<Vec<_>>().join(" · "))
    });
    // One line is in the order of tabs; arrows lead to the others.
    let tab =
        Memo::new(move |_| hosts().map(|_| if stage.link_stop.get() == Some((a, b)) { "0" } else { "-1" }));
    let role = move || if tab.get().is_some() { "button" } else { "img" };
    let key = move |ev: web_sys::KeyboardEvent| {
        let forth = match ev.key().as_str() {
            "Enter" | " " => {
                ev.prevent_default();
                ev.stop_propagation();
                if let Some(hosts) = hosts() {
                    open(hosts);
                }
                return;
            }
            "ArrowRight" | "ArrowDown" => true,
            "ArrowLeft" | "ArrowUp" => false,
            _ => return,
        };
        ev.prevent_default();
        ev.stop_propagation();
        let next = edges.with_untracked(|all| next_link(all, (a, b), forth));
        if let Some((a, b)) = next {
            focus::focus_id(&format!("link-{}-{}", a.0, b.0));
        }
    };
    let figure_at = move || {
        let at = line.get().map(|l| l.at(0.68)).unwrap_or_default();
        (format!("{:.0}", at.x), format!("{:.0}", at.y - 6.0))
    };
    let hum = Memo::new(move |_| {
        stage.hummed.track();
        hosts().map_or(0, |pair| stage.hum.with_value(|hum| hum.level(pair)))
    });
    let touches = move || {
        let selected = lab.selected.get();
        (selected == Some(a) || selected == Some(b)).to_string()
    };
    view! {
        <g class="edge" id=format!("link-{}-{}", a.0, b.0) role=move || role() tabindex=move || tab.get() aria-label=move || label()
            on:focus=move |_| stage.link.set(Some((a, b))) on:keydown=key
            data-use=move || edge.with(|e| e.as_ref().map(Edge::word))
            data-state=move || edge.with(|e| e.as_ref().map(Edge::state))
            data-hum=move || hum.get().to_string() data-flows=move || flows().to_string() data-selected=move || touches()
            data-testid=format!("link-{}-{}", a.0, b.0)
            on:click=click on:contextmenu=click>
            <title>{move || label()}</title>
            <path class="edge-line" d=move || path() stroke-dasharray=move || dash() />
            <path class="edge-caps" d=move || caps() />
            <text class="edge-figure" x=move || figure_at().0 y=move || figure_at().1
                aria-hidden="true"
                data-shown=move || figures.with(|f| f.0).to_string()>{move || figures.with(|f| f.1.clone())}</text>
            <path class="edge-arrow" d="M-7-4.5L1 0L-7 4.5Z" transform=move || arrow()
                data-shown=move || arrow().is_some().to_string() />
            <path class="edge-grip" d=move || line.get().map(Curve::path) />
        </g>
    }
}

/// The link after a line's, or before it; lines within a host lead over none.
fn next_link(all: &[Edge], from: (NodeId, NodeId), forth: bool) -> Option<(NodeId, NodeId)> {
    let links: Vec<_> = all.iter().filter(|e| e.hosts.0 != e.hosts.1).map(|e| (e.a, e.b)).collect();
    let here = links.iter().position(|link| *link == from)?;
    let to = if forth { here + 1 } else { here + links.len() - 1 };
    links.get(to % links.len()).copied()
}

/// A short stroke across the line.
fn cap(line: Curve, at: f64) -> String {
    let (place, way) = (line.at(at), direction(line.heading(at)));
    let (dx, dy) = (-way.y * 7.0, way.x * 7.0);
    format!("M{:.1} {:.1}L{:.1} {:.1}", place.x - dx, place.y - dy, place.x + dx, place.y + dy)
}
