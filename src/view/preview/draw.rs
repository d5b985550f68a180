//! A scenario's cast as a picture: the forms and places of the stage, before anybody lives. It is a text in SVG
//! rather than elements: nothing in it moves or can be touched, and the style sheets dress it as the stage.

use crate::cluster::{Deed, NodeId};
use crate::i18n::{Lang, Text};
use crate::scenario::{Role, Scenario};
use crate::view::layout::{Kind, Seat, plan};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The picture's size, in pixels.
const SIZE: (f64, f64) = (460.0, 300.0);

/// With more nodes than this whom a sentinel watches is not drawn.
const WATCHED: usize = 24;

/// Everybody: the nodes, then the clients that the scenario lets write.
pub(super) fn seats(scenario: &Scenario) -> (Vec<Seat>, Vec<String>) {
    let kind = |role| if role == Role::Sentinel { Kind::Sentinel } else { Kind::Redis };
    let nodes = scenario.nodes.iter().enumerate();
    let mut seats: Vec<_> = nodes
        .map(|(n, node)| Seat { id: NodeId(n as u32), kind: kind(node.role), host: node.host })
        .collect();
    let mut names: Vec<_> = scenario.nodes.iter().map(|node| node.name.to_string()).collect();
    let deeds = scenario.timed.iter().map(|(_, action)| &action.deed);
    for deed in deeds.chain(scenario.reactions.iter().map(|reaction| &reaction.action.deed)) {
        if let Deed::StartWriter(writer) = deed
            && !names[scenario.nodes.len()..].iter().any(|name| *name == writer.name.as_str())
        {
            seats.push(Seat { id: NodeId(seats.len() as u32), kind: Kind::Client, host: writer.host });
            names.push(writer.name.to_string());
        }
    }
    (seats, names)
}

/// The picture, `label` being what it shows in words.
pub(super) fn picture(lang: Lang, scenario: &Scenario, label: &str) -> String {
    let (seats, names) = seats(scenario);
    let plan = plan(&seats, SIZE, false, &BTreeMap::new());
    let (is_small, has_cards) = (plan.scale < 0.5, !plan.cards.is_empty());
    // The stage has room at its top for what stands there; here nothing does.
    let (mut top, mut foot): (f64, f64) = (SIZE.1, 0.0);
    for at in plan.places.values() {
        (top, foot) = (top.min(at.y - 44.0 * plan.scale), foot.max(at.y + 44.0 * plan.scale));
    }
    for card in &plan.cards {
        (top, foot) = (top.min(card.corner.y - 14.0), foot.max(card.corner.y + card.height + 4.0));
    }
    // Writing to a string cannot fail.
    let mut svg = format!(
        "<svg class=\"preview-svg\" viewBox=\"0 {top:.0} {} {:.0}\" role=\"img\" aria-label=\"{}\" data-small=\"{is_small}\" \
         data-cards=\"{has_cards}\">",
        SIZE.0,
        foot - top,
        plain(label)
    );
    for card in &plan.cards {
        let (at, width, height) = (card.corner, card.width, card.height);
        let host = plain(&scenario.hosts[card.host.0 as usize].name);
        let _ = write!(
            svg,
            "<g class=\"card\"><rect x=\"{:.0}\" y=\"{:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" rx=\"12\"/>\
             <text x=\"{:.0}\" y=\"{:.0}\">{host}</text></g>",
            at.x,
            at.y,
            at.x + width / 2.0,
            at.y + 4.0
        );
    }
    for (kind, a, b) in lines(scenario, seats.len()) {
        if let Some(line) = plan.line(a, b) {
            let path = line.path();
            let _ = write!(
                svg,
                "<g class=\"edge\" data-use=\"{kind}\"><path class=\"edge-line\" d=\"{path}\"/></g>"
            );
        }
    }
    for (seat, name) in seats.iter().zip(&names) {
        let Some(at) = plan.places.get(&seat.id) else { continue };
        let node = scenario.nodes.get(seat.id.0 as usize);
        let (form, text, role) = match (seat.kind, node.map(|node| node.role)) {
            (Kind::Redis, Some(Role::Master)) => (SERVER, Text::Master, "master"),
            (Kind::Redis, _) => (SERVER, Text::Replica, "replica"),
            (Kind::Sentinel, _) => (SENTINEL, Text::Sentinel, "sentinel"),
            (Kind::Client, _) => (CLIENT, Text::Client, "client"),
        };
        let condition = if node.is_none_or(|node| node.start) { "running" } else { "dead" };
        let (x, y, scale, name) = (at.x, at.y, plan.scale, plain(name));
        let (name_y, role_y) = if seat.kind == Kind::Sentinel { (6, 20) } else { (-1, 12) };
        // A sentinel's eye says what it is, and leaves no room for the word.
        let word = if seat.kind == Kind::Sentinel { "" } else { lang.text(text) };
        let _ = write!(
            svg,
            "<g class=\"node\" data-kind=\"{role}\" data-role=\"{role}\" data-condition=\"{condition}\" \
             transform=\"translate({x:.1} {y:.1}) scale({scale:.3})\">{form}\
             <text class=\"name\" y=\"{name_y}\">{name}</text><text class=\"role\" y=\"{role_y}\">{word}</text></g>"
        );
    }
    svg + "</svg>"
}

