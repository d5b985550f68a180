//! Playing a scenario from t = 0 to its end.

use crate::cluster::{Cluster, Record, Said};
use crate::scenario::{Begun, Scenario};
use crate::sim::{Micros, Seed, SimTime};

/// A scenario that was played.
#[derive(Clone, Debug)]
pub struct Played {
    /// What its dice were derived from.
    pub seed: Seed,
    /// t = 0.
    pub origin: SimTime,
    /// By how much its actions were shifted.
    pub jitter: Micros,
    /// Whether the topology was stable at t = 0.
    pub stable: bool,
    /// Everything said and done, oldest first.
    pub records: Vec<Record>,
    /// The world at the end.
    pub cluster: Cluster,
}

/// How far a scenario runs before its end is looked for again; the capture tool looks every 30 ms.
const STRIDE: Micros = Micros::from_millis(30);

impl Scenario {
    /// Plays the scenario from its beginning to its end.
    pub fn play(&self, seed: Seed) -> Played {
        let Begun { mut cluster, mut records, stable, jitter } = self.begin(seed);
        let origin = cluster.now();
        let hard_end = origin + self.duration + jitter;
        let mut end = hard_end;
        let mut matches = 0;
        let mut looked_at = records.len();
        // What has a time is done whatever that time is.
        while cluster.now() < end || !cluster.script().is_over() {
            let Some(done) = self.done_when.as_ref().filter(|_| cluster.now() < hard_end) else {
                let until = hard_end.max(cluster.now() + STRIDE);
                cluster.run_until(until, &mut records);
                continue;
            };
            let until = (cluster.now() + STRIDE).min(hard_end);
            cluster.run_until(until, &mut records);
            for record in &records[looked_at..] {
                let Said::Sentinel(event) = &record.what else { continue };
                let (name, payload) = event.named();
                let contains = |part: &str| cluster.symbolic(&payload).contains(part);
                if matches < done.count
                    && name == done.event
                    && done.contains.as_ref().is_none_or(|part| contains(part))
                {
                    matches += 1;
                    if matches == done.count {
                        end = hard_end.min(cluster.now() + done.tail);
                    }
                }
            }
            looked_at = records.len();
        }
        records.sort_by_key(|record| record.at);
        Played { seed, origin, jitter, stable, records, cluster }
    }
}
