//! What the whole page shares: the run, what of it is shown, and what the person is doing.

use crate::cluster::{Action, ClusterView, HostId, Insight, NodeId, PacketId, Record};
use crate::i18n::{Lang, Phrase, Term, Text};
use crate::sim::{Seed, SimTime};
use crate::ui::looks::Looks;
use crate::ui::panels::console::Console;
use crate::ui::plain::Shown;
use crate::ui::player::Player;
use crate::ui::prefs::{self, Theme};
use crate::ui::session::{self, Session, Source, Step};
use crate::ui::stage::packets::PacketLayer;
use crate::view::beliefs::{self, Matrix};
use crate::view::face::{self, Face};
use crate::view::kinds::Hidden;
use crate::view::perspective;
use crate::view::why::Why;
use leptos::prelude::*;
use std::ops::Deref;
use std::sync::{Arc, Mutex};

/// A tool of the stage: what a click does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tool {
    #[default]
    Select,
    Cut,
    Kill,
    Freeze,
    Isolate,
    /// A link gets much latency.
    Delay,
    /// A link loses packets.
    Lose,
}

/// What a menu is open for, and where (pixels of the stage).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Menu {
    pub(crate) target: Target,
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// A thing on the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Node(NodeId),
    Link(HostId, HostId),
    Packet(PacketId),
}

/// A panel at the side, or in the drawer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Panel {
    Node,
    Beliefs,
    Why,
    Transcript,
    Settings,
    Log,
    Lanes,
    Clients,
    Console,
}

/// The moments that the time line needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) now: SimTime,
    pub(crate) origin: SimTime,
    pub(crate) seen: SimTime,
}

/// Something to tell the person: how an action went, what is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) text: String,
    pub(crate) is_error: bool,
}

/// Something that was said, and why.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    pub(crate) record: Record,
    pub(crate) why: Why,
}

