//! The lanes: which time they show, and what of the messages of that time.

use crate::cluster::{NodeId, PacketFate, PacketView, Sent};
use crate::sim::{Micros, SimTime};

/// The spans that are stepped through, in milliseconds.
const SPANS_MS: [u64; 9] = [10, 50, 200, 1000, 5000, 20_000, 60_000, 300_000, 1_200_000];
/// The shortest span: a fifth of it is the finest tick, a millisecond.
const SPAN_MIN: Micros = Micros::from_millis(5);
/// More sentinels times nodes times seconds than this send too much to be gone through a few times a second: ten
/// thousand packets or so.
const TOO_MUCH: f64 = 1500.0;
/// Among more lanes than these, lines from one to another are a blur.
const LANES_MAX: usize = 40;
/// Up to so many routine messages are drawn one by one; more are counted.
const ROUTINE_MAX: u64 = 150;
/// Up to so many others.
const TELLING_MAX: usize = 600;
/// The parts of a window between two figures of its axis.
pub const PARTS: u64 = 5;

/// What time the lanes show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zoom {
    /// As much as suits the pace, around the playhead.
    #[default]
    Pace,
    /// So much, around the playhead.
    Span(Micros),
    /// From a moment on so much, as long as the playhead is there; otherwise around the playhead.
    Range(SimTime, Micros),
}

impl Zoom {
    /// How much time is shown, where the pace suggests `paced`.
    pub const fn span(self, paced: Micros) -> Micros {
        match self {
            Self::Pace => paced,
            Self::Span(span) | Self::Range(_, span) => span,
        }
    }

    /// The first moment shown. The playhead stands at four fifths of the width once so much time has passed.
    pub fn left_edge(self, paced: Micros, now: SimTime, origin: SimTime) -> SimTime {
        let span = self.span(paced);
        match self {
            Self::Range(from, span) if from <= now && now <= from + span => from,
            _ => SimTime(now.0.saturating_sub(span.0 * 4 / 5)).max(origin),
        }
    }

    /// The next longer or shorter span; what is shown stays in the middle.
    #[must_use]
    pub fn by(self, longer: bool, paced: Micros, origin: SimTime) -> Self {
        let now = self.span(paced);
        let all = SPANS_MS.map(Micros::from_millis);
        let next = if longer {
            all.into_iter().find(|span| *span > now)
        } else {
            all.into_iter().rev().find(|span| *span < now)
        };
        let span = next.unwrap_or(now);
        match self {
            Self::Pace | Self::Span(_) => Self::Span(span),
            Self::Range(from, _) => {
                let middle = from.0 + now.0 / 2;
                Self::Range(SimTime(middle.saturating_sub(span.0 / 2)).max(origin), span)
            }
        }
    }

    /// The time between two moments that somebody has marked.
    pub fn between(a: SimTime, b: SimTime) -> Self {
        Self::Range(a.min(b), a.max(b).since(a.min(b)).max(SPAN_MIN))
    }
}

/// The span that suits a pace at which some eight seconds of wall time are `wanted_ms`; `before` where that is
/// not far off, so that it does not jump to and fro.
pub fn paced(wanted_ms: f64, before: Micros) -> Micros {
    let before_ms = before.0 as f64 / 1000.0;
    if before_ms > wanted_ms * 0.3 && before_ms < wanted_ms * 4.0 {
        return before;
    }
    let ms = SPANS_MS.iter().copied().find(|ms| *ms as f64 >= wanted_ms);
    Micros::from_millis(ms.unwrap_or(SPANS_MS[SPANS_MS.len() - 1]))
}

/// Whether messages can be shown where so many sentinels and nodes send for `span`.
pub fn shows_messages(sentinels: usize, nodes: usize, span: Micros) -> bool {
    nodes <= LANES_MAX && (sentinels.max(1) * nodes) as f64 * span.0 as f64 / 1e6 <= TOO_MUCH
}

/// How many routine messages came to a node in a part of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bubble {
    /// To whom.
    pub node: NodeId,
    /// The middle of that part, as far as it is known.
    pub at: SimTime,
    /// How many.
    pub count: usize,
}

/// What the lanes show of what was sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Messages {
    /// Drawn one by one, the later on top.
    pub lines: Vec<Sent>,
    /// Counted. Empty where the routine is drawn, too.
    pub bubbles: Vec<Bubble>,
}

