//! Sorting lists that are known to be short: hosts, candidates, timers.
//!
//! Each type that the standard library sorts is five kilobytes of code in the page, and twenty did so: 16 kB
//! gzipped. Lists that can be long (what is under way, what a link tells to do) are sorted by the library.

/// Sorts by a key, by insertion: equals keep their order. The time that it takes grows with the square of how
/// many there are, where they are out of order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort(items, |a, b| key(a) < key(b));
}

/// The same, by what comes before what.
pub fn sort<T>(items: &mut [T], is_before: impl Fn(&T, &T) -> bool) {
    for next in 1..items.len() {
        let mut at = next;
        while at > 0 && is_before(&items[at], &items[at - 1]) {
            items.swap(at, at - 1);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sort_by_key;

    #[test]
    fn sorts_and_keeps_the_order_of_equals() {
        let mut items = [(3, 'a'), (1, 'b'), (3, 'c'), (2, 'd'), (1, 'e')];
        sort_by_key(&mut items, |(key, _)| *key);
        assert_eq!(items.map(|(_, name)| name), ['b', 'e', 'd', 'a', 'c']);
        sort_by_key(&mut Vec::<u8>::new(), |key| *key);
    }
}