/// The page's shared state, passed by copy: every closure of the page holds it, so it is no more than an address.
#[derive(Clone, Copy)]
pub(crate) struct Lab(&'static Handles);

/// What is shared.
pub(crate) struct Handles {
    pub(crate) session: StoredValue<Session, LocalStorage>,
    pub(crate) player: StoredValue<Player, LocalStorage>,
    pub(crate) packets: StoredValue<Option<PacketLayer>, LocalStorage>,
    /// The world at the playhead.
    pub(crate) view: RwSignal<Arc<ClusterView>>,
    /// Its nodes as the stage shows them.
    pub(crate) faces: ReadSignal<Arc<Vec<Face>>>,
    /// The sentinel as whom the stage is seen; `None` for the truth.
    pub(crate) see: RwSignal<Option<NodeId>>,
    /// The nodes as that sentinel believes them to be.
    pub(crate) seen: ReadSignal<Arc<Vec<Face>>>,
    /// What was asked about last.
    pub(crate) asked: RwSignal<Option<Arc<Asked>>>,
    /// Changes with the world, a few times a second at most: for what is too much for every frame.
    pub(crate) pulse: RwSignal<u32>,
    /// When the world is looked at as a whole.
    looks: StoredValue<Looks>,
    /// What everybody believes; follows the pulse.
    pub(crate) matrix: ReadSignal<Arc<Matrix>>,
    pub(crate) moment: RwSignal<Moment>,
    /// How many records lie before the playhead, and how many were ever shown; changes when another run
    /// begins, too.
    pub(crate) heard: RwSignal<(u32, usize, usize)>,
    pub(crate) run: RwSignal<u32>,
    pub(crate) playing: RwSignal<bool>,
    pub(crate) directed: RwSignal<bool>,
    /// Whether the director hurries.
    pub(crate) hurried: StoredValue<bool>,
    /// The chosen speed, or the director's present one.
    pub(crate) speed: RwSignal<f64>,
    pub(crate) selected: RwSignal<Option<NodeId>>,
    pub(crate) menu: RwSignal<Option<Menu>>,
    /// Whether a packet is told of because it is pointed at or has the focus.
    pub(crate) tip: RwSignal<bool>,
    pub(crate) tool: RwSignal<Tool>,
    pub(crate) panel: RwSignal<Panel>,
    pub(crate) notice: RwSignal<Option<Notice>>,
    /// Whether the dialog that opens files is shown.
    pub(crate) opening: RwSignal<bool>,
    pub(crate) console: Console,
    pub(crate) lang: RwSignal<Lang>,
    pub(crate) theme: RwSignal<Theme>,
    /// The kinds of packets that are not shown, as bits: each type of signal is code of its own.
    pub(crate) hidden: RwSignal<u32>,
    pub(crate) still: ReadSignal<bool>,
}

impl Deref for Lab {
    type Target = Handles;

    fn deref(&self) -> &Handles {
        self.0
    }
}

impl Lab {
    /// A fixed text in the chosen language.
    pub(crate) fn t(self, text: Text) -> &'static str {
        self.lang.get().text(text)
    }

    /// The same, to be shown: it follows the language. One function for all fixed texts, where a closure at
    /// each place would be code of its own.
    pub(crate) fn says(self, text: Text) -> Shown {
        Arc::new(Mutex::new(move || self.t(text)))
    }

    /// The same of the stage's tools and of a sentinel's mind.
    pub(crate) fn names(self, term: Term) -> Shown {
        Arc::new(Mutex::new(move || self.term(term)))
    }

    /// A fixed term in the chosen language.
    pub(crate) fn term(self, term: Term) -> &'static str {
        self.lang.get().term(term)
    }

    /// A sentence in the chosen language.
    pub(crate) fn say(self, phrase: &Phrase<'_>) -> String {
        self.lang.get().phrase(phrase)
    }

    /// Shows the world as the session has it now.
    pub(crate) fn publish(self) {
        let (moment, heard) = self.session.with_value(|s| {
            let moment = Moment { now: s.now(), origin: s.origin(), seen: s.seen() };
            (moment, (self.run.get_untracked(), s.heard(), s.shown()))
        });
        // Another run has other nodes: nobody may wait to hear of them.
        let is_other = self.heard.get_untracked().0 != heard.0;
        let is_still = is_other || !self.playing.get_untracked();
        let mut looks = self.looks.try_update_value(std::mem::take).unwrap_or_default();
        if is_still {
            // Nobody would come back to the rest of a look.
            looks = Looks::default();
        }
        looks.take_turn(self);
        self.looks.set_value(looks);
        if self.moment.get_untracked() != moment {
            self.moment.set(moment);
        }
        if self.heard.get_untracked() != heard {
            self.heard.set(heard);
        }
        self.player.update_value(Player::dirty);
    }

    /// Whether the next [`Self::publish`] takes much of a frame by itself.
    pub(crate) fn publishes_much(self) -> bool {
        self.looks.with_value(Looks::is_heavy)
    }

    /// Asks why the record of that number was said; false where nobody can tell.
    pub(crate) fn ask(self, n: usize) -> bool {
        let asked = self.session.with_value(|s| {
            let record = s.records().get(n)?.clone();
            let why = s.why(&record)?;
            Some(Arc::new(Asked { record, why }))
        });
        let found = asked.is_some();
        if found {
            self.asked.set(asked);
        }
        found
    }

    /// Opens the panel that explains, with the last thing that was said about a node, or by it, or at all.
    pub(crate) fn ask_about(self, id: Option<NodeId>) {
        let found =
            self.view.with_untracked(|view| self.session.with_value(|s| session::last_said(s, view, id)));
        if let Some(n) = found {
            self.ask(n);
        }
        self.panel.set(Panel::Why);
    }

    /// What a panel makes of the world; follows the pulse, which is as often as figures can be read.
    pub(crate) fn look<T>(self, of: impl Fn(&ClusterView) -> T + Send + Sync + 'static) -> ReadSignal<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        settled(move || {
            self.pulse.track();
            self.view.with_untracked(|view| of(view))
        })
    }

    /// A sentinel's mind at the playhead; follows the pulse.
    pub(crate) fn insight(self, id: NodeId) -> Memo<Option<Arc<Insight>>> {
        Memo::new(move |_| {
            self.pulse.track();
            self.run.track();
            self.session.with_value(|s| s.insight(id)).map(Arc::new)
        })
    }

    /// Does something to the world, now.
    pub(crate) fn act(self, action: Action) {
        if let Err(why) = self.try_act(action) {
            self.tell(&Phrase::Refused(&why), true);
        }
    }

    /// The same, for whoever says in another way that it was refused.
    pub(crate) fn try_act(self, action: Action) -> Result<(), String> {
        let done = self.session.try_update_value(|s| s.act(action)).unwrap_or(Ok(()));
        self.player.update_value(Player::forget_plan);
        // Whoever did it wants to see it everywhere at once.
        self.looks.set_value(Looks::default());
        self.publish();
        done
    }

    /// Does several things at the same moment.
    pub(crate) fn act_all(self, actions: impl IntoIterator<Item = Action>) {
        for action in actions {
            self.act(action);
        }
    }

    pub(crate) fn tell(self, phrase: &Phrase<'_>, is_error: bool) {
        self.notify(self.lang.get_untracked().phrase(phrase), is_error);
    }

    /// Tells a sentence that is ready.
    pub(crate) fn notify(self, text: String, is_error: bool) {
        let notice = Notice { text, is_error };
        self.notice.set(Some(notice.clone()));
        // Long enough to be read; what went wrong stays until it is dismissed.
        if !is_error {
            let gone = move || {
                if self.notice.get_untracked().as_ref() == Some(&notice) {
                    self.notice.set(None);
                }
            };
            set_timeout(gone, std::time::Duration::from_secs(5));
        }
    }

    pub(crate) fn toggle_play(self) {
        self.playing.update(|playing| *playing = !*playing);
    }

    /// Moves by a step and stops there.
    pub(crate) fn step(self, step: Step, back: bool) {
        self.playing.set(false);
        self.session.update_value(|s| {
            if back {
                s.step_back(step);
            } else {
                s.step(step);
            }
        });
        self.moved();
    }

    /// Moves the playhead and stops there.
    pub(crate) fn seek(self, to: SimTime) {
        self.playing.set(false);
        self.session.update_value(|s| s.seek(to));
        self.moved();
    }

    /// The playhead was moved: what depended on where it was is forgotten.
    pub(crate) fn moved(self) {
        self.menu.set(None);
        self.player.update_value(Player::forget_plan);
        self.publish();
    }

    pub(crate) fn set_speed(self, speed: f64) {
        self.directed.set(false);
        self.speed.set(speed);
    }

    /// Begins another run. Where that fails, the running one goes on, and false is returned.
    pub(crate) fn begin(self, source: Source, seed: Seed) -> bool {
        let file = match &source {
            Source::File(name, _) => Some(name.clone()),
            Source::Library(_) => None,
        };
        match Session::begin(source, seed) {
            Ok(session) => {
                self.show(session);
                if let Some(file) = file {
                    self.tell(&Phrase::Opened(&file), false);
                }
                self.playing.set(true);
                true
            }
            Err(why) => {
                self.tell(&Phrase::BadFile(file.as_deref().unwrap_or_default(), &why), true);
                false
            }
        }
    }

    /// Shows another run.
    pub(crate) fn show(self, session: Session) {
        self.session.set_value(session);
        self.run.update(|n| *n += 1);
        self.selected.set(None);
        self.see.set(None);
        self.asked.set(None);
        self.notice.set(None);
        self.moved();
    }

    /// The kinds of packets that are not shown.
    pub(crate) fn kinds(self) -> Hidden {
        Hidden::of_bits(self.hidden.get())
    }

    /// One node's face.
    pub(crate) fn face(self, id: NodeId) -> ReadSignal<Option<Face>> {
        settled(move || self.faces.with(|all| face_of(all, id)))
    }

    /// One node's face at this moment.
    pub(crate) fn face_now(self, id: NodeId) -> Option<Face> {
        self.faces.with_untracked(|all| face_of(all, id))
    }

    /// One node's face as the stage shows it.
    pub(crate) fn seen_face(self, id: NodeId) -> ReadSignal<Option<Face>> {
        settled(move || self.seen.with(|all| face_of(all, id)))
    }

    /// A node's name; it never changes.
    pub(crate) fn name(self, id: NodeId) -> String {
        self.view.with_untracked(|view| crate::view::story::node_name(view, id))
    }
}

