//! What a process keeps for each of its connections.

use crate::sim::ConnId;

/// Values by connection, in the order of the ids.
///
/// Every message is looked up here, in worlds with thousands of connections: the ids lie close together, apart
/// from what is kept, so that a search touches little memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnMap<V> {
    ids: Vec<ConnId>,
    values: Vec<V>,
}

impl<V> Default for ConnMap<V> {
    fn default() -> Self {
        Self { ids: Vec::new(), values: Vec::new() }
    }
}

impl<V> ConnMap<V> {
    /// How many connections there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// What is kept for a connection.
    #[inline]
    pub fn get(&self, conn: ConnId) -> Option<&V> {
        self.find(conn).ok().map(|at| &self.values[at])
    }

    /// What is kept for a connection, to be changed.
    #[inline]
    pub fn get_mut(&mut self, conn: ConnId) -> Option<&mut V> {
        self.find(conn).ok().map(|at| &mut self.values[at])
    }

    /// Keeps a value for a connection, instead of any kept before.
    pub fn insert(&mut self, conn: ConnId, value: V) {
        match self.find(conn) {
            Ok(at) => self.values[at] = value,
            Err(at) => {
                self.ids.insert(at, conn);
                self.values.insert(at, value);
            }
        }
    }

    /// Forgets a connection and returns what was kept for it.
    pub fn remove(&mut self, conn: ConnId) -> Option<V> {
        let at = self.find(conn).ok()?;
        self.ids.remove(at);
        Some(self.values.remove(at))
    }

    /// All connections with what is kept for them.
    pub fn iter(&self) -> impl Iterator<Item = (ConnId, &V)> {
        self.ids.iter().copied().zip(&self.values)
    }

    /// What is kept, connection by connection.
    pub fn values(&self) -> std::slice::Iter<'_, V> {
        self.values.iter()
    }

    /// As [`Self::values`], to be changed.
    pub fn values_mut(&mut self) -> std::slice::IterMut<'_, V> {
        self.values.iter_mut()
    }

    #[inline]
    fn find(&self, conn: ConnId) -> Result<usize, usize> {
        self.ids.binary_search_by_key(&conn.key(), |id| id.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_one_value_for_each_connection_in_their_order() {
        let [a, b, c] = [3, 1, 2].map(|slot| ConnId::from_parts(slot, 0, 7));
        let mut map = ConnMap::default();
        for (conn, value) in [(a, 'x'), (b, 'b'), (c, 'c'), (a, 'a')] {
            map.insert(conn, value);
        }
        assert_eq!(map.iter().collect::<Vec<_>>(), [(b, &'b'), (c, &'c'), (a, &'a')]);
        assert_eq!((map.get(a), map.get(a.peer())), (Some(&'a'), None));
        if let Some(value) = map.get_mut(c) {
            *value = 'd';
        }
        assert_eq!((map.remove(c), map.remove(c), map.len()), (Some('d'), None, 2));
        assert_eq!(map.values().collect::<String>(), "ba");
    }
}
