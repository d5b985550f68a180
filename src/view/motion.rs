//! Where a packet is, and how much of it is drawn at which speed. A packet lands exactly when it is
//! delivered: its place is a pure function of the clock, right at any speed, paused or run backwards.

use crate::cluster::{PacketFate, PacketKind, PacketView};
use crate::sim::{Micros, SimTime};

/// How much of a packet can be seen, by how long it flies on the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A quarter of a second or more: shape and label.
    Full,
    /// 80 ms or more: shape and trail.
    Dot,
    /// Less than five frames: not drawn; the line hums.
    Hum,
}

impl Detail {
    /// Of a flight of `flight` at `speed` simulated seconds a second; a standing clock shows everything.
    pub fn of(flight: Micros, speed: f64) -> Self {
        let wall_ms = flight.0 as f64 / 1000.0 / speed;
        if wall_ms >= 250.0 {
            Self::Full
        } else if wall_ms >= 80.0 {
            Self::Dot
        } else {
            Self::Hum
        }
    }

    /// Its name in attributes.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Dot => "dot",
            Self::Hum => "hum",
        }
    }
}

/// How far along its way a packet is at `now`, from 0 to 1; `None` before it left, after it arrived, and of
/// a lost one after it vanished half-way.
pub fn progress(packet: &PacketView, now: SimTime) -> Option<f64> {
    let flight = packet.arrives_at.since(packet.sent_at).0;
    if now < packet.sent_at || now > packet.arrives_at {
        return None;
    }
    let done = now.since(packet.sent_at).0 as f64 / flight.max(1) as f64;
    match packet.fate {
        PacketFate::Arrives => Some(done),
        PacketFate::Lost if done <= 0.5 => Some(done),
        PacketFate::Lost => None,
    }
}

/// The form of a packet: its kind can be told without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// PING and PONG, and what connections need.
    Dot,
    /// INFO.
    Square,
    /// Hello messages.
    Ring,
    /// Asking whether the master is down.
    Diamond,
    /// Asking for a vote; the answer carries a tick or a cross.
    Ballot,
    /// Reconfiguration.
    Triangle,
    /// Writes and replicated data.
    Bar,
}

/// The shape of a kind of packet.
pub const fn shape(kind: PacketKind) -> Shape {
    use PacketKind as P;
    match kind {
        P::Handshake | P::Close | P::Ping | P::Pong | P::Command | P::Reply => Shape::Dot,
        P::Info | P::InfoReply => Shape::Square,
        P::Hello | P::Pushed => Shape::Ring,
        P::AskDown | P::AskDownReply(_) => Shape::Diamond,
        P::VoteRequest | P::VoteReply(_) => Shape::Ballot,
        P::Reconfigure => Shape::Triangle,
        P::Replication | P::Dataset | P::Write => Shape::Bar,
    }
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Dot, Self::Square, Self::Ring, Self::Diamond, Self::Ballot, Self::Triangle, Self::Bar];

    /// Its name in attributes.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dot => "dot",
            Self::Square => "square",
            Self::Ring => "ring",
            Self::Diamond => "diamond",
            Self::Ballot => "ballot",
            Self::Triangle => "triangle",
            Self::Bar => "bar",
        }
    }

    /// Its outline as SVG path data, about 12 pixels wide, pointing to the right.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Dot => "M4.5 0A4.5 4.5 0 1 1-4.5 0A4.5 4.5 0 1 1 4.5 0Z",
            Self::Square => "M-4.5-4.5H4.5V4.5H-4.5Z",
            Self::Ring => "M6 0A6 6 0 1 1-6 0A6 6 0 1 1 6 0ZM3 0A3 3 0 1 0-3 0A3 3 0 1 0 3 0Z",
            Self::Diamond => "M0-6L6 0L0 6L-6 0Z",
            Self::Ballot => "M0-9L9 0L0 9L-9 0Z",
            Self::Triangle => "M-6-7L8 0L-6 7Z",
            Self::Bar => "M-6-2.5H6V2.5H-6Z",
        }
    }
}

/// What is written beside a packet: the protocol's own words, the same in every language.
pub const fn label(kind: PacketKind) -> &'static str {
    use PacketKind as P;
    match kind {
        P::Handshake => "SYN",
        P::Close => "FIN",
        P::Ping => "PING",
        P::Pong => "PONG",
        P::Info | P::InfoReply => "INFO",
        P::Hello | P::Pushed => "hello",
        P::AskDown => "down?",
        P::AskDownReply(true) => "down",
        P::AskDownReply(false) => "up",
        P::VoteRequest => "vote?",
        P::VoteReply(_) => "vote",
        P::Reconfigure => "SLAVEOF",
        P::Replication => "repl",
        P::Dataset => "RDB",
        P::Write => "SET",
        P::Command => "cmd",
        P::Reply => "OK",
    }
}

/// What a packet is about, which gives it its colour.
pub const fn subject(kind: PacketKind) -> &'static str {
    use PacketKind as P;
    match kind {
        P::Handshake | P::Close | P::Ping | P::Pong | P::Command | P::Reply => "link",
        P::Info | P::InfoReply | P::Hello | P::Pushed => "discovery",
        P::AskDown | P::AskDownReply(_) => "doubt",
        P::VoteRequest | P::VoteReply(_) => "vote",
        P::Reconfigure => "failover",
        P::Replication | P::Dataset | P::Write => "data",
    }
}

/// The mark inside a packet that says yes or no.
pub const fn answer(kind: PacketKind) -> Option<bool> {
    match kind {
        PacketKind::AskDownReply(yes) | PacketKind::VoteReply(yes) => Some(yes),
        _ => None,
    }
}

/// Whether a packet is worth a look even where it is too quick to be seen: it then gets a comet afterwards.
pub const fn is_notable(packet: &PacketView) -> bool {
    matches!(packet.kind, PacketKind::VoteRequest | PacketKind::VoteReply(_) | PacketKind::Reconfigure)
        || matches!(packet.fate, PacketFate::Lost)
        || packet.again
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{NodeId, PacketId};

    fn packet(fate: PacketFate) -> PacketView {
        PacketView {
            id: PacketId(1),
            from: NodeId(0),
            to: NodeId(1),
            sent_at: SimTime(1000),
            arrives_at: SimTime(3000),
            fate,
            kind: PacketKind::Ping,
            again: false,
        }
    }

    #[test]
    fn a_packet_lands_exactly_when_it_is_delivered() {
        let packet = packet(PacketFate::Arrives);
        assert_eq!(progress(&packet, SimTime(999)), None);
        assert_eq!(progress(&packet, SimTime(1000)), Some(0.0));
        assert_eq!(progress(&packet, SimTime(2500)), Some(0.75));
        assert_eq!(progress(&packet, SimTime(3000)), Some(1.0));
        assert_eq!(progress(&packet, SimTime(3001)), None);
    }

    #[test]
    fn a_lost_packet_vanishes_half_way() {
        let packet = packet(PacketFate::Lost);
        assert_eq!(progress(&packet, SimTime(2000)), Some(0.5));
        assert_eq!(progress(&packet, SimTime(2001)), None);
    }

    #[test]
    fn detail_follows_the_flight_on_the_wall_clock() {
        let flight = Micros::from_millis(2);
        assert_eq!(Detail::of(flight, 1.0 / 500.0), Detail::Full);
        assert_eq!(Detail::of(flight, 1.0 / 50.0), Detail::Dot);
        assert_eq!(Detail::of(flight, 1.0), Detail::Hum);
        assert_eq!(Detail::of(flight, 0.0), Detail::Full);
    }
}
