//! Which kinds of packets the reader has hidden, by their shapes.

use crate::cluster::PacketKind;
use crate::view::motion::{Shape, shape};

/// The shapes that are not shown. What the director stops at are events, and those are always told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hidden(u8);

impl Hidden {
    /// All of them.
    pub const ALL: Self = Self((1 << Shape::ALL.len()) - 1);

    /// Whether packets of that shape are hidden.
    pub const fn has(self, shape: Shape) -> bool {
        self.0 & 1 << shape as u8 != 0
    }

    /// Whether packets of that kind are shown.
    pub const fn shows(self, kind: PacketKind) -> bool {
        !self.has(shape(kind))
    }

    /// With that shape shown where it was hidden, and hidden where it was shown.
    #[must_use]
    pub const fn toggled(self, shape: Shape) -> Self {
        Self(self.0 ^ 1 << shape as u8)
    }

    /// How many shapes are hidden.
    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// As it is kept from visit to visit: a bit a shape, in the order of [`Shape::ALL`].
    pub const fn bits(self) -> u32 {
        self.0 as u32
    }

    /// What was kept; what is no shape hides nothing.
    pub const fn of_bits(bits: u32) -> Self {
        Self(bits as u8 & Self::ALL.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_is_hidden_and_shown_again_and_the_others_stay() {
        let hidden = Hidden::default().toggled(Shape::Dot).toggled(Shape::Ring);
        assert!(!hidden.shows(PacketKind::Pong) && !hidden.shows(PacketKind::Hello));
        assert!(hidden.shows(PacketKind::VoteReply(true)));
        let shown = hidden.toggled(Shape::Dot);
        assert!(shown.shows(PacketKind::Ping));
        assert_eq!((hidden.count(), shown.count()), (2, 1));
    }

    #[test]
    fn votes_alone_are_all_hidden_but_one() {
        let votes = Hidden::ALL.toggled(Shape::Ballot);
        assert!(votes.shows(PacketKind::VoteRequest));
        assert_eq!(votes.count() as usize, Shape::ALL.len() - 1);
    }

    #[test]
    fn what_was_kept_is_hidden_again() {
        for hidden in (0..1 << Shape::ALL.len()).map(Hidden) {
            assert_eq!(Hidden::of_bits(hidden.bits()), hidden);
        }
        assert_eq!(Hidden::of_bits(u32::MAX), Hidden::ALL);
    }
}