/// The forms of the stage (`ui::stage::server`, `ui::stage::sentinel`), without what only the living have.
const SERVER: &str = "<path class=\"notch\" d=\"M-8-25L0-35L8-25Z\"/>\
     <rect class=\"body\" x=\"-32\" y=\"-26\" width=\"64\" height=\"52\" rx=\"12\"/>\
     <rect class=\"inner\" x=\"-28\" y=\"-22\" width=\"56\" height=\"44\" rx=\"9\"/>";
const SENTINEL: &str = "<circle class=\"body\" r=\"28\"/>\
     <path class=\"eye\" d=\"M-9-15C-5-21 5-21 9-15C5-9-5-9-9-15Z\"/><circle class=\"pupil\" cy=\"-15\" r=\"2.6\"/>";
const CLIENT: &str = "<rect class=\"body\" x=\"-38\" y=\"-18\" width=\"76\" height=\"36\" rx=\"18\"/>";

/// Who replicates whom, and which master each sentinel watches.
fn lines(scenario: &Scenario, seats: usize) -> Vec<(&'static str, NodeId, NodeId)> {
    let mut lines = Vec::new();
    for (n, node) in scenario.nodes.iter().enumerate() {
        let id = NodeId(n as u32);
        match node.role {
            Role::Replica(of) => lines.push(("replication", of, id)),
            Role::Sentinel if seats <= WATCHED => {
                let watched = scenario.monitors.iter().filter(|monitor| !monitor.except.contains(&id));
                lines.extend(watched.map(|monitor| ("watch", id, monitor.master)));
            }
            _ => {}
        }
    }
    lines
}

/// A text that stands in markup.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::entry;

    #[test]
    fn everybody_is_drawn_once_as_what_he_begins_as() {
        let scenario = entry("partition-lost-writes").expect("it is built in").scenario();
        let svg = picture(Lang::En, &scenario, "all");
        for node in &scenario.nodes {
            assert_eq!(svg.matches(&format!(">{}</text>", node.name)).count(), 1, "{}", node.name);
        }
        let count = |role: &str| svg.matches(&format!("data-role=\"{role}\"")).count();
        let of = |is_it: fn(Role) -> bool| scenario.nodes.iter().filter(|node| is_it(node.role)).count();
        assert_eq!(count("master"), of(|role| role == Role::Master));
        assert_eq!(count("replica"), of(|role| matches!(role, Role::Replica(_))));
        assert_eq!(count("sentinel"), of(|role| role == Role::Sentinel));
        assert!(count("client") > 0, "it has a writer");
        assert_eq!(svg.matches("data-use=\"replication\"").count(), count("replica"));
        assert_eq!(svg.matches("<g").count(), svg.matches("</g>").count());
    }

    #[test]
    fn what_a_file_says_stands_in_the_picture_as_a_text() {
        let file = r#"{"id": "x", "duration_ms": 1, "monitors": [], "nodes": [
            {"name": "M0", "role": "master", "host": "<script>&\""},
            {"name": "M1", "role": "master", "host": "<script>&\"", "port": 7000, "start": false}]}"#;
        let svg = picture(Lang::Zh, &Scenario::parse(file).expect("it is sound"), "\"");
        assert!(svg.contains("&lt;script>&amp;&quot;") && !svg.contains("<script"), "{svg}");
        assert!(svg.contains("data-condition=\"dead\""), "M1 is not started");
    }
}