/// Draws what is not routine, and beneath it the routine if there is little of it; else counts it in parts of a fifth of
/// `span` from `anchor` on, as far as `until`.
pub fn messages<'a>(
    sent: impl IntoIterator<Item = &'a Sent>,
    anchor: SimTime,
    span: Micros,
    until: SimTime,
) -> Messages {
    let (mut routine, mut telling): (Vec<&Sent>, Vec<&Sent>) =
        sent.into_iter().partition(|sent| sent.packet.kind.is_routine());
    let mut bubbles: Vec<Bubble> = Vec::new();
    // As many as the whole window will have: lines that turn into figures as time goes on would puzzle.
    let in_window = routine.len() as u64 * span.0 / until.since(anchor).0.max(1);
    if in_window.max(routine.len() as u64) > ROUTINE_MAX {
        let arrived =
            |packet: &&PacketView| packet.fate == PacketFate::Arrives && packet.arrives_at >= anchor;
        for packet in routine.iter().map(|sent| &sent.packet).filter(arrived) {
            let part = packet.arrives_at.since(anchor).0 * PARTS / span.0.max(1);
            let [from, to] = [part, part + 1].map(|part| anchor + Micros(span.0 * part / PARTS));
            let (node, at) = (packet.to, SimTime(u64::midpoint(from.0, to.min(until).max(from).0)));
            match bubbles.iter_mut().find(|bubble| (bubble.node, bubble.at) == (node, at)) {
                Some(bubble) => bubble.count += 1,
                None => bubbles.push(Bubble { node, at, count: 1 }),
            }
        }
        routine.clear();
    }
    telling.truncate(TELLING_MAX);
    routine.append(&mut telling);
    Messages { lines: routine.into_iter().cloned().collect(), bubbles }
}

