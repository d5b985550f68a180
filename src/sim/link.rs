//! Links: what happens to a packet between two hosts.

use crate::sim::{Chance, HostId, Micros};
use std::collections::BTreeSet;

/// What a link is like, one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkSettings {
    /// How long a packet takes at least.
    pub latency: Micros,
    /// How much longer it may take, drawn evenly.
    pub jitter: Micros,
    /// How many packets are lost.
    pub loss: Chance,
    /// Whether all are.
    pub blocked: bool,
}

impl LinkSettings {
    /// Between two hosts on a quiet switch: 60 to 140 microseconds one way, as between the network
    /// namespaces of the captures (a question and its answer take 0.2 to 0.4 ms there with both processes'
    /// own time).
    pub const LAN: Self =
        Self { latency: Micros(60), jitter: Micros(80), loss: Chance::NEVER, blocked: false };

    /// Within a host.
    pub const LOOPBACK: Self =
        Self { latency: Micros(25), jitter: Micros(20), loss: Chance::NEVER, blocked: false };
}

/// The links between all hosts, one way each, and what cuts them.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    hosts: usize,
    /// Pair by pair, in the order of [`index`]; a host's link to itself is the loopback.
    settings: Vec<LinkSettings>,
    /// The value of pairs that do not exist yet, as a rule for any host set it last.
    default: LinkSettings,
    /// Pairs of hosts cut from each other, the smaller id first.
    cuts: BTreeSet<(HostId, HostId)>,
    /// Which side of a partition a host is on.
    group: Vec<u32>,
    /// Hosts taken off the network.
    down: Vec<bool>,
    /// What follows from all that for each pair, as a place in `kinds`: asked for with each packet, changed
    /// seldom, and small enough for the processor's cache with hundreds of hosts.
    effective: Vec<u32>,
    /// Every value that a link has, once, and whether it is cut; in the order in which they were met.
    kinds: Vec<(LinkSettings, bool)>,
    /// What all pairs of two hosts have of these, as far as they are alike: then nobody need look for theirs.
    alike: Option<u32>,
    /// Whether two of them differ.
    differ: bool,
}

/// Where a pair stands. The pairs of a host with itself and those before it follow those of the hosts before
/// it, so that a host more moves nothing.
fn index(from: HostId, to: HostId) -> usize {
    let (low, high) = (from.min(to).0 as usize, from.max(to).0 as usize);
    // Without a branch, which could not be foreseen.
    high * high + low + usize::from(from < to) * (high + 1)
}

impl Links {
    pub(crate) const fn new() -> Self {
        Self {
            hosts: 0,
            settings: Vec::new(),
            default: LinkSettings::LAN,
            cuts: BTreeSet::new(),
            group: Vec::new(),
            down: Vec::new(),
            effective: Vec::new(),
            kinds: Vec::new(),
            alike: None,
            differ: false,
        }
    }

    pub(crate) fn add_host(&mut self) {
        self.settings.resize(self.settings.len() + 2 * self.hosts + 1, self.default);
        self.effective.resize(self.settings.len(), 0);
        let new = HostId(self.hosts as u32);
        self.settings[index(new, new)] = LinkSettings::LOOPBACK;
        self.hosts += 1;
        self.group.push(0);
        self.down.push(false);
        for other in self.ids() {
            self.work_out(new, other);
            self.work_out(other, new);
        }
    }

    fn ids(&self) -> impl Iterator<Item = HostId> + use<> {
        (0..self.hosts as u32).map(HostId)
    }

    /// Works out what follows for a pair, one way.
    fn work_out(&mut self, from: HostId, to: HostId) {
        let at = index(from, to);
        let (a, b) = (from.0 as usize, to.0 as usize);
        let mut link = self.settings[at];
        let is_cut = a != b
            && (self.down[a]
                || self.down[b]
                || self.group[a] != self.group[b]
                || self.cuts.contains(&(from.min(to), from.max(to))));
        link.blocked |= is_cut;
        let kind = (link, is_cut);
        let kind = self.kinds.iter().position(|other| *other == kind).unwrap_or_else(|| {
            self.kinds.push(kind);
            self.kinds.len() - 1
        });
        self.effective[at] = kind as u32;
        if a != b {
            self.differ |= self.alike.is_some_and(|alike| alike != kind as u32);
            self.alike = Some(kind as u32).filter(|_| !self.differ);
        }
    }

    /// Works out what follows for all pairs, after any change.
    fn work_out_all(&mut self) {
        self.kinds.clear();
        (self.alike, self.differ) = (None, false);
        for from in self.ids() {
            for to in self.ids() {
                self.work_out(from, to);
            }
        }
    }

    /// The values set for a link, `blocked` being true whatever it is that stops packets.
    pub(crate) fn effective(&self, from: HostId, to: HostId) -> LinkSettings {
        self.kind(from, to).0
    }

    /// Whether the link is cut, so that what is on its way is lost, too. What a link's own value blocks is not let in,
    /// and what is on its way arrives (recorded, 90u09: replicas 80 ms away from a master have, when a rule parts them
    /// from it, all that others have).
    pub(crate) fn is_cut(&self, from: HostId, to: HostId) -> bool {
        self.kind(from, to).1
    }

