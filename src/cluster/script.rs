//! A scenario's actions as part of the world: timed ones, and reactions to what sentinels say.
//!
//! The script is part of the value that the cluster is, so a checkpoint holds how far it has got and a fork
//! goes on with it.

use crate::cluster::carry::{Busy, Todo};
use crate::cluster::{Carried, Cluster, Edit, NamesChange, NodeId, Record, Said, WriterSettings};
use crate::protocol::ArcStr;
use crate::sim::{HostId, LinkSettings, Micros, Millis, Rng, Seed, SimTime};
use std::collections::VecDeque;
use std::sync::Arc;

/// What is to be done when, and in answer to what.
#[derive(Clone, Debug, Default)]
pub struct Script {
    plan: Arc<Plan>,
    /// How many of the timed actions are done.
    done: usize,
    /// For each reaction, how many matching events came so far.
    seen: Vec<u32>,
    /// Reactions set off and not done yet, in the order in which they were noticed.
    due: Vec<Due>,
    /// When whoever carries the script out looks at the sentinels' logs next, if something stands there.
    look_at: SimTime,
    rng: Option<Rng>,
    /// What is left to do of the entry that is being carried out.
    pub(super) left: VecDeque<Todo>,
    /// What is waited for before that goes on.
    pub(super) busy: Option<Busy>,
    /// What there is to tell of each entry carried out, in that order.
    pub(super) notes: Arc<Vec<EntryNote>>,
}

/// How long after a line it is looked at, in microseconds, as long as there are events to look out for.
const LOOKS: (u32, u32) = (1_000, 5_000);

/// How many microseconds lie between two looks when there are none.
const RARE_LOOKS: u32 = 30_000;

/// A reaction that was set off.
#[derive(Clone, Debug)]
struct Due {
    at: SimTime,
    /// When the event was noticed, from which the reaction's delay counts.
    noticed: SimTime,
    reaction: usize,
    occurrence: Occurrence,
}

/// What whoever carries a script out notes of an entry.
#[derive(Clone, Debug)]
pub struct EntryNote {
    pub(super) began: SimTime,
    /// How long it took.
    pub took: Micros,
    /// How often each edit of a configuration file found something to replace, for each node.
    pub edits: Vec<u32>,
    /// The id that the process had that was started last.
    pub run_id: Option<ArcStr>,
    /// Whether a process was still there three seconds after it was told to end.
    pub lingers: bool,
}

#[derive(Debug, Default)]
struct Plan {
    timed: Vec<(SimTime, ScriptedAction)>,
    reactions: Vec<Reaction>,
}

/// One entry of a script.
#[derive(Clone, Debug, PartialEq)]
pub struct ScriptedAction {
    /// What.
    pub deed: Deed,
    /// Its place in the script's file.
    pub entry: u32,
    /// To whom; empty where the deed needs nobody.
    pub targets: Vec<Target>,
    /// Whether the scenario calls it the failure.
    pub failure: bool,
}

/// What a script can do.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// SIGKILL
    Kill,
    /// SIGTERM
    Terminate,
    /// SIGSTOP
    Freeze,
    /// SIGCONT
    Resume,
    /// Start or restart, the configuration file edited before.
    Start {
        /// The edits.
        edits: Arc<[Edit]>,
        /// Whether it is waited until the process tells its id.
        learn: bool,
    },
    /// A command; words such as `@ip:M0`, `@port:M0`, `@id:S1` are replaced.
    Command {
        /// Its words.
        words: Vec<ArcStr>,
        /// How long its reply is waited for.
        timeout: Millis,
    },
    /// A command typed into the redis-cli that stays connected; without words: Ctrl-C.
    Type(Vec<ArcStr>),
    /// Writes keys.
    Fill {
        /// The keys' prefix.
        prefix: ArcStr,
        /// How many.
        count: u32,
        /// Bytes of each value.
        size: u32,
    },
    /// Starts a writing client.
    StartWriter(WriterSettings),
    /// Stops one.
    StopWriter(ArcStr),
    /// Cuts groups of hosts from each other.
    Partition(Vec<Vec<HostId>>),
    /// The same as the capture tool's bridges do it: the hosts of all groups but the first are moved, and those of
    /// the first stay where a partition before has put them.
    MoveApart(Vec<Vec<HostId>>),
    /// Ends partitions.
    Heal,
    /// One after the other, at the same moment.
    Several(Vec<Self>),
    /// Takes the targets' hosts off the network or puts them back.
    HostLink(bool),
    /// Sets what links are like; all links first become as they were at the beginning.
    Netem(Vec<(Option<HostId>, Option<HostId>, LinkSettings)>),
    /// Changes what names mean.
    Names(NamesChange),
    /// Has a script be there for the targets, or be missing.
    Script {
        /// Its path.
        path: ArcStr,
        /// Whether it can be run.
        executable: bool,
    },
    /// Has the targets' disks refuse each write with this error, or take writes again.
    Disk(Option<ArcStr>),
    /// Takes a picture of the world.
    Snapshot {
        /// Its label.
        label: ArcStr,
        /// Whether all fields are wanted.
        wide: bool,
    },
    /// Nothing; a mark in the record of what was done.
    Mark(ArcStr),
}

