//! Two samples of runs, and whether statistics can tell them apart.
//!
//! A scenario is a random experiment, so no run is held against one other run. The tests and what they let pass are
//! those by which the whole simulation is held against recorded runs: two samples are told apart where a test says
//! so *and* the difference matters in practice.

/// When an event was first said, in each run in which it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// How many runs there were, with those in which it was not said.
    pub runs: usize,
    /// In milliseconds after the failure, the earliest first.
    pub times: Vec<i64>,
}

/// What is to be said of one event of a run that stands beside recorded ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It came when it came in the recorded runs, or may still.
    Equal,
    /// It came at another time, as a single run's may: simulated runs are not told apart from recorded ones.
    Chance,
    /// Simulated runs are told apart from recorded ones.
    Apart,
}

/// Less likely by chance than this is told apart.
const ALPHA: f64 = 0.005;
/// A share of runs that is off by less does not matter.
const SHARE: f64 = 0.25;
/// A median that is off by no more milliseconds does not matter,
const NEAR_MS: f64 = 150.0;
/// nor does one that is off by no more than this share of it.
const NEAR_SHARE: f64 = 0.05;
/// Of fewer times nothing is said.
const TIMES_MIN: usize = 3;

impl Sample {
    /// The sample of one event in runs that tell for each of theirs when it was first said.
    pub fn of(event: &str, runs: &[Vec<(String, i64)>]) -> Self {
        let mut sample = Self { runs: runs.len(), times: Vec::new() };
        for run in runs {
            for (said, ms) in run {
                if said == event {
                    sample.add(*ms);
                }
            }
        }
        sample
    }

    /// Adds a time to it.
    pub fn add(&mut self, ms: i64) {
        let at = self.times.partition_point(|known| *known <= ms);
        self.times.insert(at, ms);
    }

    /// The earliest and the latest time; `None` where it was never said.
    pub fn range(&self) -> Option<(i64, i64)> {
        self.times.first().copied().zip(self.times.last().copied())
    }

    /// The median of the times; 0 where it was never said.
    pub fn median(&self) -> i64 {
        let middle = self.times.len() / 2;
        match self.times.get(middle) {
            Some(above) if self.times.len().is_multiple_of(2) => {
                i64::midpoint(self.times[middle - 1], *above)
            }
            Some(time) => *time,
            None => 0,
        }
    }

    /// Whether statistics tell the two apart: by how many runs say it, or by when they do.
    pub fn is_told_apart(&self, other: &Self) -> bool {
        self.differs_in_share(other) || self.differs_in_time(other)
    }

    /// What is to be said of a run in which it was first said at `at`, beside these recorded runs, which simulated
    /// ones are told apart from or not.
    pub fn verdict(&self, is_told_apart: bool, at: Option<i64>) -> Verdict {
        let is_outside = |at: &i64| self.range().is_some_and(|(first, last)| *at < first || last < *at);
        if is_told_apart {
            Verdict::Apart
        } else if at.as_ref().is_some_and(is_outside) {
            Verdict::Chance
        } else {
            Verdict::Equal
        }
    }

    fn share(&self) -> f64 {
        self.times.len() as f64 / self.runs as f64
    }

    fn differs_in_share(&self, other: &Self) -> bool {
        (self.share() - other.share()).abs() >= SHARE && fisher(self, other) < ALPHA
    }

    fn differs_in_time(&self, other: &Self) -> bool {
        let is_enough = |sample: &Self| sample.times.len() >= TIMES_MIN;
        let (here, there) = (self.median() as f64, other.median() as f64);
        is_enough(self)
            && is_enough(other)
            && (here - there).abs() > NEAR_MS.max(NEAR_SHARE * here.abs())
            && mann_whitney(&self.times, &other.times) < ALPHA
    }
}

/// Fisher's exact test, two-sided: how likely shares of runs at least as unlike as these come from one experiment.
fn fisher(a: &Sample, b: &Sample) -> f64 {
    let said = a.times.len() + b.times.len();
    let ways = |of_a: usize| choose(a.runs, of_a) * choose(b.runs, said - of_a);
    let here = ways(a.times.len()) * (1.0 + f64::EPSILON * 64.0);
    let possible = said.saturating_sub(b.runs)..=said.min(a.runs);
    possible.map(ways).filter(|ways| *ways <= here).sum::<f64>() / choose(a.runs + b.runs, said)
}

/// In how many ways `k` of `n` can be chosen.
fn choose(n: usize, k: usize) -> f64 {
    (0..k).map(|i| (n - i) as f64 / (i + 1) as f64).product()
}

