//! An application that asks Sentinel for the master and writes to it.
#![allow(missing_docs)]
use crate::protocol::{Input, Outbox};
use crate::sim::{Addr, NodeTime, Rng};
#[derive(Clone, Debug)]
pub struct ClientConf;
#[derive(Clone, Debug, PartialEq)]
pub struct ClientEvent;
pub type ClientOutbox = Outbox<ClientEvent, ()>;
#[derive(Clone, Debug)]
pub struct Client;
impl Client {
    pub fn start(_: ClientConf, _: Rng, _: NodeTime, _: &mut ClientOutbox) -> Self { Self }
    pub fn handle(&mut self, _: NodeTime, _: Input, _: &mut ClientOutbox) {}
    pub fn target(&self) -> Option<Addr> { None }
    pub fn acked(&self) -> u64 { 0 }
    pub fn failed(&self) -> u64 { 0 }
}
