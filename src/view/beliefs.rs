//! The belief matrix: a row a sentinel, a column an instance, each cell what the one believes of the other.

use crate::cluster::{ClusterView, Condition, InstanceView, NodeId, NodeRole};
use crate::protocol::ArcStr;
use std::collections::BTreeSet;

/// The matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Who is believed something of: servers first, then sentinels.
    pub columns: Vec<(NodeId, ArcStr)>,
    /// Who believes.
    pub rows: Vec<Row>,
    /// How many columns are left out, because nobody doubts those instances and there are too many cells.
    pub left_out: u32,
}

/// A matrix of more cells than this has columns only for masters and for those who are doubted.
const CELLS_MAX: usize = 600;

/// A place in the matrix: whose row, and the column of whom. Without a row it is the name above a column, without
/// a column the name before a row.
pub type Spot = (Option<NodeId>, Option<NodeId>);

impl Matrix {
    /// The place that lies so far to the right of another and so far below it, at most at the matrix's edge. From
    /// a place that is gone, and into the empty corner, the way leads to the names.
    pub fn beside(&self, (row, column): Spot, (right, down): (i32, i32)) -> Spot {
        let along = |ids: Vec<NodeId>, from: Option<NodeId>, by: i32| {
            let at = from.map_or(Some(0), |from| ids.iter().position(|id| *id == from).map(|n| n + 1))?;
            let to = at.saturating_add_signed(by as isize).min(ids.len());
            to.checked_sub(1).map(|n| ids[n])
        };
        let row = along(self.rows.iter().map(|row| row.id).collect(), row, down);
        let column = along(self.columns.iter().map(|column| column.0).collect(), column, right);
        let first = || self.columns.first().map(|column| column.0);
        (row, column.or_else(|| if row.is_none() { first() } else { None }))
    }
}

/// What one sentinel believes.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The sentinel.
    pub id: NodeId,
    /// Its name.
    pub name: ArcStr,
    /// Whether it runs; what a dead one believed last is not shown.
    pub condition: Condition,
    /// Its present epoch.
    pub epoch: u64,
    /// The epoch of its configuration.
    pub config_epoch: u64,
    /// Whom it voted for last, by name where it is known, and in which epoch.
    pub vote: Option<(ArcStr, u64)>,
    /// One cell a column.
    pub cells: Vec<Cell>,
}

/// What one sentinel believes of one instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// It is this sentinel itself.
    Itself,
    /// It has never heard of it.
    Unknown,
    /// It watches it.
    Watched {
        /// Which role it has in the sentinel's table.
        role: Believed,
        /// How it is believed to be.
        health: Health,
        /// How much of down-after-milliseconds has passed without a valid reply, in per cent.
        filled: u8,
        /// For how long, in tenths of a second.
        silent_ds: u32,
    },
}

/// The role that a sentinel gives to an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Believed {
    /// The master.
    Master,
    /// A replica.
    Replica,
    /// Another sentinel.
    Sentinel,
}

/// How an instance is believed to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// All is well.
    Ok,
    /// No link to it, or no reply for a while.
    Suspect,
    /// Subjectively down.
    Sdown,
    /// Objectively down.
    Odown,
}

impl Health {
    /// Its name in attributes.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Suspect => "suspect",
            Self::Sdown => "sdown",
            Self::Odown => "odown",
        }
    }

    /// How an instance is believed to be.
    pub fn of(instance: &InstanceView) -> Self {
        if instance.o_down {
            Self::Odown
        } else if instance.s_down {
            Self::Sdown
        } else if instance.silent_for.0 >= 1000 || instance.disconnected {
            Self::Suspect
        } else {
            Self::Ok
        }
    }
}