/// A message's way from one place to another with a head at its end, as SVG path data; a lost one ends half-way
/// with a cross.
pub fn path((x1, y1): (f64, f64), (x2, y2): (f64, f64), lost: bool) -> String {
    let (x2, y2) = if lost { (f64::midpoint(x1, x2), f64::midpoint(y1, y2)) } else { (x2, y2) };
    let way = format!("M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}");
    if lost {
        return format!("{way}m-3-3l6 6m0-6l-6 6");
    }
    let length = (x2 - x1).hypot(y2 - y1).max(0.1);
    let (ux, uy) = ((x2 - x1) / length, (y2 - y1) / length);
    let wing = |side: f64| (x2 - 6.0 * ux - side * 3.0 * uy, y2 - 6.0 * uy + side * 3.0 * ux);
    let ((ax, ay), (bx, by)) = (wing(1.0), wing(-1.0));
    format!("{way}M{ax:.1} {ay:.1}L{x2:.1} {y2:.1}L{bx:.1} {by:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{PacketId, PacketKind};

    const PACED: Micros = Micros::from_secs(20);
    const ORIGIN: SimTime = SimTime(1_000_000);

    fn ms(ms: u64) -> SimTime {
        SimTime(ORIGIN.0 + ms * 1000)
    }

    #[test]
    fn the_playhead_stands_at_four_fifths_once_there_is_so_much_past() {
        let edge = |zoom: Zoom, now| zoom.left_edge(PACED, ms(now), ORIGIN);
        assert_eq!(edge(Zoom::Pace, 3000), ORIGIN);
        assert_eq!(edge(Zoom::Pace, 20_000), ms(4000));
        assert_eq!(edge(Zoom::Span(Micros::from_secs(1)), 20_000), ms(19_200));
    }

    #[test]
    fn a_range_is_held_while_the_playhead_is_in_it() {
        let range = Zoom::between(ms(9000), ms(8000));
        assert_eq!(range, Zoom::Range(ms(8000), Micros::from_secs(1)));
        let edge = |now| range.left_edge(PACED, ms(now), ORIGIN);
        assert_eq!([edge(8000), edge(8500), edge(9000)], [ms(8000); 3]);
        assert_eq!(edge(9500), ms(8700), "beyond it, it follows");
        assert_eq!(edge(7000), ms(6200));
        assert_eq!(Zoom::between(ms(8), ms(8)).span(PACED), SPAN_MIN);
    }

    #[test]
    fn spans_are_stepped_through_and_a_range_keeps_its_middle() {
        let (shorter, longer) = (false, true);
        assert_eq!(Zoom::Pace.by(shorter, PACED, ORIGIN), Zoom::Span(Micros::from_secs(5)));
        assert_eq!(Zoom::Pace.by(longer, PACED, ORIGIN), Zoom::Span(Micros::from_secs(60)));
        let range = Zoom::between(ms(8000), ms(8300));
        assert_eq!(range.by(longer, PACED, ORIGIN), Zoom::Range(ms(7650), Micros::from_secs(1)));
        assert_eq!(range.by(shorter, PACED, ORIGIN), Zoom::Range(ms(8050), Micros::from_millis(200)));
        let (first, last) = (Zoom::Span(Micros::from_millis(10)), Zoom::Span(Micros::from_secs(1200)));
        assert_eq!((first.by(shorter, PACED, ORIGIN), last.by(longer, PACED, ORIGIN)), (first, last));
    }

    #[test]
    fn the_pace_chooses_a_span_and_keeps_it_while_it_fits() {
        assert_eq!(paced(8000.0, Micros::from_secs(20)), Micros::from_secs(20));
        assert_eq!(paced(800.0, Micros::from_secs(20)), Micros::from_secs(1));
        assert_eq!(paced(1e9, Micros::from_secs(20)), Micros::from_secs(1200));
    }

    fn sent(n: u64, kind: PacketKind, fate: PacketFate) -> Sent {
        let (sent_at, arrives_at) = (ms(n * 10), ms(n * 10 + 1));
        let (from, to) = (NodeId(n as u32 % 2), NodeId(1 - n as u32 % 2));
        let packet = PacketView { id: PacketId(n), from, to, sent_at, arrives_at, fate, kind, again: false };
        Sent { packet, text: None }
    }

    #[test]
    fn a_little_routine_is_drawn_and_much_is_counted_by_receiver_and_part() {
        let vote = sent(7, PacketKind::VoteRequest, PacketFate::Lost);
        let pings = |count| (0..count).map(|n| sent(n, PacketKind::Ping, PacketFate::Arrives));
        let few = messages(&pings(20).chain([vote.clone()]).collect::<Vec<_>>(), ORIGIN, PACED, ms(9000));
        assert_eq!((few.lines.len(), few.bubbles), (21, Vec::new()));
        assert_eq!(few.lines[20], vote, "it lies on top");
        let early = messages(&pings(20).collect::<Vec<_>>(), ORIGIN, PACED, ms(200));
        assert_eq!((early.lines.len(), early.bubbles.len()), (0, 2), "there will be two thousand");
        let span = Micros::from_secs(5);
        let lost = sent(3, PacketKind::Pong, PacketFate::Lost);
        let many = messages(&pings(200).chain([vote, lost]).collect::<Vec<_>>(), ORIGIN, span, ms(1900));
        assert_eq!(many.lines.len(), 1);
        let bubble = |node, at, count| Bubble { node: NodeId(node), at: ms(at), count };
        assert_eq!(
            many.bubbles,
            [bubble(1, 500, 50), bubble(0, 500, 50), bubble(1, 1450, 50), bubble(0, 1450, 50)],
            "what was lost came to nobody"
        );
    }

    #[test]
    fn hundreds_of_nodes_are_not_gone_through_again_and_again() {
        assert!(shows_messages(3, 6, Micros::from_secs(60)));
        assert!(!shows_messages(3, 6, Micros::from_secs(300)));
        assert!(!shows_messages(20, 40, Micros::from_secs(20)));
        assert!(shows_messages(20, 40, Micros::from_secs(1)));
        assert!(!shows_messages(60, 100, Micros::from_millis(10)));
    }

    #[test]
    fn an_arrow_ends_where_it_arrives_and_a_lost_one_half_way() {
        assert_eq!(path((0.0, 0.0), (0.0, 20.0), false), "M0.0 0.0L0.0 20.0M-3.0 14.0L0.0 20.0L3.0 14.0");
        assert_eq!(path((0.0, 0.0), (10.0, 20.0), true), "M0.0 0.0L5.0 10.0m-3-3l6 6m0-6l-6 6");
    }
}