/// The rank test of Mann and Whitney, two-sided and exact, ties sharing their rank: how likely ranks at least as
/// unlike as these come from one experiment. Both samples are in order.
fn mann_whitney(a: &[i64], b: &[i64]) -> f64 {
    // Twice the rank, so that a shared one is whole: two for each below, one for each equal, itself among them.
    let rank = |time: i64| -> usize {
        let of = |sample: &[i64]| {
            sample.partition_point(|other| *other < time) + sample.partition_point(|other| *other <= time)
        };
        of(a) + of(b) + 1
    };
    let ranks: Vec<usize> = a.iter().chain(b).map(|time| rank(*time)).collect();
    let (chosen, all): (usize, usize) = (ranks[..a.len()].iter().sum(), ranks.iter().sum());
    // In how many ways so many of the ranks have that sum.
    let mut ways = vec![vec![0.0; all + 1]; a.len() + 1];
    ways[0][0] = 1.0;
    for rank in &ranks {
        for many in (1..=a.len()).rev() {
            for sum in (*rank..=all).rev() {
                ways[many][sum] += ways[many - 1][sum - rank];
            }
        }
    }
    // How far from what is expected, which is `all` times the sample's part of all; times the number of ranks, to
    // stay whole.
    let off = |sum: usize| (sum * ranks.len()).abs_diff(all * a.len());
    let last = &ways[a.len()];
    let unlike: f64 = (0..=all).filter(|sum| off(*sum) >= off(chosen)).map(|sum| last[sum]).sum();
    unlike / last.iter().sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(runs: usize, times: &[i64]) -> Sample {
        Sample { runs, times: times.to_vec() }
    }

    fn is_near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    /// By the definition: of the 1,287 ways to choose 5 of 13 ranks, those at least as far off.
    #[test]
    fn the_rank_test_is_exact() {
        let low: Vec<i64> = (0..5).collect();
        let high: Vec<i64> = (10..18).collect();
        assert!(is_near(mann_whitney(&low, &high), 2.0 / 1287.0));
        assert!(is_near(mann_whitney(&high, &low), 2.0 / 1287.0));
        assert!(is_near(mann_whitney(&[1, 4], &[2, 3]), 1.0), "nothing is nearer to the middle");
        assert!(is_near(mann_whitney(&[7, 7, 7], &[7, 7, 7, 7]), 1.0), "where all are tied");
        // Of {1, 2, 3.5, 3.5}: (1, 2) and (3.5, 3.5) are 2 off, the other four sums 0.5 or less.
        assert!(is_near(mann_whitney(&[1, 2], &[3, 3]), 2.0 / 6.0));
    }

    /// By the definition: 4 runs with and 4 without can be dealt to two samples of 4 in 70 ways.
    #[test]
    fn the_test_of_shares_is_exact() {
        assert!(is_near(fisher(&sample(4, &[1, 2, 3, 4]), &sample(4, &[])), 2.0 / 70.0));
        assert!(is_near(fisher(&sample(4, &[1, 2, 3]), &sample(4, &[1])), (2.0 + 2.0 * 16.0) / 70.0));
        assert!(is_near(fisher(&sample(4, &[1, 2]), &sample(4, &[1, 2])), 1.0));
        assert!(is_near(fisher(&sample(5, &[]), &sample(20, &[])), 1.0));
    }

    #[test]
    fn only_what_is_unlikely_and_matters_is_told_apart() {
        let real = sample(5, &[2000, 2010, 2020, 2030, 2040]);
        let later = |by: i64| sample(20, &(0..20).map(|n| 2000 + by + n).collect::<Vec<_>>());
        assert!(!real.is_told_apart(&later(130)), "all are later, by less than matters");
        assert!(real.is_told_apart(&later(200)));
        assert!(later(200).is_told_apart(&real));
        assert!(!sample(2, &[2000, 2010]).is_told_apart(&later(900)), "two times say nothing");
        let never = sample(20, &[]);
        assert!(real.is_told_apart(&never));
        assert!(!sample(5, &[2000]).is_told_apart(&never), "one run in five is chance");
    }

    #[test]
    fn a_single_run_may_lie_outside_where_many_do_not() {
        let real = sample(5, &[2000, 2010, 2020, 2030, 2040]);
        let like = real.is_told_apart(&sample(20, &[2015; 20]));
        let later = real.is_told_apart(&sample(20, &[2900; 20]));
        assert_eq!(real.verdict(like, Some(2000)), Verdict::Equal);
        assert_eq!(real.verdict(like, None), Verdict::Equal);
        assert_eq!(real.verdict(like, Some(1999)), Verdict::Chance);
        assert_eq!(real.verdict(like, Some(2041)), Verdict::Chance);
        assert_eq!(real.verdict(later, Some(2020)), Verdict::Apart);
    }

    #[test]
    fn the_middle_and_the_range_of_a_sample() {
        let runs = [vec![("a".to_owned(), 5)], vec![("a".to_owned(), 1), ("b".to_owned(), 9)], Vec::new()];
        let found = Sample::of("a", &runs);
        assert_eq!(found, sample(3, &[1, 5]));
        assert_eq!((found.median(), found.range()), (3, Some((1, 5))));
        assert_eq!(Sample::of("b", &runs).median(), 9);
        let none = Sample::of("c", &runs);
        assert_eq!((none.median(), none.range()), (0, None));
    }
}
