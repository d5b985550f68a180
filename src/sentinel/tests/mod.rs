//! One Sentinel among instances that are played: rules of the specification, one by one.

mod lab;
mod traces;
