//! `hunt`: many random runs, each of them watched.

use crate::cli::CliError;
use crate::scenario::random::{Case, Outcome, Reason, Sightings, shrink};
use crate::sim::{Micros, Seed};
use clap::Args;
use std::collections::BTreeMap;
use std::io::Write;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

#[derive(Debug, Args)]
pub(super) struct Hunt {
    /// How many runs.
    #[arg(long, default_value_t = 1000)]
    runs: u64,
    /// The seed of the first; the others follow it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// For how many simulated minutes things go wrong in each.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=60))]
    minutes_each: u32,
    /// How many runs at a time; as many as there are processors where nothing is said.
    #[arg(long)]
    threads: Option<usize>,
    /// Where the scenario files of what was found go.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Report a run as it is, without looking for a smaller one.
    #[arg(long)]
    no_shrink: bool,
}

/// A run in which something was broken.
#[derive(Debug)]
struct Find {
    case: Case,
    /// What was broken: rules, or a panic's message.
    broken: Vec<String>,
}

/// What all runs came to.
#[derive(Debug, Default)]
struct Tally {
    sightings: Sightings,
    played: Micros,
    agreed_latest: Micros,
    /// Runs that ended without agreement by design: how many, and the first.
    by_design: BTreeMap<Reason, (u64, Case)>,
    finds: Vec<Find>,
}

impl Hunt {
    #[allow(clippy::disallowed_methods, reason = "how long the hunt takes is told, not simulated")]
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), CliError> {
        let begun = Instant::now();
        // A panic is a find like any other; its message is reported with the run's seed.
        let hook = panic::take_hook();
        panic::set_hook(Box::new(|_| {}));
        let tally = self.play();
        let written = self.report(&tally, begun, out);
        panic::set_hook(hook);
        written?;
        match tally.finds.len() {
            0 => Ok(()),
            found => Err(CliError::Found { found, runs: self.runs }),
        }
    }

    fn case(&self, seed: u64) -> Case {
        Case::random(Seed(seed), self.minutes_each * 60_000)
    }

    fn play(&self) -> Tally {
        let next = AtomicU64::new(0);
        let tally = Mutex::new(Tally::default());
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let worker = || {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= self.runs {
                    break;
                }
                let case = self.case(self.seed.wrapping_add(n));
                let tried = try_out(&case);
                let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
                let broken = match tried {
                    Ok(outcome) => {
                        tally.sightings.add(&outcome.sightings);
                        tally.played += outcome.played;
                        tally.agreed_latest =
                            tally.agreed_latest.max(outcome.agreed_after.unwrap_or_default());
                        if let Some(reason) = outcome.by_design {
                            let entry = tally.by_design.entry(reason).or_insert_with(|| (0, case.clone()));
                            entry.0 += 1;
                            if case.seed < entry.1.seed {
                                entry.1 = case.clone();
                            }
                        }
                        broken(&outcome)
                    }
                    Err(panic) => vec![panic],
                };
                if !broken.is_empty() {
                    tally.finds.push(Find { case, broken });
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..self.threads.unwrap_or(processors).max(1) {
                scope.spawn(worker);
            }
        });
        let mut tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
        tally.finds.sort_by_key(|find| find.case.seed);
        tally
    }

    fn report(&self, tally: &Tally, begun: Instant, out: &mut impl Write) -> Result<(), CliError> {
        let failed = |error| CliError::Write { path: "the output".to_owned(), error };
        let took = begun.elapsed().as_secs_f64();
        let sightings = tally.sightings;
        writeln!(
            out,
            "{} runs, {:.1} simulated hours in {took:.0} s; agreed at the latest {} s after mending\n\
             {} attempts, {} promotions, {} not elected, {} converted, {} in TILT, {} of {} writes lost",
            self.runs,
            tally.played.0 as f64 / 3.6e9,
            tally.agreed_latest.0 / 1_000_000,
            sightings.attempts,
            sightings.promotions,
            sightings.split_votes,
            sightings.conversions,
            sightings.tilts,
            sightings.lost,
            sightings.acked,
        )
        .map_err(failed)?;
        for (reason, (count, first)) in &tally.by_design {
            let seed = first.seed.0;
            writeln!(out, "{count} without agreement by design: {reason:?} (such as seed {seed})")
                .map_err(failed)?;
            if let Some(folder) = &self.out {
                let same = |case: &Case| try_out(case).is_ok_and(|tried| tried.by_design == Some(*reason));
                let smallest = if self.no_shrink { first.clone() } else { shrink(first, same) };
                writeln!(out, "seed {seed}: {}", write_case(&smallest, folder)?.display()).map_err(failed)?;
            }
        }
        for find in &tally.finds {
            let seed = find.case.seed.0;
            for broken in &find.broken {
                writeln!(out, "seed {seed}: {broken}").map_err(failed)?;
            }
            let Some(folder) = &self.out else { continue };
            let smallest =
                if self.no_shrink { find.case.clone() } else { smallest(&find.case, &find.broken) };
            let path = write_case(&smallest, folder)?;
            writeln!(out, "seed {seed}: {}", path.display()).map_err(failed)?;
            for fault in smallest.faults.iter().filter(|fault| !fault.is_in_file()) {
                writeln!(out, "seed {seed}: and {fault:?}").map_err(failed)?;
            }
        }
        Ok(())
    }
}

fn try_out(case: &Case) -> Result<Outcome, String> {
    panic::catch_unwind(AssertUnwindSafe(|| case.try_out())).map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        format!("panic: {}", text.unwrap_or("without a message"))
    })
}

fn broken(outcome: &Outcome) -> Vec<String> {
    let violations = outcome.violations.iter();
    violations.map(|broken| format!("{}: {} (at {} s)", broken.rule, broken.text, broken.at)).collect()
}

/// The smallest case in which the first thing broken is broken too: the same rule, or some panic.
fn smallest(case: &Case, found: &[String]) -> Case {
    let kind = |text: &String| text.split(':').next().unwrap_or_default().to_owned();
    let wanted = found.first().map(kind);
    shrink(case, |case| {
        let now = try_out(case).map_or_else(|panic| vec![panic], |outcome| broken(&outcome));
        now.first().map(kind) == wanted
    })
}

fn write_case(case: &Case, folder: &Path) -> Result<PathBuf, CliError> {
    let path = folder.join(format!("random-{}.json", case.seed.0));
    let failed = |error| CliError::Write { path: path.display().to_string(), error };
    std::fs::create_dir_all(folder).map_err(failed)?;
    std::fs::write(&path, case.scenario().to_json() + "\n").map_err(failed)?;
    Ok(path)
}
