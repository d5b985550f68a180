//! What travels between processes, in Redis's own terms, and the interface of a sans-IO node.
//!
//! Every message has the text form that Redis puts on the wire ([`resp`]); what is sent often is kept typed
//! so that a simulated hour does not go into printing and parsing it.

mod acl;
mod client;
mod client_record;
mod command;
mod dataset;
mod date;
mod directives;
pub mod glob;
mod hello;
pub(crate) mod help;
mod info;
mod io;
mod message;
mod number;
mod reply;
pub mod resp;
mod subcommand;
mod words;

pub use acl::{Acl, AclError, AclReply, DEFAULT_USER, Touches};
pub use arcstr::{ArcStr, literal};
pub use client::{ClientFilter, SeenClient, client_formality};
pub use client_record::{ClientRecord, FIRST_CLIENT_ID};
pub use command::{Command, KillType, read_pause, subscribes, typed_line};
pub use dataset::Dataset;
pub use date::{ctime, log_stamp, time_stamp};
pub use directives::{DirectiveError, check_directive, check_setting, memory, rewritten_directive};
pub use hello::{HELLO_CHANNEL, Hello};
pub use info::{Info, InfoFigures, InfoRole, ReplicaLine, ReplicationInfo, SyncCounts};
pub use io::{ConnId, ConnIds, ConnectError, Effect, Ending, Input, Level, Outbox};
pub use message::{Message, Rdb};
pub use number::{integer, leading_int, leading_number, leading_unsigned};
pub use reply::{Reply, quoted};
pub use subcommand::{Subcommand, is_container};
pub use words::{as_word, split_words};
