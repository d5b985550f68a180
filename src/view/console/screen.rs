//! What stands on the console: everything that was typed into the redis-clis that stay connected, and what came.
//!
//! It follows from the records up to the playhead alone. So seeking, forks, and a run made again from a link
//! show what the console showed at that moment, and a person's other runs nothing of it.

use super::draw;
use crate::cluster::{Action, NodeId, Record, Said, SessionEvent};
use crate::protocol::{ArcStr, subscribes};
use crate::sim::{Addr, Micros, SimTime};

/// So many replies and messages are kept, the newest ones.
pub const LINES_MAX: usize = 300;

/// What redis-cli says before it reads messages.
pub const READING: &str = "Reading messages... (press Ctrl-C to quit)";

/// From this on redis-cli says how long a reply took.
const SLOW: Micros = Micros::from_millis(500);

/// What stands on the console at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Screen {
    /// The commands, oldest first.
    pub exchanges: Vec<Exchange>,
    /// Whether older replies or messages are no longer kept.
    pub is_cut: bool,
    /// With whom there is a session, and what it asks with.
    open: Vec<(NodeId, Prompt)>,
}

/// A command, and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// Counted from the first command of the run.
    pub number: usize,
    /// When it was typed.
    pub asked: SimTime,
    /// To whom.
    pub node: NodeId,
    /// What was asked with.
    pub prompt: Prompt,
    /// The command's words.
    pub words: Vec<ArcStr>,
    /// What came, oldest first.
    pub lines: Vec<Line>,
    /// What goes on.
    pub stand: Stand,
    /// Since when it has been waiting for its reply.
    since: SimTime,
    /// So many of its lines are no longer kept.
    cut: usize,
}

/// Whether a redis-cli takes commands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stand {
    /// It does.
    #[default]
    Idle,
    /// It waits for a reply.
    Waits,
    /// It reads messages until it is left.
    Reads,
}

/// What redis-cli asks with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prompt {
    /// The address.
    #[default]
    Ready,
    /// Between MULTI and EXEC.
    Transaction,
    /// The connection was lost, or there was none.
    Lost,
}

impl Prompt {
    /// As redis-cli writes it, without the blank behind it.
    pub fn text(self, addr: Addr) -> String {
        match self {
            Self::Ready => format!("{addr}>"),
            Self::Transaction => format!("{addr}(TX)>"),
            Self::Lost => "not connected>".to_owned(),
        }
    }
}

/// One thing that came.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Counted from the first one of its command.
    pub number: usize,
    /// When.
    pub at: SimTime,
    /// How long it took, where redis-cli says so.
    pub took: Option<Micros>,
    /// What.
    pub came: Came,
}

/// What can come.
#[derive(Clone, Debug, PartialEq)]
pub enum Came {
    /// Something from the node, or from its host.
    Event(SessionEvent),
    /// Ctrl-C.
    Left,
}

impl Line {
    /// As redis-cli 7.0.15 shows it; `None` where the host died, which redis-cli cannot tell.
    pub fn text(&self, words: &[ArcStr], addr: Addr) -> Option<String> {
        let (text, end) = match &self.came {
            Came::Event(SessionEvent::Reply(reply)) => (draw(words, reply), "\n"),
            Came::Event(SessionEvent::Closed) => ("Error: Server closed the connection".to_owned(), "\n"),
            Came::Event(SessionEvent::Refused) => {
                (format!("Could not connect to Redis at {addr}: Connection refused"), "\n")
            }
            Came::Event(SessionEvent::HostDied) => return None,
            Came::Left => ("^C".to_owned(), ""),
        };
        let Some(Micros(took)) = self.took else { return Some(text) };
        let hundredths = (took + 5_000) / 10_000;
        Some(format!("{text}{end}({}.{:02}s)", hundredths / 100, hundredths % 100))
    }
}

impl Screen {
    /// What was typed and came among these records, which end at the playhead.
    pub fn of(records: &[Record]) -> Self {
        let came = |record: &&Record| matches!(record.what, Said::Session(_));
        // Those before are only counted.
        let skipped = records.iter().filter(came).count().saturating_sub(LINES_MAX);
        let (mut screen, mut seen) = (Self { is_cut: skipped > 0, ..Self::default() }, 0);
        for record in records {
            match (&record.what, record.node) {
                (Said::Did { action, .. }, _) => {
                    if let Action::Type { node, words } = &**action {
                        screen.take_line(record.at, *node, words);
                    }
                }
                (Said::Session(event), Some(node)) => {
                    seen += 1;
                    screen.take_event(record.at, node, event, seen > skipped);
                }
                _ => {}
            }
        }
        screen.exchanges.retain(|one| one.cut == 0 || !one.lines.is_empty() || one.stand != Stand::Idle);
        screen
    }

    /// What the redis-cli of that node does.
    pub fn stand(&self, node: NodeId) -> Stand {
        let mut its = self.exchanges.iter().filter(|one| one.node == node);
        its.find(|one| one.stand != Stand::Idle).map_or(Stand::Idle, |one| one.stand)
    }

    /// What it asks with.
    pub fn prompt(&self, node: NodeId) -> Prompt {
        self.open.iter().find(|(id, _)| *id == node).map_or(Prompt::Ready, |(_, prompt)| *prompt)
    }

