//! One Sentinel among instances that are played: rules of the specification, one by one.

mod down;
mod lab;
mod links;
mod periodic;
mod timer;
mod traces;
mod votes;
