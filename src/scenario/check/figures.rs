//! Figures that are possible.

use super::Checked;
use crate::scenario::{ScenarioError, TIME_MAX};
use crate::sim::Micros;

pub(super) fn quorum(place: &str, quorum: i64) -> Checked<()> {
    if (1..=i64::from(u32::MAX)).contains(&quorum) {
        return Ok(());
    }
    Err(ScenarioError::at(place, format!("quorum must be 1 or greater, got {quorum}")))
}

pub(super) fn count(place: &str, count: i64) -> Checked<u32> {
    if (0..=10_000_000).contains(&count) {
        return Ok(count as u32);
    }
    Err(ScenarioError::at(place, format!("must be 0 to 10000000, got {count}")))
}

pub(super) fn time(place: &str, ms: i64) -> Checked<Micros> {
    let most = (TIME_MAX.0 / 1000) as i64;
    if (0..=most).contains(&ms) {
        return Ok(Micros::from_millis(ms as u64));
    }
    let message = format!("a time is 0 to {most} milliseconds, got {ms}");
    Err(ScenarioError::at(place, message))
}

pub(super) fn port_number(place: &str, port: i64) -> Checked<u16> {
    let number = u16::try_from(port).ok().filter(|port| *port > 0);
    number.ok_or_else(|| ScenarioError::at(place, format!("{port} is no port (1 to 65535)")))
}
