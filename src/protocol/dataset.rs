//! The keys and values of a Redis server, kept small and cheap to clone.
//!
//! What simulated clients write are mostly numbered keys, `w:name:17` or `fill:17`, hundreds of thousands of
//! them. They are kept as runs of numbers under their prefix; whatever does not have that form is kept as it
//! is. A clone shares everything until one of the two changes.

use crate::protocol::ArcStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A dataset: text keys with text values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dataset {
    numbered: Arc<BTreeMap<ArcStr, Arc<Runs>>>,
    others: Arc<BTreeMap<ArcStr, ArcStr>>,
    len: u64,
}

/// The numbers that exist under one prefix, by the first of each run. Runs do not overlap, and neighbours
/// that touch have different values, so that equal contents are equal maps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Runs(BTreeMap<u64, Run>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    /// One more than the last number.
    end: u64,
    value: Value,
}

/// What all keys of a run have as their value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    /// The key's own number.
    Number,
    /// The same text.
    Text(ArcStr),
}

impl Value {
    /// How many bytes it has, as the value of a key with that number.
    fn len(&self, number: u64) -> u64 {
        match self {
            Self::Number => digits(number),
            Self::Text(text) => text.len() as u64,
        }
    }
}

impl Dataset {
    /// How many keys there are.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// How many bytes the values have.
    pub fn bytes(&self) -> u64 {
        let of_runs = |runs: &Arc<Runs>| -> u64 {
            runs.0.iter().map(|(first, run)| (run.end - first) * run.value.len(*first)).sum()
        };
        let numbered: u64 = self.numbered.values().map(of_runs).sum();
        numbered + self.others.values().map(|value| value.len() as u64).sum::<u64>()
    }

    /// How many bytes the keys and values take in a dataset file.
    ///
    /// Measured on 7.0.15: a key and a text of up to 20 bytes take their lengths and three bytes; a number is
    /// written in binary; a longer text is compressed, which leaves of a thousand equal bytes eighteen.
    pub fn file_bytes(&self) -> u64 {
        let of_runs = |(prefix, runs): (&ArcStr, &Arc<Runs>)| -> u64 {
            let of_run = |(first, run): (&u64, &Run)| {
                // Most numbers of a run have as many digits as its last.
                let key = prefix.len() as u64 + 1 + digits(run.end - 1);
                let value = match &run.value {
                    Value::Number => 3,
                    Value::Text(text) => file_bytes(text),
                };
                (run.end - first) * (key + 2 + value)
            };
            runs.0.iter().map(of_run).sum()
        };
        let numbered: u64 = self.numbered.iter().map(of_runs).sum();
        let others = self.others.iter().map(|(key, value)| key.len() as u64 + 2 + file_bytes(value));
        numbered + others.sum::<u64>()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the key exists.
    pub fn contains(&self, key: &str) -> bool {
        match split(key) {
            Some((prefix, n)) => self.numbered.get(prefix).is_some_and(|runs| runs.at(n).is_some()),
            None => self.others.contains_key(key),
        }
    }

    /// The key's value.
    pub fn get(&self, key: &str) -> Option<ArcStr> {
        match split(key) {
            Some((prefix, n)) => Some(match &self.numbered.get(prefix)?.at(n)?.1.value {
                Value::Number => n.to_string().into(),
                Value::Text(text) => text.clone(),
            }),
            None => self.others.get(key).cloned(),
        }
    }

    /// Sets a key; returns whether it is new.
    pub fn set(&mut self, key: &ArcStr, value: &ArcStr) -> bool {
        let new = if let Some((prefix, n)) = split(key) {
            let number = key.len() - prefix.len() - 1;
            let is_number = value.len() == number && value[..] == key[prefix.len() + 1..];
            let value = if is_number { Value::Number } else { Value::Text(value.clone()) };
            let numbered = Arc::make_mut(&mut self.numbered);
            match numbered.get_mut(prefix) {
                Some(runs) => Arc::make_mut(runs).set(n, value),
                None => Arc::make_mut(numbered.entry(prefix.into()).or_default()).set(n, value),
            }
        } else {
            Arc::make_mut(&mut self.others).insert(key.clone(), value.clone()).is_none()
        };
        self.len += u64::from(new);
        new
    }

    /// Removes a key; returns whether it existed.
    pub fn remove(&mut self, key: &str) -> bool {
        if !self.contains(key) {
            return false;
        }
        if let Some((prefix, n)) = split(key) {
            let numbered = Arc::make_mut(&mut self.numbered);
            let runs = Arc::make_mut(numbered.get_mut(prefix).expect("the prefix of a key that exists"));
            runs.remove(n);
            if runs.0.is_empty() {
                numbered.remove(prefix);
            }
        } else {
            Arc::make_mut(&mut self.others).remove(key);
        }
        self.len -= 1;
        true
    }

    /// Removes all keys.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The numbers in `first..=last` that do not exist under a prefix, as (first, last) of each run of them.
    pub fn missing(&self, prefix: &str, first: u64, last: u64) -> Vec<(u64, u64)> {
        let mut missing = Vec::new();
        let mut next = first;
        if let Some(runs) = self.numbered.get(prefix) {
            // The run that `first` may be in begins before it.
            let begin = runs.at(first).map_or(first, |(start, _)| start);
            for (&start, run) in runs.0.range(begin..=last.max(begin)) {
                if start > next {
                    missing.push((next, start - 1));
                }
                next = next.max(run.end);
            }
        }
        if next <= last {
            missing.push((next, last));
        }
        missing
    }

    /// All keys in order: those with numbers by prefix, then the others.
    pub fn keys(&self) -> impl Iterator<Item = ArcStr> + '_ {
        let numbered = self.numbered.iter().flat_map(|(prefix, runs)| {
            let numbers = runs.0.iter().flat_map(|(&start, run)| start..run.end);
            numbers.map(move |n| arcstr::format!("{prefix}:{n}"))
        });
        numbered.chain(self.others.keys().cloned())
    }
}

