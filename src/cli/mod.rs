//! The command line (native only): plays scenario files.

mod hunt;
mod span;

use crate::cluster::{Cluster, Record};
use crate::protocol::Level;
use crate::scenario::{ConfOptions, FromConfError, Note, Played, Scenario, ScenarioError, run_file};
use crate::sim::{Micros, Seed};
use clap::{ArgGroup, Args, Parser, Subcommand};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What went wrong on the command line.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A file could not be read.
    #[error("cannot read {path}: {error}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A file could not be written.
    #[error("cannot write {path}: {error}")]
    Write {
        /// The file.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// The scenario was refused.
    #[error("{path}: {error}")]
    Scenario {
        /// The file.
        path: String,
        /// Why.
        error: ScenarioError,
    },
    /// The sentinel.conf was refused.
    #[error("{path}: {error}")]
    Conf {
        /// The file.
        path: String,
        /// Why.
        error: FromConfError,
    },
    /// The seeds make no range.
    #[error("\"{0}\" is no range of seeds: two numbers such as 1..20, the first not above the second")]
    Seeds(String),
    /// `--seeds` without `--out`.
    #[error("--seeds needs --out DIR: where the run files go")]
    NoOut,
    /// Random runs broke rules.
    #[error("something was broken in {found} of {runs} runs")]
    Found {
        /// In how many.
        found: usize,
        /// Of how many.
        runs: u64,
    },
    /// The topology never became stable.
    #[error("{path}, seed {seed}: the topology never became stable within the scenario's time limit")]
    Unstable {
        /// The file.
        path: String,
        /// The seed.
        seed: u64,
    },
}

/// Redis Sentinel, simulated.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Plays a scenario file and prints or writes what happened.
    Run(Run),
    /// Plays many random runs and looks whether a rule is broken in one.
    Hunt(hunt::Hunt),
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["scenario", "conf"])))]
struct Run {
    /// The scenario file (the JSON form of the captures).
    scenario: Option<PathBuf>,
    /// A sentinel.conf instead: what it monitors, knows and announces becomes the cluster.
    #[arg(long, value_name = "FILE")]
    conf: Option<PathBuf>,
    #[command(flatten)]
    of_conf: OfConf,
    /// The seed of a single run.
    #[arg(long, default_value_t = 1, conflicts_with = "seeds")]
    seed: u64,
    /// Many runs, both ends included: 1..20
    #[arg(long)]
    seeds: Option<String>,
    /// Print the logs as Redis writes them, instead of the run file.
    #[arg(long, conflicts_with = "out")]
    log: bool,
    /// With --log: print the logs of the Redis servers too.
    #[arg(long, requires = "log")]
    redis: bool,
    /// Write run files into this folder: <scenario>.seedNN.json
    #[arg(long)]
    out: Option<PathBuf>,
}

/// What a sentinel.conf does not say.
#[derive(Debug, Args)]
struct OfConf {
    /// With --conf: how many replicas each master has [default: as many as the file knows, or 2]
    #[arg(long, value_name = "N", conflicts_with = "scenario")]
    replicas: Option<u32>,
    /// With --conf: how many sentinels there are, the file's own included [default: as many as it knows, or 3]
    #[arg(long, value_name = "N", conflicts_with = "scenario")]
    sentinels: Option<u32>,
    /// With --conf: kill the master that is monitored first, so long after all is stable: 5s, 500ms, 2m
    #[arg(long, value_name = "TIME", conflicts_with = "scenario", value_parser = span::parse)]
    kill_master_at: Option<Micros>,
    /// With --conf: how long the run lasts [default: 60s, or 60s and down-after-milliseconds from the kill on]
    #[arg(long, value_name = "TIME", conflicts_with = "scenario", value_parser = span::parse)]
    duration: Option<Micros>,
}