/// The matrix of the first master that each sentinel monitors.
pub fn matrix(view: &ClusterView) -> Matrix {
    let with = |wanted: fn(&NodeRole) -> bool| {
        view.nodes.iter().filter(move |n| wanted(&n.role)).map(|n| (n.id, n.name.clone()))
    };
    let columns: Vec<_> = with(|r| matches!(r, NodeRole::Redis(_)))
        .chain(with(|r| matches!(r, NodeRole::Sentinel(_))))
        .collect();
    let (columns, left_out) = telling(view, columns);
    let rows = view
        .nodes
        .iter()
        .filter_map(|node| {
            let NodeRole::Sentinel(sentinel) = &node.role else { return None };
            let master = view.watched_by(sentinel);
            let cell = |about: NodeId| {
                if about == node.id {
                    return Cell::Itself;
                }
                let Some(master) = master else { return Cell::Unknown };
                let found = if master.instance.node == Some(about) {
                    Some((Believed::Master, &master.instance))
                } else if let Some(replica) = find(&master.replicas, about) {
                    Some((Believed::Replica, replica))
                } else {
                    find(&master.sentinels, about).map(|peer| (Believed::Sentinel, peer))
                };
                found.map_or(Cell::Unknown, |(role, instance)| watched(role, instance, master.down_after.0))
            };
            Some(Row {
                id: node.id,
                name: node.name.clone(),
                condition: node.condition,
                epoch: sentinel.current_epoch,
                config_epoch: master.map_or(0, |m| m.config_epoch),
                vote: master
                    .and_then(|m| m.vote.as_ref())
                    .map(|(id, epoch)| (sentinel_name(view, id), *epoch)),
                cells: columns.iter().map(|(about, _)| cell(*about)).collect(),
            })
        })
        .collect();
    Matrix { columns, rows, left_out }
}

/// The columns that a large cluster's matrix keeps, and how many it leaves out.
fn telling(view: &ClusterView, mut columns: Vec<(NodeId, ArcStr)>) -> (Vec<(NodeId, ArcStr)>, u32) {
    let (all, rows) = (columns.len(), view.minds().count());
    if all * rows > CELLS_MAX {
        let masters = view.minds().flat_map(|mind| &mind.masters);
        let mut kept = BTreeSet::new();
        kept.extend(masters.flat_map(|master| {
            let watched = master.replicas.iter().chain(&master.sentinels);
            let doubted = watched.filter(|instance| Health::of(instance) >= Health::Sdown);
            doubted.chain([&master.instance]).filter_map(|instance| instance.node)
        }));
        columns.retain(|(id, _)| kept.contains(id));
        columns.truncate((CELLS_MAX / rows).max(1));
    }
    let left_out = all - columns.len();
    (columns, left_out as u32)
}

fn find(list: &[InstanceView], about: NodeId) -> Option<&InstanceView> {
    list.iter().find(|instance| instance.node == Some(about))
}

fn watched(role: Believed, instance: &InstanceView, down_after: i64) -> Cell {
    let silent = instance.silent_for.0.max(0);
    Cell::Watched {
        role,
        health: Health::of(instance),
        filled: (silent * 100 / down_after.max(1)).min(100) as u8,
        silent_ds: (silent / 100) as u32,
    }
}

