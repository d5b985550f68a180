//! The tables of masters, of a master's replicas and of its other Sentinels.
//!
//! Redis keeps them in hash tables with a random seed per process, so that the order in which a Sentinel
//! walks them is its own (spec GEN-6). Ours is as arbitrary: records stand in the order of a hash of their
//! key, salted per process.

use super::instance::InstanceId;
use crate::sim::NodeTime;
use std::hash::Hasher as _;
use std::ops::{Index, IndexMut};

/// What a table holds.
pub trait Record {
    /// The record's number, never used again by this process.
    fn id(&self) -> InstanceId;
    /// The name that the table knows it by (spec MOD-10).
    fn key(&self) -> &str;
}

/// Records by name, in an order of the process's own.
#[derive(Clone, Debug)]
pub struct Table<T> {
    salt: u64,
    /// One for each record, by ascending hash. What is looked for most often lies close together here.
    slots: Vec<Slot>,
    records: Vec<T>,
    /// Where each record stands, by ascending number: every reply is looked up here.
    places: Vec<(InstanceId, u32)>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u64,
    /// Before this moment no rule of the timer applies to the record, unless something is heard in between.
    /// Only spares work: a moment too early changes nothing.
    due: NodeTime,
}

impl<T: Record> Table<T> {
    pub(super) fn new(salt: u64) -> Self {
        Self { salt, slots: Vec::new(), records: Vec::new(), places: Vec::new() }
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The records, in the order of the table.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.records.iter()
    }

    /// The records to be changed, in the order of the table. Their names must stay.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.records.iter_mut()
    }

    /// The record of that name.
    pub fn by_key(&self, key: &str) -> Option<&T> {
        self.position_by_key(key).map(|at| &self.records[at])
    }

    /// The record of that number.
    pub fn by_id(&self, id: InstanceId) -> Option<&T> {
        self.position(id).map(|at| &self.records[at])
    }

    pub(super) fn by_id_mut(&mut self, id: InstanceId) -> Option<&mut T> {
        self.position(id).map(|at| &mut self.records[at])
    }

    /// Where the record of that number stands now.
    pub(super) fn position(&self, id: InstanceId) -> Option<usize> {
        let n = self.places.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(self.places[n].1 as usize)
    }

    /// Where the record of that name stands now.
    pub(super) fn position_by_key(&self, key: &str) -> Option<usize> {
        let hash = self.hash(key);
        let first = self.slots.partition_point(|slot| slot.hash < hash);
        let equal = self.slots[first..].iter().take_while(|slot| slot.hash == hash).count();
        (first..first + equal).find(|at| self.records[*at].key() == key)
    }

    /// Puts a record in its place. The caller made sure that its name is free.
    pub(super) fn insert(&mut self, record: T) -> usize {
        let hash = self.hash(record.key());
        let at = self.slots.partition_point(|slot| slot.hash < hash);
        self.slots.insert(at, Slot { hash, due: NodeTime::ZERO });
        for (_, place) in &mut self.places {
            *place += u32::from(*place as usize >= at);
        }
        let n = self.places.partition_point(|(id, _)| *id < record.id());
        self.places.insert(n, (record.id(), at as u32));
        self.records.insert(at, record);
        at
    }

    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        self.records.get_mut(at)
    }

    pub(super) fn remove(&mut self, at: usize) -> T {
        self.slots.remove(at);
        self.places.retain(|(_, place)| *place as usize != at);
        for (_, place) in &mut self.places {
            *place -= u32::from(*place as usize > at);
        }
        self.records.remove(at)
    }

    /// Takes all records out.
    pub(super) fn take(&mut self) -> Vec<T> {
        self.slots.clear();
        self.places.clear();
        std::mem::take(&mut self.records)
    }

    /// When the record there is due.
    pub(super) fn due(&self, at: usize) -> NodeTime {
        self.slots[at].due
    }

    pub(super) fn set_due(&mut self, at: usize, due: NodeTime) {
        self.slots[at].due = due;
    }

    /// All records are due.
    pub(super) fn stir(&mut self) {
        for slot in &mut self.slots {
            slot.due = NodeTime::ZERO;
        }
    }

    fn hash(&self, key: &str) -> u64 {
        let mut hasher = fnv::FnvHasher::with_key(self.salt);
        hasher.write(key.as_bytes());
        // FNV's low bits are the better ones, and names differ in their last characters.
        hasher.finish().wrapping_mul(0x9E37_79B9_7F4A_7C15).swap_bytes()
    }
}

impl<T> Index<usize> for Table<T> {
    type Output = T;
    fn index(&self, at: usize) -> &T {
        &self.records[at]
    }
}

impl<T> IndexMut<usize> for Table<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        &mut self.records[at]
    }
}

impl<'a, T> IntoIterator for &'a mut Table<T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.records.iter_mut()
    }
}

impl<'a, T> IntoIterator for &'a Table<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.records.iter()
    }
}
