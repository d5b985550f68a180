//! What a process keeps for connections of which it dialled very many.

use crate::sim::ConnId;

/// Values by connection, each where the connection's slot says.
///
/// A Sentinel of a large world looks up every message among its hundreds of connections. Nothing is searched
/// here, at the price of a place for each slot below the greatest: [`ConnMap`](crate::sim::ConnMap) is for those
/// who hold a few of a world's connections, or go through them.
#[derive(Clone, Debug)]
pub struct ConnTable<V> {
    places: Vec<Option<(ConnId, V)>>,
}

impl<V> Default for ConnTable<V> {
    fn default() -> Self {
        Self { places: Vec::new() }
    }
}

impl<V: Copy> ConnTable<V> {
    /// What is kept for a connection.
    #[inline]
    pub fn get(&self, conn: ConnId) -> Option<V> {
        let (kept_for, value) = (*self.places.get(conn.slot())?)?;
        (kept_for == conn).then_some(value)
    }

    /// Keeps a value for a connection, instead of any kept for a connection of the same slot.
    pub fn insert(&mut self, conn: ConnId, value: V) {
        if self.places.len() <= conn.slot() {
            self.places.resize(conn.slot() + 1, None);
        }
        self.places[conn.slot()] = Some((conn, value));
    }

    /// Forgets a connection and returns what was kept for it.
    pub fn remove(&mut self, conn: ConnId) -> Option<V> {
        let value = self.get(conn)?;
        self.places[conn.slot()] = None;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_told_from_others_that_have_or_had_its_slot() {
        let [first, second] = [7, 8].map(|serial| ConnId::from_parts(3, 0, serial));
        let mut table = ConnTable::default();
        table.insert(first, 'a');
        assert_eq!((table.get(first), table.get(first.peer()), table.get(second)), (Some('a'), None, None));
        table.insert(second, 'b');
        assert_eq!((table.get(first), table.remove(first), table.get(second)), (None, None, Some('b')));
        assert_eq!((table.remove(second), table.get(second)), (Some('b'), None));
        assert_eq!(table.get(ConnId::from_parts(9, 0, 1)), None);
    }
}
