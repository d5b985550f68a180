//! What became of clients' writes, and what a stricter master would have saved.

use crate::client::Client;
use crate::cluster::{Action, Cluster, History, JournalEntry};
use crate::scenario::Scenario;
use crate::sim::{Seed, SimTime};

/// One writing client's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// The server that it writes to, or tries to.
    pub target: Option<String>,
    /// Writes acknowledged.
    pub acked: u64,
    /// Writes refused or failed, by the kind of error.
    pub refused: Vec<(String, u64)>,
    /// Acknowledged writes that the present master does not have.
    pub lost: u64,
    /// When the first and the last of them were acknowledged, in milliseconds from t = 0.
    pub lost_between: Option<(i64, i64)>,
    /// How long it was without a master, in milliseconds: what is not over yet counts to the present.
    pub without_ms: i64,
    /// Whether it is so now.
    pub failing: bool,
}

/// The accounts of all writing clients.
pub fn accounts(cluster: &Cluster, origin: SimTime) -> Vec<Account> {
    let client = |id| cluster.node(id).client().map(|client| account(cluster, client, origin));
    cluster.node_ids().filter_map(client).collect()
}

fn account(cluster: &Cluster, client: &Client, origin: SimTime) -> Account {
    let (history, zero) = (client.history(), Cluster::wall_clock(origin));
    let now = Cluster::wall_clock(cluster.now());
    let lost = cluster.lost_writes(client);
    let ends = lost.iter().map(|s| s.from).min().zip(lost.iter().map(|s| s.to).max());
    let target = client.target().and_then(|addr| cluster.node_at(addr));
    let running = history.failing_since().map_or(0, |since| (now - since).0);
    Account {
        name: client.conf().name.to_string(),
        target: target.map(|id| cluster.node(id).name.to_string()),
        acked: history.acked,
        refused: history.errors.iter().map(|(kind, count)| (kind.to_string(), *count)).collect(),
        lost: lost.iter().map(|segment| segment.count).sum(),
        lost_between: ends.map(|(from, to)| ((from - zero).0, (to - zero).0)),
        without_ms: history.time_without_master.0 + running,
        failing: history.is_failing(),
    }
}

/// The same run with `min-replicas-to-write 1` and `min-replicas-max-lag` set on every server from t = 0 on:
/// what it would have come to by `until`. What can no longer be done in it, such as dropping a packet that was
/// never sent, is left out.
pub fn with_min_replicas(
    scenario: &Scenario,
    seed: Seed,
    journal: &[JournalEntry],
    until: SimTime,
    max_lag: u32,
) -> Vec<Account> {
    let begun = scenario.begin(seed);
    let mut history = History::new(begun.cluster, begun.records);
    let servers: Vec<_> = {
        let cluster = history.cluster();
        cluster.node_ids().filter(|&id| cluster.node(id).redis().is_some()).collect()
    };
    for node in servers {
        for (name, value) in [("min-replicas-to-write", 1), ("min-replicas-max-lag", max_lag)] {
            let words = ["CONFIG".into(), "SET".into(), name.into(), value.to_string().into()].to_vec();
            // A server that does not run has nothing to be set.
            let _ = history.act(Action::Command { node, words });
        }
    }
    for entry in journal.iter().filter(|entry| entry.at <= until) {
        history.run_until(entry.at);
        let _ = history.act(entry.action.clone());
    }
    history.run_until(until);
    accounts(history.cluster(), history.origin())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::entry;
    use crate::sim::Micros;

    /// REPL-71
    #[test]
    fn a_partition_costs_writes_and_min_replicas_would_have_saved_most() {
        let scenario = entry("partition-lost-writes").unwrap().scenario();
        let begun = scenario.begin(Seed(7));
        let mut history = History::new(begun.cluster, begun.records);
        let until = history.origin() + Micros::from_secs(45);
        history.run_until(until);
        let was = &accounts(history.cluster(), history.origin())[0];
        assert_eq!(was.name, "w");
        assert!(was.lost > 2_000, "{was:?}");
        let (from, to) = was.lost_between.expect("some are lost");
        assert!((2_900..3_300).contains(&from) && to > 16_000, "{was:?}");
        let would = &with_min_replicas(&scenario, Seed(7), history.journal(), until, 2)[0];
        assert!(would.lost < was.lost / 5, "{would:?}");
        assert!(would.refused.iter().any(|(kind, count)| kind == "NOREPLICAS" && *count > 500), "{would:?}");
    }

    #[test]
    fn a_client_without_a_master_counts_on() {
        let scenario = entry("clients-find-master").unwrap().scenario();
        let begun = scenario.begin(Seed(7));
        let mut history = History::new(begun.cluster, begun.records);
        history.run_until(history.origin() + Micros::from_secs(2));
        let master = history.cluster().node_named("M0").unwrap();
        history.act(Action::Kill(master)).unwrap();
        history.run_until(history.now() + Micros::from_secs(1));
        let early = accounts(history.cluster(), history.origin());
        assert!(early.iter().all(|a| a.failing && (900..1_300).contains(&a.without_ms)), "{early:?}");
        history.run_until(history.now() + Micros::from_secs(20));
        let late = accounts(history.cluster(), history.origin());
        assert!(late.iter().all(|a| !a.failing && a.without_ms > 2_000), "{late:?}");
        assert!(late.iter().all(|a| a.target.as_deref() != Some("M0")));
    }
}
