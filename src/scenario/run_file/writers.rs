//! What became of the clients' writes.

use super::object;
use crate::client::{Follow, Target};
use crate::cluster::Cluster;
use crate::sim::{Addr, NodeTime, SimTime};
use serde_json::{Map, Value, json};

/// What became of the clients' writes (captures/FORMAT.md, "Writers").
pub(super) fn writers(cluster: &Cluster, origin: SimTime) -> Map<String, Value> {
    let wall_origin = Cluster::wall_clock(origin);
    let ms = |at: NodeTime| (at - wall_origin).0;
    let master = cluster.present_master().map(|id| cluster.node(id).name.as_str());
    let mut writers = Map::new();
    for id in cluster.node_ids() {
        let Some(client) = cluster.node(id).client() else { continue };
        let (history, conf) = (client.history(), client.conf());
        let lost = cluster.lost_writes(client);
        let (mode, to) = match &conf.target {
            Target::Fixed(addr) => ("fixed", Some(cluster.symbolic(&addr.to_string()))),
            Target::Master { follow: Follow::Once, .. } => ("once", None),
            Target::Master { follow: Follow::EachConnection, .. } => ("sentinel", None),
            Target::Master { follow: Follow::Announced, .. } => ("subscribed", None),
        };
        let acked = |(addr, count): (&Addr, &u64)| (cluster.symbolic(&addr.to_string()), json!(count));
        let acked_by = object(history.acked_by.iter().map(acked));
        let errors = object(history.errors.iter().map(|(kind, count)| (kind.to_string(), json!(count))));
        let segments: Vec<Value> =
            lost.iter().map(|segment| json!([ms(segment.from), ms(segment.to), segment.count])).collect();
        let report = json!({
            "mode": mode,
            "to": to,
            "interval_ms": conf.interval.0,
            "sent": history.sent,
            "acked": history.acked,
            "errors": errors,
            "acked_by": acked_by,
            "final_master": master,
            "acked_but_lost": lost.iter().map(|segment| segment.count).sum::<u64>(),
            "lost_from_t_ms": lost.first().map(|segment| ms(segment.from)),
            "lost_to_t_ms": lost.last().map(|segment| ms(segment.to)),
            "lost_segments": segments,
            "last_ack_t_ms": history.last_ack.map(ms),
            "longest_gap_ms": history.longest_gap.map(|(gap, _)| gap.0),
            "longest_gap_from_t_ms": history.longest_gap.map(|(_, from)| ms(from)),
        });
        writers.insert(cluster.node(id).name.to_string(), report);
    }
    writers
}
