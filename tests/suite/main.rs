//! The scenarios of Redis's own test suite for Sentinel (spec section 18), a module for each of its files.
//!
//! Servers and sentinels are named by their numbers there. The steps are the suite's; how long something may
//! take is what the suite allows.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that meets nothing where something must be has failed")]

mod acl;
mod base;
mod conf;
mod down;
mod hostnames;
mod lab;
mod newer;
mod replicas;
mod runtime;
