//! How much wall time a stretch of simulated time gets: by a speed chosen on a logarithmic scale, or by
//! the director, which spends it by meaning.

use crate::sim::{Micros, SimTime};

/// The slowest and the quickest speed, in simulated seconds a second.
pub const SPEED_RANGE: (f64, f64) = (0.001, 1000.0);

/// The slider's position (-300 to 300) of a speed.
pub fn slider_of(speed: f64) -> i32 {
    (speed.clamp(SPEED_RANGE.0, SPEED_RANGE.1).log10() * 100.0).round() as i32
}

/// The speed at a position of the slider.
pub fn speed_at(slider: i32) -> f64 {
    10_f64.powf(f64::from(slider.clamp(-300, 300)) / 100.0)
}

/// How much of the time the lanes show at a speed: some eight seconds of wall time, in milliseconds.
pub fn lane_window_ms(speed: f64) -> f64 {
    (speed * 8000.0).clamp(200.0, 1_200_000.0)
}

/// The next of 1, 2, 5, 10 ... above (or below) `speed`.
pub fn next_speed(speed: f64, quicker: bool) -> f64 {
    let steps = (-3..=3).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10_f64.powi(power)));
    let mut steps: Vec<f64> = steps.filter(|s| *s <= SPEED_RANGE.1).collect();
    if quicker {
        steps.into_iter().find(|s| *s > speed * 1.01).unwrap_or(SPEED_RANGE.1)
    } else {
        steps.reverse();
        steps.into_iter().find(|s| *s < speed * 0.99).unwrap_or(SPEED_RANGE.0)
    }
}

/// The wall time in seconds that the director gives to `gap` before the next notable event:
/// 5 ms of votes take half a second, 30 s of waiting about three and a half.
pub fn wall_seconds(gap: Micros) -> f64 {
    let gap_ms = (gap.0 as f64 / 1000.0).max(0.01);
    (0.6 + 0.8 * (gap_ms / 10.0).log10()).clamp(0.5, 4.0)
}

/// How much to simulate at a time so that it takes about as long as it may, in clusters of all sizes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stride(f64);

impl Default for Stride {
    fn default() -> Self {
        Self(20_000.0)
    }
}

impl Stride {
    /// The span to be simulated next.
    pub const fn span(self) -> Micros {
        Micros(self.0 as u64)
    }

    /// Learns from how long the last took, in milliseconds of wall time, and how long it might have taken.
    pub fn learn(&mut self, took_ms: f64, wanted_ms: f64) {
        // Shorter at once, longer by and by; never less than what moves packets, nor more than a history's
        // distance between checkpoints.
        let factor = (wanted_ms / took_ms.max(0.01)).clamp(0.1, 1.5);
        self.0 = (self.0 * factor).clamp(200.0, 5_000_000.0);
    }
}

/// A stretch of time between two notable events as the director plays it: eased in and out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shot {
    from: SimTime,
    to: SimTime,
    wall: f64,
    elapsed: f64,
}

impl Shot {
    /// From `from` to the next notable event at `to`.
    pub fn new(from: SimTime, to: SimTime) -> Self {
        Self { from, to, wall: wall_seconds(to.since(from)), elapsed: 0.0 }
    }

    /// Where it leads.
    pub const fn target(&self) -> SimTime {
        self.to
    }

    /// The same shot with another end, from where it stands: what was expected has changed.
    pub fn retarget(&self, now: SimTime, to: SimTime) -> Self {
        if to == self.to { *self } else { Self::new(now, to) }
    }

    /// Plays `seconds` of wall time; returns the playhead.
    pub fn advance(&mut self, seconds: f64) -> SimTime {
        self.elapsed = (self.elapsed + seconds).min(self.wall);
        let done = ease(self.elapsed / self.wall);
        let span = self.to.since(self.from).0 as f64;
        self.from + Micros((span * done).round() as u64)
    }

    /// Whether the end is reached.
    pub fn is_over(&self) -> bool {
        self.elapsed >= self.wall
    }

    /// The present speed, in simulated seconds a second.
    pub fn speed(&self) -> f64 {
        let slope = ease_slope(self.elapsed / self.wall).max(0.05);
        self.to.since(self.from).0 as f64 / 1e6 / self.wall * slope
    }
}

/// Slow at both ends, but never standing: half a straight line, half a smooth step.
fn ease(t: f64) -> f64 {
    0.4 * t + 0.6 * t * t * (3.0 - 2.0 * t)
}

fn ease_slope(t: f64) -> f64 {
    0.4 + 0.6 * 6.0 * t * (1.0 - t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stride_finds_the_length_that_takes_as_long_as_it_may() {
        // A millisecond of wall time for every 30 ms that are simulated.
        let mut stride = Stride::default();
        for _ in 0..30 {
            let took = stride.span().0 as f64 / 30_000.0;
            stride.learn(took, 1.0);
        }
        assert!((20_000..=40_000).contains(&stride.span().0), "{stride:?}");
        // One that took no time at all, and one in which the tab was away.
        stride.learn(0.0, 1.0);
        assert!(stride.span() <= Micros::from_millis(60), "{stride:?}");
        stride.learn(60_000.0, 1.0);
        assert!(stride.span() >= Micros(200), "{stride:?}");
    }

    #[test]
    fn the_slider_spans_a_thousandth_to_a_thousand() {
        assert_eq!(slider_of(1.0), 0);
        assert_eq!(slider_of(0.001), -300);
        assert_eq!(slider_of(1000.0), 300);
        for slider in (-300..=300).step_by(25) {
            assert_eq!(slider_of(speed_at(slider)), slider);
        }
    }

    #[test]
    fn speeds_go_by_one_two_five() {
        let close = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-9;
        assert!(close(next_speed(1.0, true), 2.0));
        assert!(close(next_speed(0.02, false), 0.01));
        assert!(close(next_speed(1000.0, true), 1000.0));
        assert!(close(next_speed(0.001, false), 0.001));
    }

    #[test]
    fn the_director_gives_votes_half_a_second_and_waiting_a_few() {
        assert!((wall_seconds(Micros::from_millis(5)) - 0.5).abs() < 1e-9);
        assert!((wall_seconds(Micros::from_secs(1)) - 2.2).abs() < 1e-9);
        assert!((wall_seconds(Micros::from_secs(30)) - 3.4).abs() < 0.05);
        assert!((wall_seconds(Micros::from_secs(1800)) - 4.0).abs() < 1e-9);
    }

    /// The way is the same at any refresh rate, and ends exactly at the event.
    #[test]
    fn a_shot_ends_at_its_event_at_30_60_and_144_frames_a_second() {
        for rate in [30.0, 60.0, 144.0] {
            let mut shot = Shot::new(SimTime(500), SimTime(30_000_500));
            let mut last = SimTime(500);
            while !shot.is_over() {
                let place = shot.advance(1.0 / rate);
                assert!(place >= last, "time never goes back");
                last = place;
            }
            assert_eq!(last, SimTime(30_000_500));
        }
    }
}
