//! Carrying a script out as the capture tool does: one thing after the other, each when the one before it is done.

use crate::cluster::operator::{Asker, JobId, Operator, OperatorOutbox};
use crate::cluster::script::{EntryNote, Occurrence};
use crate::cluster::{
    Action, Carried, Cluster, Condition, Deed, Edit, NodeId, Record, Said, ScriptedAction, World,
};
use crate::protocol::ArcStr;
use crate::sim::{HostId, LinkSettings, Micros, Millis, SimTime};
use std::sync::Arc;

/// What whoever carries a script out waits for: everything is done one after the other, as by the capture tool.
#[derive(Clone, Copy, Debug)]
pub(super) enum Busy {
    /// A reply, or an end of the patience with which it is waited for.
    Job(HostId, JobId),
    /// A process that ends, looked at after ever longer pauses.
    End { node: NodeId, since: SimTime },
    /// A moment.
    Until(SimTime),
}

/// How long a process takes from its start to its first line (captures: 12 to 15 ms).
const PROCESS_START: Micros = Micros::from_millis(13);

/// How long a process is given to end.
const PATIENCE: Micros = Micros::from_millis(3000);

/// When it is looked whether a process has ended: after half a millisecond, then after pauses that double up to
/// 50 ms.
fn next_look(since: SimTime, now: SimTime) -> SimTime {
    let (mut at, mut pause) = (since + Micros(500), Micros(500));
    while at < now {
        pause = Micros((pause.0 * 2).min(50_000));
        at += pause;
    }
    at.min(since + PATIENCE)
}

/// One thing to be done for an entry.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Do(Action),
    Ask {
        node: NodeId,
        words: Vec<ArcStr>,
        timeout: Millis,
    },
    /// Writes a start down, with the edits that come before it.
    Launch {
        node: NodeId,
        edits: Arc<[Edit]>,
    },
    /// The process that was launched says its first line.
    Start(Action),
    /// Waits until the process has ended.
    AwaitEnd(NodeId),
    /// Waits until it tells its id.
    Learn(NodeId),
    Snapshot {
        label: ArcStr,
        wide: bool,
    },
}

/// A step, and what it is of.
#[derive(Clone, Debug)]
pub(super) struct Todo {
    step: Step,
    failure: bool,
    of: Arc<Carried>,
}

impl Cluster {
    /// When the script goes on.
    pub(crate) fn scripted_at(&self) -> Option<SimTime> {
        let (script, now) = (&self.script, self.now());
        match script.busy {
            None if script.left.is_empty() => script.next_at().map(|at| at.max(now)),
            None => Some(now),
            Some(Busy::Job(host, job)) => {
                (!self.hosts[host.0 as usize].operator.is_about(job)).then_some(now)
            }
            Some(Busy::End { node, since }) if self.is_owned(node) => Some(since + PATIENCE),
            Some(Busy::End { since, .. }) => Some(next_look(since, now)),
            Some(Busy::Until(at)) => Some(at.max(now)),
        }
    }

    /// Whether a script's node lives, as far as whoever carries the script out knows.
    pub(super) fn is_owned(&self, id: NodeId) -> bool {
        self.is_alive(id) && !self.node(id).disowned
    }

    /// Does what the script says for the present moment.
    pub(crate) fn perform_scripted(&mut self, said: &mut Vec<Record>) {
        while self.scripted_at().is_some_and(|at| at <= self.now()) {
            if let Some(busy) = self.script.busy {
                if let Busy::End { node, .. } = busy {
                    let lingers = self.is_owned(node);
                    if let Some(note) = self.script.last_note() {
                        note.lingers |= lingers;
                    }
                }
                self.script.go_on(self.now());
            } else if let Some(todo) = self.script.left.pop_front() {
                self.script.busy = self.do_next(todo, said);
            } else if let Some((action, by)) = self.script.take_due(self.now()) {
                self.begin_entry(&action, by);
            } else {
                return;
            }
        }
    }

