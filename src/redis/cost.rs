//! How long things take that a simulated server does not really do.

use crate::protocol::Dataset;
use crate::redis::conf::RedisConf;
use crate::sim::{Micros, Millis, Rng};

/// How long a full synchronisation saves a dataset, and sends it at the same time.
///
/// A small dataset takes 1 to 6 ms, 2 at the median (captures 03a, 03b, 09d, 16a: from the replica's "Full
/// resync from master" to its "Discarding previously cached master state"). With `rdb-key-save-delay`
/// the sleep for each key is longer than asked for by the system's slack: 2193 to 2334 ms, 2241 at the
/// median, for 2000 keys at 1000 microseconds (captures 11a, 11b).
pub(super) fn save(conf: &RedisConf, data: &Dataset, rng: &mut Rng) -> Millis {
    let keys = data.len();
    let base = [1, 1, 1, 2, 2, 2, 3, 4][rng.below(8) as usize];
    let sleeping = match conf.rdb_key_save_delay {
        0 => 0,
        delay @ 1.. => keys * (delay as u64 + u64::from(rng.between(97, 145))),
        keys_each => keys / u64::from(keys_each.unsigned_abs()),
    };
    let writing = (keys * SAVE_NANOS_A_KEY + data.bytes() * SAVE_PICOS_A_BYTE / 1000) / 1000;
    Millis(base + ((writing + sleeping) / 1000) as i64)
}

/// How long after the last byte of a dataset that took `saving` its child process is noticed to have ended:
/// usually at once, but after a short saving in nearly half of the cases only when the server looks, ten
/// times a second (captures: the master's "Synchronization with replica succeeded" follows the replica's
/// "Finished with success" by 0 or 1 ms in 23 of 41 short cases and by 8 to 91 ms in the others; in 30 long
/// ones, 11a and 11b, it is never later than 1 ms after it).
pub(super) fn reap(saving: Millis, rng: &mut Rng) -> Millis {
    let late = saving < Millis(50) && rng.below(41) >= 23;
    Millis(i64::from(if late { rng.between(8, 93) } else { rng.between(1, 3) }))
}

/// How much longer than asked for a short sleep lasts. Recorded on 7.0.15 on an idle machine: 2000 keys are
/// loaded in 2.184 s with a `key-load-delay` of 1000, in 0.359 with 100, in 0.160 with -1, in 0.016 with -10.
const SLACK: u64 = 85;

/// How long the loading of a dataset takes.
pub(super) fn load(conf: &RedisConf, data: &Dataset) -> Micros {
    let keys = data.len();
    let sleeping = match conf.key_load_delay {
        0 => 0,
        delay @ 1.. => keys * (delay as u64 + SLACK),
        // One key in so many sleeps for a microsecond.
        keys_each => keys * (1 + SLACK) / u64::from(keys_each.unsigned_abs()),
    };
    let fresh = data.bytes().saturating_sub(LOADED_QUICKLY) * LOAD_NANOS_A_FRESH_BYTE;
    Micros(200 + (keys * LOAD_NANOS_A_KEY + fresh) / 1000 + sleeping)
}

/// How long a process that crashed tests memory and writes its report before it ends (recorded, 65d).
pub(super) const CRASH_REPORT: Micros = Micros::from_millis(245);

/// How long a dataset is thrown away before another is loaded in its place; nobody is served meanwhile.
pub(super) fn flush(data: &Dataset) -> Micros {
    Micros(data.len() * FLUSH_NANOS_A_KEY / 1000)
}

/// Measured on 7.0.15: a hundred thousand keys of 100 bytes are saved in 0.1 s.
const SAVE_NANOS_A_KEY: u64 = 1000;

/// Measured on 7.0.15: 20,000 keys of 1000 bytes are saved and sent in 46 ms, 60,000 in 158, 150,000 of 500
/// bytes in 297.
const SAVE_PICOS_A_BYTE: u64 = 1600;

/// Measured on 7.0.15: 21 ms for 20,000 keys of 1000 bytes, 62 for 60,000, 295 for 150,000 of 500 bytes.
const FLUSH_NANOS_A_KEY: u64 = 1200;

/// 2000 keys of 500 bytes are loaded in 4 ms at the median (captures 11a, 11b), a million of 100 bytes in 2 s
/// (measured on 7.0.15).
const LOAD_NANOS_A_KEY: u64 = 2000;

/// What a large dataset adds, for which the process has to be given memory: 60,000 keys of 1000 bytes are
/// loaded in 0.76 s, 150,000 of 500 bytes in 0.81 (recorded and measured on 7.0.15).
const LOAD_NANOS_A_FRESH_BYTE: u64 = 10;
const LOADED_QUICKLY: u64 = 8 << 20;

/// What a replica does with a dataset before it loads it: the file is synchronised to disk and renamed
/// (captures: 2 ms at the median between "Discarding previously cached master state" and "Loading RDB").
pub(super) const RECEIVE: Micros = Micros(1800);