/// To whom something is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// This node.
    Node(NodeId),
    /// All sentinels that live.
    Sentinels,
    /// All live Redis servers that began as replicas.
    Replicas(Arc<[NodeId]>),
    /// The sentinel whose event set the reaction off.
    Speaker,
    /// All other live sentinels.
    OtherSentinels,
    /// The instance that the event is about.
    Instance,
    /// Live nodes that began as replicas and that the event is not about.
    NotInstance(Arc<[NodeId]>),
    /// The new master of a `+switch-master`.
    NewMaster,
    /// All nodes on the new master's host.
    NewMasterHost,
}

/// Something to do when a sentinel says something.
#[derive(Clone, Debug, PartialEq)]
pub struct Reaction {
    /// When.
    pub trigger: Trigger,
    /// How long after it, over and above the 1 to 5 ms that the capture tool takes to notice.
    pub delay: Micros,
    /// What.
    pub action: ScriptedAction,
}

/// What sets a reaction off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// The event, or `voted`, or `log`.
    pub event: ArcStr,
    /// Who says it, if it matters.
    pub sentinel: Option<NodeId>,
    /// What its text contains, names put in, if it matters.
    pub contains: Option<ArcStr>,
    /// The first match that counts, from 1.
    pub nth: u32,
    /// How many matches count.
    pub times: u32,
    /// Earlier events do not count.
    pub not_before: SimTime,
}

/// The event that set a reaction off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Occurrence {
    pub(super) speaker: NodeId,
    /// The payload with names put in.
    text: String,
}

impl Script {
    /// A script; the order of timed actions of the same moment is kept.
    pub fn new(actions: Vec<(SimTime, ScriptedAction)>, reactions: Vec<Reaction>, seed: Seed) -> Self {
        // Nearly always they come in the order of time.
        let mut timed: Vec<(SimTime, ScriptedAction)> = Vec::with_capacity(actions.len());
        for action in actions {
            timed.insert(timed.partition_point(|(at, _)| *at <= action.0), action);
        }
        Self {
            seen: vec![0; reactions.len()],
            plan: Arc::new(Plan { timed, reactions }),
            done: 0,
            due: Vec::new(),
            look_at: SimTime::ZERO,
            left: VecDeque::new(),
            busy: None,
            notes: Arc::default(),
            rng: Some(Rng::new(seed, u64::MAX)),
        }
    }

    /// When the next action is due, if nothing is being carried out.
    pub(super) fn next_at(&self) -> Option<SimTime> {
        let timed = self.plan.timed.get(self.done).map(|(at, _)| *at);
        timed.into_iter().chain(self.due.iter().map(|due| due.at)).min()
    }

    /// Whether every timed action is done, and whatever else was begun.
    pub fn is_over(&self) -> bool {
        self.done == self.plan.timed.len() && self.left.is_empty() && self.busy.is_none()
    }

    /// What there is to tell of an entry that was carried out.
    pub fn note_of(&self, carried: &Carried) -> Option<&EntryNote> {
        self.notes.get(carried.serial as usize)
    }

    /// Takes the action that is due at or before `now`.
    pub(super) fn take_due(
        &mut self,
        now: SimTime,
    ) -> Option<(ScriptedAction, Option<(ArcStr, Occurrence)>)> {
        if let Some((_, action)) = self.plan.timed.get(self.done).filter(|(at, _)| *at <= now) {
            self.done += 1;
            return Some((action.clone(), None));
        }
        let n = self.due.iter().position(|due| due.at <= now)?;
        let Due { reaction, occurrence, .. } = self.due.remove(n);
        let Reaction { trigger, action, .. } = &self.plan.reactions[reaction];
        Some((action.clone(), Some((trigger.event.clone(), occurrence))))
    }

    pub(super) fn last_note(&mut self) -> Option<&mut EntryNote> {
        Arc::make_mut(&mut self.notes).last_mut()
    }

    /// What was waited for has come about.
    pub(super) fn go_on(&mut self, now: SimTime) {
        self.busy = None;
        let Some(note) = self.last_note() else { return };
        note.took = now.since(note.began);
        let began = note.began;
        // Whoever waited saw nothing meanwhile, and now reads one log after the other.
        for mut due in std::mem::take(&mut self.due) {
            if due.noticed > began && due.noticed < now {
                due.at += now.since(due.noticed);
                due.noticed = now;
            }
            self.set_off(due);
        }
    }

    /// Puts a reaction that was set off in its place: what was noticed first comes first, and of what was noticed at
    /// once, what stands in the first sentinel's log.
    fn set_off(&mut self, due: Due) {
        let order = |due: &Due| (due.noticed, due.occurrence.speaker);
        let place = self.due.partition_point(|other| order(other) <= order(&due));
        self.due.insert(place, due);
    }

    /// When it is noticed what a sentinel says at `at`: all that was said since the last look is read at once.
    fn notice(&mut self, at: SimTime) -> SimTime {
        if self.look_at < at {
            self.look_at = at + self.within(LOOKS.0, LOOKS.1);
        }
        self.look_at
    }

