//! What the Sentinel was seen to do.

use super::Lab;
use crate::protocol::{ConnId, Level, Reply};
use crate::sim::{Addr, NodeTime};

impl Lab {
    /// What a subscriber was sent.
    pub(in crate::sentinel::tests) fn events_for(&self, conn: ConnId) -> Vec<Reply> {
        self.answers.iter().filter(|(to, _)| *to == conn).map(|(_, reply)| reply.clone()).collect()
    }

    /// What was logged since the log was forgotten, verbose and debug lines included.
    pub(in crate::sentinel::tests) fn log(&self) -> Vec<String> {
        self.log.iter().map(|(_, event)| event.to_string()).collect()
    }

    /// The same with the level's mark before each line, as Redis prints it; debug lines are left out.
    pub(in crate::sentinel::tests) fn marked(&self) -> Vec<String> {
        let logged = self.log.iter().map(|(_, event)| event);
        let shown = logged.filter(|event| event.level() > Level::Debug);
        shown.map(|event| format!("{} {event}", event.level().mark())).collect()
    }

    /// When a line that begins so was logged first.
    #[track_caller]
    pub(in crate::sentinel::tests) fn when(&self, line: &str) -> NodeTime {
        let found = self.log.iter().find(|(_, event)| event.to_string().starts_with(line));
        found.unwrap_or_else(|| panic!("no {line} in {:#?}", self.log())).0
    }

    pub(in crate::sentinel::tests) fn logged(&self, line: &str) -> bool {
        self.count(line) > 0
    }

    pub(in crate::sentinel::tests) fn count(&self, line: &str) -> usize {
        self.log().iter().filter(|text| text.starts_with(line)).count()
    }

    pub(in crate::sentinel::tests) fn forget(&mut self) {
        self.log.clear();
        self.sent.clear();
        self.dials.clear();
        self.closes.clear();
    }

    /// What was sent to an instance since the log was forgotten.
    pub(in crate::sentinel::tests) fn sent_to(&self, at: Addr) -> Vec<(NodeTime, String)> {
        self.sent
            .iter()
            .filter(|(_, to, _)| *to == at)
            .map(|(time, _, command)| (*time, command.text()))
            .collect()
    }

    /// When commands that begin so were sent to an instance.
    pub(in crate::sentinel::tests) fn times(&self, at: Addr, command: &str) -> Vec<NodeTime> {
        self.sent_to(at)
            .into_iter()
            .filter(|(_, text)| text.starts_with(command))
            .map(|(time, _)| time)
            .collect()
    }
}

/// Lines in order, each the beginning of a logged line; others may stand between.
#[track_caller]
pub(in crate::sentinel::tests) fn assert_in_order(log: &[String], lines: &[&str]) {
    let mut rest = log.iter();
    for line in lines {
        assert!(rest.any(|logged| logged.starts_with(line)), "{line:?} missing or out of order in {log:#?}");
    }
}
