//! Points and curves of the picture, in CSS pixels of the stage.

use std::fmt::Write as _;

/// A place on the stage; y grows downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

impl Point {
    /// The place `(x, y)`.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The distance to `other`.
    pub fn distance(self, other: Self) -> f64 {
        // Not `hypot`, whose care for huge and tiny figures costs a function in WebAssembly.
        let (dx, dy) = (other.x - self.x, other.y - self.y);
        (dx * dx + dy * dy).sqrt()
    }

    /// The angle at which `other` is seen from here, in degrees: 0 to the right, 90 downwards.
    pub fn bearing(self, other: Self) -> f64 {
        (other.y - self.y).atan2(other.x - self.x).to_degrees()
    }

    fn mix(self, other: Self, t: f64) -> Self {
        Self::new(self.x + (other.x - self.x) * t, self.y + (other.y - self.y) * t)
    }
}

/// A quadratic Bézier curve: the line of a connection, which packets follow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    /// Where it begins.
    pub from: Point,
    /// What pulls it aside.
    pub control: Point,
    /// Where it ends.
    pub to: Point,
}

impl Curve {
    /// A curve whose middle lies `bow` pixels to the left of the straight line, seen from `from`.
    pub fn bowed(from: Point, to: Point, bow: f64) -> Self {
        let middle = from.mix(to, 0.5);
        let length = from.distance(to).max(1.0);
        let normal = Point::new((to.y - from.y) / length, -(to.x - from.x) / length);
        // The curve passes half-way between the middle and the control point.
        let control = Point::new(middle.x + normal.x * bow * 2.0, middle.y + normal.y * bow * 2.0);
        Self { from, control, to }
    }

    /// The same curve without its first `head` and last `tail` pixels, where nodes cover it.
    pub fn trimmed(self, head: f64, tail: f64) -> Self {
        let length = self.from.distance(self.control) + self.control.distance(self.to);
        let first = (head / length).min(0.45);
        let last = 1.0 - (tail / length).min(0.45);
        self.part(first, last)
    }

    /// The part of the curve between two fractions.
    pub fn part(self, first: f64, last: f64) -> Self {
        let blossom = |u: f64, v: f64| self.from.mix(self.control, u).mix(self.control.mix(self.to, u), v);
        Self { from: self.at(first), control: blossom(first, last), to: self.at(last) }
    }

    /// The same curve the other way.
    pub const fn reversed(self) -> Self {
        Self { from: self.to, control: self.control, to: self.from }
    }

    /// The place at a fraction of the way.
    pub fn at(self, t: f64) -> Point {
        self.from.mix(self.control, t).mix(self.control.mix(self.to, t), t)
    }

    /// The direction of travel there, in degrees.
    pub fn heading(self, t: f64) -> f64 {
        self.from.mix(self.control, t).bearing(self.control.mix(self.to, t))
    }

    /// The place at a fraction of the way, `aside` pixels to the right of the line of travel, so that what
    /// comes and what goes do not collide; and the cosine and sine of the direction of travel.
    pub fn beside(self, t: f64, aside: f64) -> (Point, (f64, f64)) {
        let (here, there) = (self.from.mix(self.control, t), self.control.mix(self.to, t));
        let place = here.mix(there, t);
        let length = here.distance(there).max(f64::MIN_POSITIVE);
        let (cos, sin) = ((there.x - here.x) / length, (there.y - here.y) / length);
        (Point::new(place.x - sin * aside, place.y + cos * aside), (cos, sin))
    }

    /// The curve as SVG path data.
    pub fn path(self) -> String {
        let mut text = String::with_capacity(48);
        let Self { from, control, to } = self;
        let _ = write!(
            text,
            "M{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}",
            from.x, from.y, control.x, control.y, to.x, to.y
        );
        text
    }
}

/// The place on the circle of radius 1 around the origin in a direction, in degrees: its cosine and sine.
pub fn direction(degrees: f64) -> Point {
    let (sin, cos) = degrees.to_radians().sin_cos();
    Point::new(cos, sin)
}

/// An arc of a circle around the origin as SVG path data, from one angle to another (degrees, clockwise).
pub fn arc(radius: f64, from: f64, to: f64) -> String {
    let sweep = (to - from).clamp(0.0, 359.9);
    let (start, end) = (direction(from), direction(from + sweep));
    format!(
        "M{:.2} {:.2}A{radius} {radius} 0 {} 1 {:.2} {:.2}",
        radius * start.x,
        radius * start.y,
        i32::from(sweep > 180.0),
        radius * end.x,
        radius * end.y
    )
}

/// The left and the upper edge of what is told beside a pointer, within a window of that size, and not on what it
/// tells of while there is room beside it.
pub fn beside(at: (f64, f64), size: (f64, f64), window: (f64, f64)) -> (f64, f64) {
    const AWAY: f64 = 14.0;
    let right = at.0 + AWAY;
    let left = if right + size.0 + AWAY > window.0 { at.0 - AWAY - size.0 } else { right };
    let top = (at.1 + AWAY).min(window.1 - size.1 - AWAY / 2.0);
    (left.max(AWAY), top.max(AWAY / 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: Point, b: Point) -> bool {
        a.distance(b) < 1e-9
    }

    #[test]
    fn a_bowed_curve_begins_and_ends_at_its_nodes_and_passes_the_bow() {
        let curve = Curve::bowed(Point::new(0.0, 0.0), Point::new(100.0, 0.0), 10.0);
        assert!(near(curve.at(0.0), Point::new(0.0, 0.0)));
        assert!(near(curve.at(1.0), Point::new(100.0, 0.0)));
        assert!(near(curve.at(0.5), Point::new(50.0, -10.0)));
    }

    #[test]
    fn a_part_lies_on_the_whole() {
        let whole = Curve::bowed(Point::new(0.0, 0.0), Point::new(100.0, 40.0), 25.0);
        let part = whole.part(0.2, 0.8);
        assert!(near(part.at(0.0), whole.at(0.2)));
        assert!(near(part.at(0.5), whole.at(0.5)));
        assert!(near(part.at(1.0), whole.at(0.8)));
    }

    #[test]
    fn the_two_directions_of_a_line_do_not_collide() {
        let line = Curve::bowed(Point::new(0.0, 0.0), Point::new(100.0, 0.0), 0.0);
        let (there, _) = line.beside(0.5, 4.0);
        let (back, _) = line.reversed().beside(0.5, 4.0);
        assert!((there.distance(back) - 8.0).abs() < 1e-9);
    }

    #[test]
    fn an_arc_over_half_a_circle_is_the_long_one() {
        assert!(arc(10.0, 0.0, 90.0).contains(" 0 0 1 "));
        assert!(arc(10.0, 0.0, 270.0).contains(" 0 1 1 "));
    }

    #[test]
    fn what_is_told_beside_a_pointer_stays_in_the_window_and_off_the_pointer() {
        let (width, height) = (1000.0, 600.0);
        for (x, y) in [(0.0, 0.0), (500.0, 300.0), (999.0, 599.0), (5.0, 590.0), (990.0, 3.0)] {
            for size in [(60.0, 40.0), (460.0, 580.0)] {
                let (left, top) = beside((x, y), size, (width, height));
                assert!(left >= 0.0 && left + size.0 <= width, "{left}");
                assert!(top >= 0.0 && top + size.1 <= height, "{top}");
                assert!(left > x || left + size.0 < x, "it lies on the pointer at {x}, {y}");
            }
        }
        assert_eq!(beside((300.0, 10.0), (362.0, 40.0), (390.0, 844.0)), (14.0, 24.0), "no room beside it");
    }
}