/// The name of the sentinel with that id; of an unknown one the first eight digits.
pub fn sentinel_name(view: &ClusterView, id: &str) -> ArcStr {
    let named = view.nodes.iter().find(|n| matches!(&n.role, NodeRole::Sentinel(s) if s.myid == id));
    named.map_or_else(|| id.get(..8).unwrap_or(id).into(), |n| n.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Millis;
    use crate::view::fixture;

    #[test]
    fn every_sentinel_has_a_row_and_every_instance_a_column() {
        let matrix = matrix(&fixture::view());
        let names: Vec<_> = matrix.columns.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["M0", "R1", "R2", "S1", "S2", "S3"]);
        assert_eq!(matrix.rows.len(), 3);
        assert_eq!(matrix.rows[0].cells[3], Cell::Itself);
        assert!(matches!(matrix.rows[0].cells[0], Cell::Watched { role: Believed::Master, .. }));
    }

    #[test]
    fn of_several_masters_every_sentinel_tells_of_the_one_watched() {
        let mut view = fixture::view();
        for (sentinel, epoch) in [("S1", 4), ("S2", 5)] {
            let mut other = fixture::belief(&mut view, sentinel).clone();
            (other.name, other.config_epoch) = ("another".into(), epoch);
            let NodeRole::Sentinel(mind) = &mut fixture::node(&mut view, sentinel).role else { panic!() };
            mind.masters.push(other);
        }
        let epochs =
            |view: &ClusterView| matrix(view).rows.iter().map(|row| row.config_epoch).collect::<Vec<_>>();
        let before = epochs(&view);
        assert_eq!(view.master_names(), ["another", "mymaster"]);
        view.watched = Some("another".into());
        assert_eq!(epochs(&view), [4, 5, 0], "S3 does not know it");
        assert_eq!(matrix(&view).rows[2].cells[0], Cell::Unknown);
        view.watched = Some("mymaster".into());
        assert_eq!(epochs(&view), before);
    }

    #[test]
    fn a_large_clusters_matrix_has_columns_for_the_master_and_for_whom_somebody_doubts() {
        let mut view = fixture::crowd().view();
        let names = |matrix: &Matrix| matrix.columns.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>();
        let all_well = matrix(&view);
        assert_eq!((names(&all_well), all_well.left_out), (vec!["M0".into()], 30));
        assert_eq!(all_well.rows.len(), 20);
        assert!(all_well.rows.iter().all(|row| row.cells.len() == 1));
        let believed = fixture::belief(&mut view, "S7");
        believed.replicas[3].s_down = true;
        let doubted = believed.replicas[3].node;
        let matrix = matrix(&view);
        assert_eq!((matrix.columns.len(), matrix.left_out), (2, 29));
        assert_eq!(matrix.columns.last().map(|(id, _)| *id), doubted);
    }

    #[test]
    fn arrows_lead_from_cell_to_cell_and_to_the_names_and_no_further() {
        let matrix = matrix(&fixture::view());
        let [m0, r1, s1, s2, s3] = [0, 1, 3, 4, 5].map(|n| Some(NodeId(n)));
        for (from, way, to) in [
            ((s1, m0), (1, 0), (s1, r1)),
            ((s1, m0), (0, 1), (s2, m0)),
            ((s1, m0), (-1, 0), (s1, None)),
            ((s1, m0), (0, -1), (None, m0)),
            ((s1, m0), (0, 0), (s1, m0)),
            // At the edges.
            ((s3, s3), (1, 0), (s3, s3)),
            ((s3, s3), (0, 1), (s3, s3)),
            ((s1, None), (-1, 0), (s1, None)),
            ((None, r1), (0, -1), (None, r1)),
            // Nothing is in the corner.
            ((None, m0), (-1, 0), (None, m0)),
            ((s1, None), (0, -1), (None, m0)),
            ((None, None), (0, 0), (None, m0)),
        ] {
            assert_eq!(matrix.beside(from, way), to, "{from:?}, {way:?}");
        }
        let gone = Some(NodeId(99));
        assert_eq!(matrix.beside((gone, m0), (0, 0)), (None, m0));
        assert_eq!(matrix.beside((s1, gone), (0, 0)), (s1, None));
        let empty = Matrix { columns: Vec::new(), rows: Vec::new(), left_out: 0 };
        assert_eq!(empty.beside((s1, m0), (0, 1)), (None, None));
    }

    #[test]
    fn disagreement_shows_in_one_row_only() {
        let mut view = fixture::view();
        let master = fixture::master_seen_by(&mut view, "S2");
        master.silent_for = Millis(31_000);
        master.s_down = true;
        let matrix = matrix(&view);
        let health = |row: usize| match matrix.rows[row].cells[0] {
            Cell::Watched { health, filled, .. } => (health, filled),
            _ => panic!("not watched"),
        };
        assert_eq!(health(0), (Health::Ok, 0));
        assert_eq!(health(1), (Health::Sdown, 100));
    }

    #[test]
    fn a_vote_is_shown_by_the_name_of_the_sentinel() {
        let mut view = fixture::view();
        fixture::belief(&mut view, "S1").vote = Some((fixture::myid(4), 7));
        fixture::belief(&mut view, "S2").vote = Some(("deadbeef00".into(), 6));
        let matrix = matrix(&view);
        assert_eq!(matrix.rows[0].vote, Some(("S2".into(), 7)));
        assert_eq!(matrix.rows[1].vote, Some(("deadbeef".into(), 6)));
    }
}