    /// Whether there is something to be left.
    pub fn is_open(&self, node: NodeId) -> bool {
        self.open.iter().any(|(id, _)| *id == node)
    }

    /// Whether something is still to come that time must go on for: a reply, or the confirmation of a
    /// subscription.
    pub fn is_awaited(&self, node: NodeId) -> bool {
        self.exchanges.iter().any(|one| {
            let confirmed = one.lines.len() + one.cut + 1 >= one.words.len();
            one.node == node && (one.stand == Stand::Waits || one.stand == Stand::Reads && !confirmed)
        })
    }

    fn take_line(&mut self, at: SimTime, node: NodeId, words: &[ArcStr]) {
        if words.is_empty() {
            self.end(at, node, Some(&Came::Left), true);
            self.close(node);
            return;
        }
        if !self.is_open(node) {
            self.open.push((node, Prompt::Ready));
        }
        self.exchanges.push(Exchange {
            number: self.exchanges.len(),
            asked: at,
            node,
            prompt: self.prompt(node),
            words: words.to_vec(),
            lines: Vec::new(),
            stand: if subscribes(words) { Stand::Reads } else { Stand::Waits },
            since: at,
            cut: 0,
        });
    }

    fn take_event(&mut self, at: SimTime, node: NodeId, event: &SessionEvent, is_kept: bool) {
        if matches!(event, SessionEvent::HostDied) {
            self.end(at, node, is_kept.then_some(&Came::Event(event.clone())), true);
            self.close(node);
            return;
        }
        let before = self.prompt(node);
        let going_on = |one: &&mut Exchange| one.node == node && one.stand != Stand::Idle;
        let Some(one) = self.exchanges.iter_mut().find(going_on) else { return };
        let is = |name: &str| one.words[0].eq_ignore_ascii_case(name);
        let reads = one.stand == Stand::Reads;
        let prompt = match event {
            SessionEvent::Reply(reply) if reads && !reply.is_error() => {
                one.add(at, is_kept.then(|| Came::Event(event.clone())), None);
                self.set_prompt(node, Prompt::Ready);
                return;
            }
            SessionEvent::Reply(reply) => match one.words.len() {
                1 if is("multi") && !reply.is_error() => Prompt::Transaction,
                1 if is("exec") || is("discard") || is("reset") => Prompt::Ready,
                _ if before == Prompt::Lost => Prompt::Ready,
                _ => before,
            },
            // A redis-cli that reads messages ends with the connection. Of a transaction that was lost
            // 7.0.15 goes on showing its (TX), which is gone all the same.
            SessionEvent::Closed if reads => Prompt::Ready,
            _ => Prompt::Lost,
        };
        // What ends the server has no reply, and redis-cli says nothing of that.
        let is_closed = matches!(event, SessionEvent::Closed);
        let is_silent = is("shutdown") && is_closed;
        let ends_it = reads && is_closed;
        let came = Came::Event(event.clone());
        if is_silent {
            one.stand = Stand::Idle;
            self.go_on(at, node);
        } else {
            self.end(at, node, is_kept.then_some(&came), ends_it);
        }
        self.set_prompt(node, prompt);
        if ends_it {
            self.close(node);
        }
    }

    fn set_prompt(&mut self, node: NodeId, prompt: Prompt) {
        for (_, known) in self.open.iter_mut().filter(|(id, _)| *id == node) {
            *known = prompt;
        }
    }

    fn close(&mut self, node: NodeId) {
        self.open.retain(|(id, _)| *id != node);
    }

    /// The command that goes on with a node is over; `came` came last, unless that is no longer kept. Where
    /// the redis-cli ends with it, what was typed behind it goes nowhere.
    fn end(&mut self, at: SimTime, node: NodeId, came: Option<&Came>, ends_all: bool) {
        let going_on = |one: &&mut Exchange| one.node == node && one.stand != Stand::Idle;
        if let Some(one) = self.exchanges.iter_mut().find(going_on) {
            let took = Some(at.since(one.since)).filter(|took| *took >= SLOW);
            // Only a subscriber tells it of Ctrl-C: another redis-cli ends at once.
            let took = took.filter(|_| !matches!(came, Some(Came::Left)) || one.stand == Stand::Reads);
            one.stand = Stand::Idle;
            one.add(at, came.cloned(), took);
        }
        if ends_all {
            self.exchanges.iter_mut().filter(going_on).for_each(|one| one.stand = Stand::Idle);
        }
        self.go_on(at, node);
    }

    /// What was typed next begins to wait only now.
    fn go_on(&mut self, at: SimTime, node: NodeId) {
        let next = self.exchanges.iter_mut().find(|one| one.node == node && one.stand != Stand::Idle);
        if let Some(next) = next {
            next.since = at;
        }
    }
}

impl Exchange {
    /// The same without what came.
    #[must_use]
    pub fn head(&self) -> Self {
        let Self { number, asked, node, prompt, stand, since, cut, .. } = *self;
        Self { number, asked, node, prompt, words: self.words.clone(), lines: Vec::new(), stand, since, cut }
    }

    fn add(&mut self, at: SimTime, came: Option<Came>, took: Option<Micros>) {
        match came {
            Some(came) => self.lines.push(Line { number: self.lines.len() + self.cut, at, took, came }),
            None => self.cut += 1,
        }
    }
}

#[cfg(test)]
mod tests;