    /// Works out what is to be done for an entry.
    fn begin_entry(&mut self, action: &ScriptedAction, by: Option<(ArcStr, Occurrence)>) {
        let occurrence = by.as_ref().map(|(_, occurrence)| occurrence);
        let targets: Vec<NodeId> =
            action.targets.iter().flat_map(|target| self.resolve(target, occurrence)).collect();
        let of = Arc::new(Carried {
            entry: action.entry,
            serial: self.script.notes.len() as u32,
            nodes: targets.clone(),
            on: by.map(|(event, occurrence)| (occurrence.speaker, event)),
        });
        let note = EntryNote {
            began: self.now(),
            took: Micros::ZERO,
            edits: Vec::new(),
            run_id: None,
            lingers: false,
        };
        Arc::make_mut(&mut self.script.notes).push(note);
        let steps = self.steps(&action.deed, &targets);
        let failure = action.failure;
        self.script.left = steps.into_iter().map(|step| Todo { step, failure, of: of.clone() }).collect();
    }

    /// Does the next thing of an entry. Returns what is to be waited for then.
    fn do_next(&mut self, Todo { step, failure, of }: Todo, said: &mut Vec<Record>) -> Option<Busy> {
        let now = self.now();
        match step {
            Step::Do(action) => {
                self.note_deed(&action, failure, Some(of), said);
                let is_signal = matches!(
                    action,
                    Action::Kill(_) | Action::Terminate(_) | Action::Freeze(_) | Action::Resume(_)
                );
                if is_signal && action.node().is_some_and(|id| !self.is_owned(id)) {
                    return None;
                }
                let host = action.node().map(|id| self.node(id).host);
                let job = self.carry_out(action, said);
                host.zip(job).and_then(|(host, job)| self.wait_for(host, job))
            }
            Step::Ask { node, words, timeout } => {
                let command = Action::Command { node, words: words.clone() };
                self.note_deed(&command, failure, Some(of), said);
                let (host, to, now) = (self.node(node).host, self.node(node).addr, Self::wall_clock(now));
                let ask = move |operator: &mut Operator, out: &mut OperatorOutbox| {
                    operator.ask(now, to, words.into(), Asker::Script { timeout }, out)
                };
                let job = self.operate(host, said, Box::new(ask))?;
                self.wait_for(host, job)
            }
            Step::Launch { node, edits } => {
                self.launch(node, &edits, failure, of, said);
                None
            }
            Step::Start(action) => {
                let first_line = self.script.last_note().map_or(now, |note| note.began) + PROCESS_START;
                if now < first_line {
                    let (step, at) = (Step::Start(action), Busy::Until(first_line));
                    self.script.left.push_front(Todo { step, failure, of });
                    return Some(at);
                }
                self.carry_out(action, said);
                None
            }
            Step::AwaitEnd(node) => Some(Busy::End { node, since: now }),
            Step::Learn(node) => self.learn_id(node),
            Step::Snapshot { label, wide } => {
                let world = World(Arc::new(self.without_script()));
                let what = Said::Snapshot { label, wide, world, of };
                said.push(Record { at: now, turn: now, node: None, what });
                None
            }
        }
    }

    /// Writes a start down, with the edits that come before it; what it comes to is a step of its own.
    fn launch(
        &mut self,
        node: NodeId,
        edits: &[Edit],
        failure: bool,
        of: Arc<Carried>,
        said: &mut Vec<Record>,
    ) {
        let edits: Arc<[Edit]> = edits.iter().map(|edit| edit.with(|by| self.substitute_all(by))).collect();
        let counts = self.count_edits(node, &edits);
        let known = self.node(node).ids.last().cloned();
        if let Some(note) = self.script.last_note() {
            note.edits.extend(counts);
            note.run_id = known;
        }
        let action = Action::EditAndStart { node, edits };
        self.note_deed(&action, failure, Some(of.clone()), said);
        if self.is_alive(node) {
            // It fails at the port, and meanwhile what runs answers in its place.
            self.carry_out(action, said);
            return;
        }
        // The starts stand before all that is left, in the order in which they were launched.
        let is_start = |todo: &Todo| matches!(todo.step, Step::Start(_) | Step::Launch { .. });
        let at = self.script.left.iter().take_while(|todo| is_start(todo)).count();
        self.script.left.insert(at, Todo { step: Step::Start(action), failure, of });
    }

    /// On a dead host nobody asks and nobody waits: only a person can have killed it, and the script goes on.
    fn wait_for(&mut self, host: HostId, job: JobId) -> Option<Busy> {
        if self.kernel.is_host_alive(host) {
            return Some(Busy::Job(host, job));
        }
        self.hosts[host.0 as usize].operator.forget_jobs();
        None
    }

