//! Several servers wired together, one test a rule.

mod commands;
mod link;
mod net;
mod partial;
mod pubsub;
mod roles;