/// Runs the command line; `args` begins with the program's name.
///
/// # Errors
/// Whatever went wrong, as a sentence that names the place.
pub fn run(args: impl IntoIterator<Item = String>, out: &mut impl Write) -> Result<(), CliError> {
    // A mistake in the arguments is clap's to explain, and ends the process.
    let run = match Cli::parse_from(args).command {
        Command::Run(run) => run,
        Command::Hunt(hunt) => return hunt.run(out),
    };
    let (path, scenario) = run.scenario()?;
    let seeds = match &run.seeds {
        None => run.seed..=run.seed,
        Some(_) if run.out.is_none() => return Err(CliError::NoOut),
        Some(range) => parse_seeds(range)?,
    };
    for seed in seeds {
        let played = scenario.play(Seed(seed));
        if !played.stable && run.conf.is_none() {
            return Err(CliError::Unstable { path, seed });
        }
        if !played.stable {
            // A real file may describe a cluster that never settles, and that is worth seeing.
            note(&format!("{path}, seed {seed}: {}", Note::NotStable));
        }
        if run.log {
            print_log(&played, run.redis, out)
        } else if let Some(folder) = &run.out {
            write_run_file(&scenario, &played, folder)?;
            Ok(())
        } else {
            writeln!(out, "{}", run_file(&scenario, &played))
        }
        .map_err(|error| CliError::Write { path: "the output".to_owned(), error })?;
    }
    Ok(())
}

impl Run {
    /// The scenario to be played, and the file that it comes from.
    fn scenario(&self) -> Result<(String, Scenario), CliError> {
        let read = |file: &Path| {
            let path = file.display().to_string();
            // A sentinel.conf may be in any encoding; what is no UTF-8 can only stand in names and comments.
            match std::fs::read(file) {
                Ok(bytes) => Ok((path, String::from_utf8_lossy(&bytes).into_owned())),
                Err(error) => Err(CliError::Read { path, error }),
            }
        };
        if let Some(file) = &self.conf {
            let (path, text) = read(file)?;
            let OfConf { replicas, sentinels, kill_master_at, duration } = self.of_conf;
            let options = ConfOptions { replicas, sentinels, kill_master_at, duration };
            let name =
                file.file_name().map_or_else(|| path.clone(), |name| name.to_string_lossy().into_owned());
            return match Scenario::from_conf(&name, &text, &options) {
                Ok(made) => {
                    for about in &made.notes {
                        note(&format!("{path}: {about}"));
                    }
                    Ok((path, made.scenario))
                }
                Err(error) => Err(CliError::Conf { path, error }),
            };
        }
        let (path, text) = read(self.scenario.as_deref().unwrap_or_else(|| Path::new("")))?;
        match Scenario::parse(&text) {
            Ok(scenario) => Ok((path, scenario)),
            Err(error) => Err(CliError::Scenario { path, error }),
        }
    }
}

/// Says something beside the output, which may be a file of its own form.
fn note(text: &str) {
    // Where nobody hears it nothing is lost but the remark.
    let _ = writeln!(io::stderr(), "sentinel-lab: note: {text}");
}

fn parse_seeds(range: &str) -> Result<std::ops::RangeInclusive<u64>, CliError> {
    let ends = range.split_once("..").and_then(|(first, last)| {
        let last = last.strip_prefix('=').unwrap_or(last);
        Some((first.parse().ok()?, last.parse().ok()?))
    });
    match ends {
        Some((first, last)) if first <= last => Ok(first..=last),
        _ => Err(CliError::Seeds(range.to_owned())),
    }
}

fn write_run_file(scenario: &Scenario, played: &Played, folder: &Path) -> Result<(), CliError> {
    let path = folder.join(format!("{}.seed{:02}.json", scenario.id, played.seed.0));
    let failed = |error| CliError::Write { path: path.display().to_string(), error };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let text = serde_json::to_string_pretty(&run_file(scenario, played)).expect("JSON values can be written");
    std::fs::write(&path, text + "\n").map_err(failed)
}

/// Prints each sentinel's log as it would stand in its file, the lines of all of them in the order of time,
/// each after its node's name.
fn print_log(played: &Played, redis: bool, out: &mut impl Write) -> io::Result<()> {
    for record in &played.records {
        if let Some(line) = log_line(&played.cluster, record, redis) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn log_line(cluster: &Cluster, record: &Record, redis: bool) -> Option<String> {
    let node = cluster.node(record.node?);
    let (level, _) = record.what.log_line()?;
    if level < Level::Notice || node.is_redis() && !redis {
        return None;
    }
    Some(format!("{:<4} {}", node.name, cluster.log_line(record)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_seeds_includes_both_ends() {
        assert_eq!(parse_seeds("1..20").unwrap(), 1..=20);
        assert_eq!(parse_seeds("7..7").unwrap(), 7..=7);
        for bad in ["", "1", "3..2", "a..b", "-1..2"] {
            assert!(parse_seeds(bad).is_err(), "{bad}");
        }
    }
}