    /// After a start the process is asked for its id, every 20 ms for two seconds.
    fn learn_id(&mut self, node: NodeId) -> Option<Busy> {
        let (ask, give_up) = (Micros::from_millis(8), Micros::from_millis(2000));
        let (now, of) = (self.now(), self.node(node));
        if !self.is_alive(node) {
            return None;
        }
        let answers = self.condition(node) == Condition::Running && of.password().is_none();
        // One that has just been started does not listen yet when it is asked first.
        let wait = match (answers, of.disowned) {
            // To start a process takes its time, even in vain (captures: 4 ms).
            (true, true) => Some(Micros::from_millis(4)),
            (true, false) => Some(ask),
            // What it started has ended by the time that the first question was asked in vain.
            (false, true) => Some(Micros::from_millis(1000)),
            (false, false) => Some(give_up),
        };
        let id = of.ids.last().cloned();
        if let Some(note) = self.script.last_note().filter(|_| answers) {
            note.run_id = id;
        }
        wait.map(|wait| Busy::Until(now + wait))
    }

    fn steps(&self, deed: &Deed, targets: &[NodeId]) -> Vec<Step> {
        let each = |make: &dyn Fn(NodeId) -> Action| -> Vec<Step> {
            targets.iter().map(|&id| Step::Do(make(id))).collect()
        };
        let each_then = |make: &dyn Fn(NodeId) -> Step, then: &dyn Fn(NodeId) -> Step| -> Vec<Step> {
            targets.iter().map(|&id| make(id)).chain(targets.iter().map(|&id| then(id))).collect()
        };
        match deed {
            Deed::Kill => each(&Action::Kill),
            Deed::Terminate => each_then(&|id| Step::Do(Action::Terminate(id)), &Step::AwaitEnd),
            Deed::Freeze => each(&Action::Freeze),
            Deed::Resume => each(&Action::Resume),
            Deed::Start { edits, learn } => {
                let start = |node| Step::Launch { node, edits: edits.clone() };
                if *learn {
                    return each_then(&start, &Step::Learn);
                }
                targets.iter().map(|&id| start(id)).collect()
            }
            Deed::Command { words, timeout } => {
                let words: Vec<ArcStr> = words.iter().map(|word| self.substitute(word)).collect();
                let ask = |&node| Step::Ask { node, words: words.clone(), timeout: *timeout };
                targets.iter().map(ask).collect()
            }
            Deed::Type(words) => each(&|node| Action::Type {
                node,
                words: words.iter().map(|word| self.substitute(word)).collect(),
            }),
            Deed::Fill { prefix, count, size } => {
                each(&|node| Action::Fill { node, prefix: prefix.clone(), count: *count, size: *size })
            }
            Deed::Script { path, executable } => {
                each(&|node| Action::Script { node, path: path.clone(), executable: *executable })
            }
            Deed::Disk(error) => each(&|node| Action::Disk { node, error: error.clone() }),
            Deed::HostLink(up) => each(&|node| Action::HostLink { host: self.node(node).host, up: *up }),
            Deed::StartWriter(settings) => vec![Step::Do(Action::StartWriter(settings.clone()))],
            Deed::StopWriter(name) => vec![Step::Do(Action::StopWriter(name.clone()))],
            Deed::Partition(groups) => vec![Step::Do(Action::Partition(groups.clone()))],
            Deed::MoveApart(groups) => vec![Step::Do(Action::Partition(self.kernel.on_bridges(groups)))],
            Deed::Heal => vec![Step::Do(Action::Heal)],
            Deed::Several(deeds) => deeds.iter().flat_map(|deed| self.steps(deed, targets)).collect(),
            Deed::Names(change) => vec![Step::Do(Action::Names(change.clone()))],
            Deed::Netem(rules) => {
                let rule = |&(from, to, link)| Step::Do(Action::SetLink { from, to, link });
                let plain = (None, None, LinkSettings::LAN);
                std::iter::once(&plain).chain(rules).map(rule).collect()
            }
            Deed::Snapshot { label, wide } => vec![Step::Snapshot { label: label.clone(), wide: *wide }],
            Deed::Mark(label) => vec![Step::Do(Action::Mark(label.clone()))],
        }
    }
}
