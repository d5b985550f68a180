//! The hum of a link: how busy it is, where single packets are too quick to be seen.

use crate::cluster::{Cluster, HostId};
use crate::sim::{Micros, SimTime};

/// Over so much simulated time at least traffic is measured: a PING goes once a second.
const MEASURE: Micros = Micros::from_millis(1500);

/// How busy the links between hosts are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hum {
    /// From when the counts are.
    since: Option<SimTime>,
    /// By the [`place`] of a pair: how many packets there have been.
    counts: Vec<u32>,
    levels: Vec<u8>,
}

/// Pairs are in the order of the second host, so that those of another host come after all that there are.
fn place((a, b): (HostId, HostId)) -> usize {
    let (first, second) = (a.min(b).0 as usize, a.max(b).0 as usize);
    second * second.saturating_sub(1) / 2 + first
}

impl Hum {
    /// How busy the link between two hosts is: 0 for silence, 3 for very. What goes on within one is not counted.
    pub fn level(&self, pair: (HostId, HostId)) -> u8 {
        if pair.0 == pair.1 { 0 } else { self.levels.get(place(pair)).copied().unwrap_or(0) }
    }

    /// Takes a look at the world; true where the levels are new. After a jump it begins anew.
    pub fn look(&mut self, world: &Cluster) -> bool {
        let now = world.now();
        let span = match self.since {
            Some(since) if since <= now => now.since(since),
            _ => Micros::ZERO,
        };
        if self.since.is_some() && span < MEASURE && span > Micros::ZERO {
            return false;
        }
        let pairs = world.host_ids().flat_map(|b| (0..b.0).map(move |a| (HostId(a), b)));
        let counts = pairs.map(|(a, b)| world.traffic(a, b)).collect();
        let before = std::mem::replace(&mut self.counts, counts);
        self.since = Some(now);
        if span == Micros::ZERO {
            return false;
        }
        let seconds = span.0 as f64 / 1e6;
        let before = before.into_iter().chain(std::iter::repeat(0));
        let sent = self.counts.iter().zip(before).map(|(count, before)| count.wrapping_sub(before));
        let levels = sent.map(|packets| level(f64::from(packets) / seconds)).collect();
        let is_new = levels != self.levels;
        self.levels = levels;
        is_new
    }
}

/// A healthy link of a sentinel carries some four packets a second each way; one to a peer that does not
/// answer, or a replication link with writes, many more.
fn level(packets_a_second: f64) -> u8 {
    match packets_a_second {
        rate if rate < 0.3 => 0,
        rate if rate < 12.0 => 1,
        rate if rate < 40.0 => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::Action;
    use crate::scenario::entry;
    use crate::sim::Seed;

    #[test]
    fn a_link_hums_with_its_traffic() {
        let begun = entry("plain").unwrap().scenario().begin(Seed(1));
        let mut world = begun.cluster;
        let mut said = Vec::new();
        let host = |world: &Cluster, name: &str| world.node(world.node_named(name).unwrap()).host;
        let mut hum = Hum::default();
        assert!(!hum.look(&world), "nothing to compare with");
        let mut play = |world: &mut Cluster, hum: &mut Hum| {
            world.run_until(world.now() + Micros::from_secs(4), &mut said);
            hum.look(world)
        };
        assert!(play(&mut world, &mut hum));
        let (s1, s2, r1, r2) =
            (host(&world, "S1"), host(&world, "S2"), host(&world, "R1"), host(&world, "R2"));
        assert!((1..=2).contains(&hum.level((s2, s1))), "{hum:?}");
        assert_eq!(hum.level((r1, r2)), 0, "replicas have nothing to say to each other");
        let s2_node = world.node_named("S2").unwrap();
        world.act(Action::Kill(s2_node), &mut Vec::new()).unwrap();
        let s1_node = world.node_named("S1").unwrap();
        world.act(Action::Kill(s1_node), &mut Vec::new()).unwrap();
        play(&mut world, &mut hum);
        play(&mut world, &mut hum);
        assert_eq!(hum.level((s1, s2)), 0, "both are dead");
    }

    #[test]
    fn each_pair_has_a_place_and_those_of_later_hosts_come_after() {
        let pairs = (0..5).flat_map(|b| (0..b).map(move |a| (HostId(b), HostId(a))));
        assert_eq!(pairs.map(place).collect::<Vec<_>>(), (0..10).collect::<Vec<_>>());
        assert_eq!(place((HostId(0), HostId(1))), place((HostId(1), HostId(0))));
    }
}