/// A key's prefix and number, where it has the form `prefix:number` with the number as it is printed.
fn split(key: &str) -> Option<(&str, u64)> {
    let (prefix, digits) = key.rsplit_once(':')?;
    let canonical = digits == "0" || digits.as_bytes().first().is_some_and(|d| (b'1'..=b'9').contains(d));
    // A run's end is one more than its last number, which must not overflow.
    (canonical && digits.len() < 20).then(|| digits.parse().ok())?.map(|n| (prefix, n))
}

fn digits(number: u64) -> u64 {
    u64::from(number.checked_ilog10().unwrap_or(0)) + 1
}

/// How many bytes a text takes in a dataset file, with its length.
fn file_bytes(text: &str) -> u64 {
    let len = text.len() as u64;
    if len <= 20 {
        return 1 + len;
    }
    // Of equal bytes in a row, what follows the first few is a reference of three bytes for each 264.
    let mut packed = 6;
    for row in text.as_bytes().chunk_by(|a, b| a == b) {
        packed += if row.len() < 4 { row.len() as u64 } else { 3 * row.len().div_ceil(264) as u64 };
    }
    4 + packed.min(len)
}

impl Runs {
    /// The run that `n` is in, and where it starts.
    fn at(&self, n: u64) -> Option<(u64, &Run)> {
        self.0.range(..=n).next_back().filter(|(_, run)| n < run.end).map(|(&start, run)| (start, run))
    }

    fn set(&mut self, n: u64, value: Value) -> bool {
        let existed = match self.at(n) {
            Some((_, run)) if run.value == value => return false,
            Some(_) => {
                self.remove(n);
                true
            }
            None => false,
        };
        let after = self.0.get(&(n + 1)).filter(|run| run.value == value).map(|run| run.end);
        if after.is_some() {
            self.0.remove(&(n + 1));
        }
        let end = after.unwrap_or(n + 1);
        match self.0.range_mut(..n).next_back() {
            Some((_, before)) if before.end == n && before.value == value => before.end = end,
            _ => {
                self.0.insert(n, Run { end, value });
            }
        }
        !existed
    }

