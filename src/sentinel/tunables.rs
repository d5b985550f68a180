//! The process-wide figures that `SENTINEL DEBUG` can change; none of them is saved (spec section 1, PER-1).

use crate::sim::Millis;

/// How many publish periods a replica may call itself master before it is turned back (spec INFO-16).
pub(super) const CONVERT_PUBLISH_PERIODS: i64 = 4;
/// Commands without reply that a link may have for each of its owners (spec CON-17).
pub(super) const PENDING_COMMANDS_MAX: u32 = 100;
/// The random part of a failover's start time lies below this (spec CON-18).
pub(super) const DESYNC_MAX_MS: u32 = 1000;
/// `parallel-syncs` of a new master (spec CON-16).
pub(super) const DEFAULT_PARALLEL_SYNCS: i64 = 1;
/// A replica's priority before any INFO (spec CON-15).
pub(super) const DEFAULT_PRIORITY: i64 = 100;
/// Longest event text in bytes, its terminator not counted (spec CON-27).
pub(super) const EVENT_TEXT_MAX: usize = 1023;
/// Exit status of a simulated crash (spec CON-28).
pub(super) const CRASH_STATUS: i32 = 99;

macro_rules! tunables {
    ($($(#[$doc:meta])* $field:ident, $key:literal = $default:literal;)*) => {
        /// The figures, in the order in which `SENTINEL DEBUG` lists them (spec CMD-DEBUG-1).
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Tunables { $($(#[$doc])* pub $field: Millis,)* }

        impl Default for Tunables {
            fn default() -> Self {
                Self { $($field: Millis($default),)* }
            }
        }

        impl Tunables {
            /// Every figure with its key in lower case.
            pub fn entries(&self) -> Vec<(&'static str, Millis)> {
                vec![$(($key, self.$field),)*]
            }

            /// The figure of that key, which is not case sensitive.
            pub(super) fn entry_mut(&mut self, key: &str) -> Option<&mut Millis> {
                match key.to_ascii_lowercase().as_str() {
                    $($key => Some(&mut self.$field),)*
                    _ => None,
                }
            }
        }
    };
}

impl Tunables {
    /// How long after a reply a peer's opinion holds (spec CON-3).
    pub(super) fn opinion_holds(&self) -> Millis {
        self.ask_period.times(5)
    }

    /// How long a Pub/Sub connection may be without a message before it is dialled anew (spec LINK-13).
    pub(super) fn pubsub_idle(&self) -> Millis {
        self.publish_period.times(3)
    }
}

tunables! {
    /// Between two INFO to an instance (spec CON-1).
    info_period, "info-period" = 10_000;
    /// Upper bound of the time between two PING, lower bound of that between two dials (spec CON-2).
    ping_period, "ping-period" = 1000;
    /// Between two questions to a peer whether the master is down (spec CON-3).
    ask_period, "ask-period" = 1000;
    /// Between two hello messages to an instance (spec CON-4).
    publish_period, "publish-period" = 2000;
    /// `down-after-milliseconds` of a new master (spec CON-5).
    default_down_after, "default-down-after" = 30_000;
    /// `failover-timeout` of a new master (spec CON-11).
    default_failover_timeout, "default-failover-timeout" = 180_000;
    /// A timer that comes later than this enters TILT (spec CON-6).
    tilt_trigger, "tilt-trigger" = 2000;
    /// How long TILT lasts (spec CON-7).
    tilt_period, "tilt-period" = 30_000;
    /// How long a replica may take to obey SLAVEOF (spec CON-8).
    slave_reconf_timeout, "slave-reconf-timeout" = 10_000;
    /// How old a connection must be before it is dropped as idle (spec CON-9).
    min_link_reconnect_period, "min-link-reconnect-period" = 15_000;
    /// Upper bound of the time that a candidate waits for votes (spec CON-10).
    election_timeout, "election-timeout" = 10_000;
    /// How long a script may run (spec CON-12).
    script_max_runtime, "script-max-runtime" = 60_000;
    /// How long after its first failure a script is run again (spec CON-13).
    script_retry_delay, "script-retry-delay" = 30_000;
}