    fn kind(&self, from: HostId, to: HostId) -> (LinkSettings, bool) {
        let kind = match self.alike {
            Some(kind) if from != to => kind,
            _ => self.effective[index(from, to)],
        };
        self.kinds[kind as usize]
    }

    /// Sets the values of all links that match; a host's loopback is left alone.
    pub(crate) fn set(&mut self, from: Option<HostId>, to: Option<HostId>, link: LinkSettings) {
        if from.is_none() && to.is_none() {
            self.default = link;
        }
        for a in self.ids().filter(|&host| from.is_none_or(|from| from == host)) {
            for b in self.ids().filter(|&host| host != a && to.is_none_or(|to| to == host)) {
                self.settings[index(a, b)] = link;
            }
        }
        self.work_out_all();
    }

    pub(crate) fn cut(&mut self, a: HostId, b: HostId) {
        if a != b {
            self.cuts.insert((a.min(b), a.max(b)));
            self.work_out_all();
        }
    }

    /// Nothing stops a packet between the two any more, unless they are in different groups.
    pub(crate) fn mend(&mut self, a: HostId, b: HostId) {
        self.cuts.remove(&(a.min(b), a.max(b)));
        for (from, to) in [(a, b), (b, a)].into_iter().filter(|_| a != b) {
            self.settings[index(from, to)].blocked = false;
        }
        self.work_out_all();
    }

    /// Puts each host into the group whose number it is given.
    pub(crate) fn partition(&mut self, groups: &[Vec<HostId>]) {
        self.group.fill(0);
        for (number, group) in groups.iter().enumerate() {
            for host in group {
                self.group[host.0 as usize] = number as u32;
            }
        }
        self.work_out_all();
    }

    /// The groups that there are once a partition has only moved the hosts of its groups but the first, from
    /// where an earlier one had put them.
    pub(crate) fn moved(&self, groups: &[Vec<HostId>]) -> Vec<Vec<HostId>> {
        let mut group = self.group.clone();
        for (number, hosts) in groups.iter().enumerate().skip(1) {
            for host in hosts {
                group[host.0 as usize] = number as u32;
            }
        }
        let hosts =
            |number: u32| (0..).zip(&group).filter(move |(_, of)| **of == number).map(|(id, _)| HostId(id));
        let most = group.iter().copied().max().unwrap_or_default();
        (0..=most).map(|number| hosts(number).collect()).collect()
    }

    /// Whether a partition lasts.
    pub(crate) fn is_parted(&self) -> bool {
        self.group.iter().any(|number| *number > 0)
    }

    /// Ends partitions and cuts, not what was set link by link.
    pub(crate) fn heal(&mut self) {
        self.group.fill(0);
        self.cuts.clear();
        self.work_out_all();
    }

    pub(crate) fn set_host(&mut self, host: HostId, up: bool) {
        self.down[host.0 as usize] = !up;
        self.work_out_all();
    }

    pub(crate) fn is_host_up(&self, host: HostId) -> bool {
        !self.down[host.0 as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: HostId = HostId(0);
    const B: HostId = HostId(1);
    const C: HostId = HostId(2);

    fn is_blocked(links: &Links, from: HostId, to: HostId) -> bool {
        links.effective(from, to).blocked
    }

    fn three() -> Links {
        let mut links = Links::new();
        for _ in 0..3 {
            links.add_host();
        }
        links
    }

    #[test]
    fn a_partition_blocks_between_groups_only_and_heals() {
        let mut links = three();
        links.partition(&[vec![A, C], vec![B]]);
        assert!(is_blocked(&links, A, B) && is_blocked(&links, B, C));
        assert!(!is_blocked(&links, A, C) && !is_blocked(&links, B, B));
        assert_eq!(links.moved(&[vec![B], vec![A]]), [vec![C], vec![A, B]]);
        links.heal();
        assert!(!is_blocked(&links, A, B));
    }

    #[test]
    fn every_pair_has_a_place_of_its_own_and_a_host_more_moves_none() {
        let ids = |hosts: u32| (0..hosts).flat_map(move |a| (0..hosts).map(move |b| (HostId(a), HostId(b))));
        for hosts in 1..6 {
            let mut places: Vec<usize> = ids(hosts).map(|(from, to)| index(from, to)).collect();
            places.sort_unstable();
            assert_eq!(places, (0..places.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn values_are_kept_when_a_host_is_added() {
        let mut links = three();
        let slow = LinkSettings { latency: Micros::from_millis(50), ..LinkSettings::LAN };
        links.set(Some(A), Some(B), slow);
        links.add_host();
        assert_eq!(links.effective(A, B), slow);
        assert_eq!(links.effective(B, A), LinkSettings::LAN);
        assert_eq!(links.effective(C, C), LinkSettings::LOOPBACK);
        assert_eq!(links.effective(HostId(3), HostId(3)), LinkSettings::LOOPBACK);
    }

    #[test]
    fn a_cut_is_one_pair_and_a_host_off_the_network_all_of_its_pairs() {
        let mut links = three();
        links.cut(B, A);
        assert!(is_blocked(&links, A, B) && is_blocked(&links, B, A) && !is_blocked(&links, A, C));
        links.mend(A, B);
        links.set_host(C, false);
        assert!(!is_blocked(&links, A, B) && is_blocked(&links, A, C) && !is_blocked(&links, C, C));
    }
}