    fn remove(&mut self, n: u64) {
        let Some((start, run)) = self.at(n) else { return };
        let run = run.clone();
        self.0.remove(&start);
        if start < n {
            self.0.insert(start, Run { end: n, value: run.value.clone() });
        }
        if n + 1 < run.end {
            self.0.insert(n + 1, run);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Rng, Seed};

    fn text(text: &str) -> ArcStr {
        text.into()
    }

    #[test]
    fn a_writers_keys_in_a_row_are_one_run_whatever_their_number() {
        let mut data = Dataset::default();
        for n in 1..=100_000 {
            assert!(data.set(&arcstr::format!("w:w:{n}"), &arcstr::format!("{n}")));
        }
        assert_eq!(data.len(), 100_000);
        assert_eq!(data.numbered["w:w"].0.len(), 1);
        assert_eq!(data.get("w:w:777").as_deref(), Some("777"));
        assert!(!data.contains("w:w:0") && !data.contains("w:w:100001") && !data.contains("w:w:07"));
    }

    #[test]
    fn it_answers_as_a_plain_map_does() {
        let mut rng = Rng::new(Seed(3), 0);
        let (mut data, mut map) = (Dataset::default(), BTreeMap::new());
        for _ in 0..20_000 {
            let key = match rng.below(3) {
                0 => arcstr::format!("a:{}", rng.below(40)),
                1 => arcstr::format!("b:c:{}", rng.below(40)),
                _ => arcstr::format!("plain{}", rng.below(10)),
            };
            let value = match rng.below(3) {
                0 => text(key.rsplit(':').next().unwrap()),
                1 => text("x"),
                _ => text("y"),
            };
            if rng.below(3) == 0 {
                assert_eq!(data.remove(&key), map.remove(&key).is_some());
            } else {
                assert_eq!(data.set(&key, &value), map.insert(key.clone(), value).is_none());
            }
            assert_eq!(data.len(), map.len() as u64);
            assert_eq!(data.get(&key), map.get(&key).cloned());
            assert_eq!(data.contains(&key), map.contains_key(&key));
        }
        let mut rebuilt = Dataset::default();
        for (key, value) in &map {
            rebuilt.set(key, value);
        }
        assert_eq!(rebuilt, data, "equal contents are equal, however they came about");
        let keys: std::collections::BTreeSet<_> = data.keys().collect();
        assert_eq!(keys, map.into_keys().collect());
    }

    #[test]
    fn missing_numbers_are_found_in_runs() {
        let mut data = Dataset::default();
        for n in [3, 4, 5, 9, 10, 20] {
            data.set(&arcstr::format!("w:{n}"), &text("x"));
        }
        data.set(&text("w:6"), &text("y"));
        assert_eq!(data.missing("w", 1, 12), [(1, 2), (7, 8), (11, 12)]);
        assert_eq!(data.missing("w", 4, 9), [(7, 8)]);
        assert_eq!(data.missing("w", 3, 6), []);
        assert_eq!(data.missing("w", 21, 22), [(21, 22)]);
        assert_eq!(data.missing("v", 1, 2), [(1, 2)]);
    }

    #[test]
    fn a_clone_does_not_see_later_writes() {
        let mut data = Dataset::default();
        for n in 0..3 {
            data.set(&arcstr::format!("f:{n}"), &text("x"));
        }
        let before = data.clone();
        data.set(&text("f:3"), &text("x"));
        data.remove("f:0");
        assert_eq!((before.len(), data.len()), (3, 3));
        assert!(before.contains("f:0") && !before.contains("f:3"));
    }
}