    /// How late something is done that had to wait: looks are rare once no event is looked out for any more.
    fn lateness(&mut self) -> Micros {
        let reactions = self.plan.reactions.iter().zip(&self.seen);
        let looks_out = reactions.into_iter().any(|(reaction, &seen)| !reaction.trigger.is_spent(seen));
        self.within(0, if looks_out { LOOKS.1 - LOOKS.0 } else { RARE_LOOKS })
    }

    fn within(&mut self, from: u32, to: u32) -> Micros {
        let rng = self.rng.as_mut().expect("a script with reactions has dice");
        Micros(u64::from(rng.between(from, to)))
    }
}

impl Trigger {
    /// Whether no more events count after so many.
    const fn is_spent(&self, seen: u32) -> bool {
        seen + 1 >= self.nth + self.times
    }
}

impl Cluster {
    /// The script, to see how far it has got.
    pub const fn script(&self) -> &Script {
        &self.script
    }

    /// The same world, in which nothing is done by a script any more.
    pub fn without_script(&self) -> Self {
        Self { script: Script::default(), ..self.clone() }
    }

    /// Looks at what was said since `before`: it may set off reactions.
    pub(crate) fn react(&mut self, before: usize, said: &[Record]) {
        if self.script.plan.reactions.is_empty() {
            return;
        }
        let plan = self.script.plan.clone();
        for record in &said[before..] {
            let (Said::Sentinel(event), Some(speaker)) = (&record.what, record.node) else { continue };
            let (name, payload) = event.named();
            for (n, reaction) in plan.reactions.iter().enumerate() {
                let trigger = &reaction.trigger;
                if trigger.event != name
                    || record.at < trigger.not_before
                    || trigger.sentinel.is_some_and(|sentinel| sentinel != speaker)
                {
                    continue;
                }
                let text = self.symbolic(&payload);
                if trigger.contains.as_ref().is_some_and(|part| !text.contains(part.as_str())) {
                    continue;
                }
                self.script.seen[n] += 1;
                let seen = self.script.seen[n];
                if seen < trigger.nth || seen >= trigger.nth + trigger.times {
                    continue;
                }
                let noticed = self.script.notice(record.at);
                let mut at = noticed + reaction.delay;
                if reaction.delay > Micros::ZERO {
                    at += self.script.lateness();
                }
                let occurrence = Occurrence { speaker, text };
                self.script.set_off(Due { at, noticed, reaction: n, occurrence });
            }
        }
    }

    pub(super) fn resolve(&self, target: &Target, occurrence: Option<&Occurrence>) -> Vec<NodeId> {
        let lives = |id: &NodeId| self.is_owned(*id);
        let sentinels = || self.node_ids().filter(|&id| self.node(id).is_sentinel()).filter(lives);
        let words = || occurrence.map_or("", |o| o.text.as_str()).split(' ');
        let instance = || words().skip(1).find_map(|word| self.node_named(word));
        let new_master = || words().nth(2).and_then(|word| self.node_named(word));
        let speaker = occurrence.map(|o| o.speaker);
        match target {
            Target::Node(id) => vec![*id],
            Target::Sentinels => sentinels().collect(),
            Target::Replicas(ids) => ids.iter().copied().filter(lives).collect(),
            Target::Speaker => speaker.into_iter().collect(),
            Target::OtherSentinels => sentinels().filter(|&id| Some(id) != speaker).collect(),
            Target::Instance => instance().into_iter().collect(),
            Target::NotInstance(ids) => {
                let about = instance();
                ids.iter().copied().filter(|&id| Some(id) != about).filter(lives).collect()
            }
            Target::NewMaster => new_master().into_iter().collect(),
            Target::NewMasterHost => {
                let host = new_master().map(|id| self.node(id).host);
                self.node_ids().filter(|&id| Some(self.node(id).host) == host).collect()
            }
        }
    }

    /// As [`Self::substitute`], anywhere in a text.
    pub(crate) fn substitute_all(&self, text: &str) -> String {
        let mut parts = text.split('@');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '-');
            let (word, rest) = part.split_at(part.find(|c| !is_name(c)).unwrap_or(part.len()));
            out.push_str(&self.substitute(&format!("@{word}").into()));
            out.push_str(rest);
        }
        out
    }

    /// `@ip:M0`, `@port:M0` and `@id:S1` become the node's address, port and newest id.
    pub(super) fn substitute(&self, word: &ArcStr) -> ArcStr {
        let parts = word.strip_prefix('@').and_then(|rest| rest.split_once(':'));
        let Some((what, id)) = parts.and_then(|(what, name)| Some((what, self.node_named(name)?))) else {
            return word.clone();
        };
        let node = self.node(id);
        match what {
            "ip" => node.addr.ip.to_string().into(),
            "port" => node.addr.port.to_string().into(),
            "id" => node.ids.last().cloned().unwrap_or_else(|| "?".into()),
            _ => word.clone(),
        }
    }
}
