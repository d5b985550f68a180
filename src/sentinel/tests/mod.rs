//! One Sentinel among instances that are played: rules of the specification, one by one.

mod commands;
mod down;
mod failover;
mod fuzz;
mod hello;
mod hostnames;
mod info;
mod lab;
mod limits;
mod links;
mod model;
mod periodic;
mod process;
mod reconf;
mod scripts;
mod selection;
mod timer;
mod traces;
mod votes;