fn face_of(all: &[Face], id: NodeId) -> Option<Face> {
    all.binary_search_by_key(&id, |f| f.id).ok().map(|i| all[i].clone())
}

/// A signal that follows what `of` reads, and changes only when its own value does. So does a memo; but each
/// change of what a memo reads sends word through it to all that depends on it, to ask whether it is concerned.
/// The world changes every frame, and hundreds of effects depend on some little part of it.
pub(crate) fn settled<T>(of: impl Fn() -> T + Send + Sync + 'static) -> ReadSignal<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    let (value, set) = signal(untrack(&of));
    ImmediateEffect::new_scoped(move || {
        let now = of();
        if value.with_untracked(|before| *before != now) {
            set.set(now);
        }
    });
    value
}

/// Makes the shared state around a first session.
pub(crate) fn provide(session: Session, lang: Lang, theme: Theme, still: ReadSignal<bool>) -> Lab {
    let view = RwSignal::new(Arc::new(session.view()));
    let faces = settled(move || Arc::new(view.with(|v| face::faces(v))));
    let see = RwSignal::new(None::<NodeId>);
    let pulse = RwSignal::new(0);
    let seen = settled(move || match see.get() {
        Some(id) => Arc::new(view.with(|v| perspective::faces(v, id))),
        None => faces.get(),
    });
    let handles = Handles {
        session: StoredValue::new_local(session),
        player: StoredValue::new_local(Player::default()),
        packets: StoredValue::new_local(None),
        view,
        faces,
        see,
        seen,
        asked: RwSignal::new(None),
        pulse,
        looks: StoredValue::new(Looks::default()),
        matrix: settled(move || {
            pulse.track();
            Arc::new(view.with_untracked(|v| beliefs::matrix(v)))
        }),
        moment: RwSignal::default(),
        heard: RwSignal::default(),
        run: RwSignal::new(0),
        playing: RwSignal::new(true),
        directed: RwSignal::new(true),
        hurried: StoredValue::new(false),
        speed: RwSignal::new(1.0),
        selected: RwSignal::new(None),
        menu: RwSignal::new(None),
        tip: RwSignal::new(false),
        tool: RwSignal::new(Tool::Select),
        panel: RwSignal::new(Panel::Beliefs),
        notice: RwSignal::new(None),
        opening: RwSignal::new(false),
        console: Console::default(),
        lang: RwSignal::new(lang),
        theme: RwSignal::new(theme),
        hidden: RwSignal::new(prefs::hidden()),
        still,
    };
    // There is one page, and it lasts until its tab is closed.
    let lab = Lab(Box::leak(Box::new(handles)));
    provide_context(lab);
    lab.publish();
    lab
}

/// The shared state.
pub(crate) fn lab() -> Lab {
    expect_context::<Lab>()
}
