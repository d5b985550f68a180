//! Several servers wired together, one test a rule.

mod admin;
mod blocking;
mod clock;
mod commands;
mod conditions;
mod convergence;
mod drawn;
mod handover;
mod link;
mod net;
mod partial;
mod persistence;
mod pubsub;
mod roles;
mod shutdown;
mod sync;
