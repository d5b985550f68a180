//! The card of a tour: its captions, bets and tasks, and the part of the page that it points at.

use crate::i18n::{Guide as Word, Phrase, Told};
use crate::sim::SimTime;
use crate::ui::guide::{Guide, Taken, came_at, guide, is_met};
use crate::ui::lab::Panel;
use crate::ui::plain::view;
use crate::ui::session::Session;
use crate::ui::{dom, fresh_seed};
use crate::view::tour::Tour;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::JsCast as _;

/// What the key of a first visit is called.
const VISITED: &str = "visited";

/// Whether nobody was here before; from now on somebody was.
pub(crate) fn is_first_visit() -> bool {
    let is_first = dom::recall(VISITED).is_none();
    dom::keep(VISITED, "yes");
    is_first
}

/// Begins a tour: its run from t = 0, its first step.
pub(crate) fn start(guide: Guide, tour: Tour) {
    use crate::scenario::share::Shared;
    let run = Shared {
        origin: tour.origin(),
        seed: tour.seed(),
        actions: Vec::new(),
        at: crate::sim::Micros::ZERO,
        see: None,
    };
    let name = tour.id.clone();
    match Session::again(&run, &name) {
        Ok((session, _)) => {
            let origin = session.origin();
            guide.dialog.set(None);
            guide.lab.show(session);
            guide.lab.directed.set(true);
            let is_auto = tour.auto;
            let taken = Taken {
                tour: Arc::new(tour),
                step: 0,
                began: vec![(origin, 0)],
                shown_ms: dom::wall_ms(),
                bet: None,
                met: false,
            };
            guide.taken.set(Some(taken));
            guide.lab.playing.set(is_auto);
            enter(guide);
        }
        Err(why) => guide.tell(&Told::TourNotOpened(&name, &why), true),
    }
}

impl Guide {
    /// Tells something in the bar of notices.
    pub(crate) fn tell(self, told: &Told<'_>, is_error: bool) {
        self.lab.notify(self.lab.lang.get_untracked().told(told), is_error);
    }

    fn go(self, forth: bool) {
        let (now, done) = self.lab.session.with_value(|s| (s.now(), s.actions()));
        let mut to = None;
        self.taken.update(|taken| {
            let Some(at) = taken else { return };
            if forth {
                at.step += 1;
                at.began.push((now, done));
            } else {
                // Whoever did something sees the step's beginning again first.
                at.step = at.step.saturating_sub(usize::from(!at.has_done(done)));
                at.began.truncate(at.step + 1);
                to = at.began.last().copied();
            }
            (at.bet, at.met) = (None, false);
            at.shown_ms = dom::wall_ms();
        });
        let is_over = self.taken.with_untracked(|t| t.as_ref().is_some_and(|t| t.step >= t.tour.steps.len()));
        if is_over {
            self.taken.set(None);
            return;
        }
        if let Some((to, deeds)) = to {
            if deeds < done {
                self.undo(to, deeds);
            } else {
                self.lab.seek(to);
            }
        }
        enter(self);
    }

    /// Back to a moment, and what was done after the first so many deeds is undone: else the reader would meet it
    /// again.
    fn undo(self, to: SimTime, deeds: usize) {
        let (mut run, origin) = self.lab.session.with_value(|s| (s.shared(None), s.origin()));
        run.actions.truncate(deeds);
        run.at = to.since(origin);
        match Session::again(&run, "") {
            Ok((session, _)) => self.lab.show(session),
            Err(why) => self.tell(&Told::TourNotOpened("", &why), true),
        }
    }
}

/// Goes on in the tour that is taken, or back, where its card has a button for that; false where there is no such tour.
pub(crate) fn turn(guide: Guide, back: bool) -> bool {
    if guide.taken.with_untracked(|taken| taken.as_ref().is_none_or(|taken| taken.tour.auto)) {
        return false;
    }
    let css = if back { "[data-testid=tour-back]" } else { ".tour-foot .main-button:not(:disabled)" };
    let button = document().query_selector(css).ok().flatten();
    if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
        button.click();
    }
    true
}

/// A step begins: what it is about is brought into view, and time goes on where nothing is asked first.
fn enter(guide: Guide) {
    let lab = guide.lab;
    let Some(taken) = guide.taken.get_untracked() else { return };
    let step = taken.step();
    let part = match step.point.as_deref() {
        Some("matrix" | "ballot") => Some("beliefs"),
        Some("writer") => Some("settings"),
        part => part,
    };
    let panel = match step.panel.as_deref().or(part) {
        Some("beliefs") => Some(Panel::Beliefs),
        Some("node") => Some(Panel::Node),
        Some("settings") => Some(Panel::Settings),
        Some("log") => Some(Panel::Log),
        Some("lanes") => Some(Panel::Lanes),
        Some("clients") => Some(Panel::Clients),
        Some("console") => Some(Panel::Console),
        _ => None,
    };
    if let Some(panel) = panel {
        lab.panel.set(panel);
    }
    if let Some(name) = &step.select {
        let id = lab.view.with_untracked(|v| v.nodes.iter().find(|n| n.name == name.as_str()).map(|n| n.id));
        lab.selected.set(id);
        // Another run has the console forget its node, a little later.
        if panel == Some(Panel::Console) {
            request_animation_frame(move || lab.console.turn_to(id));
        }
    }
    // The first step of a tour, every bet and every task wait for the reader; so does what asks for nothing.
    let asks = step.bet.is_some() || step.task.is_some();
    let goes_on = taken.tour.auto || step.until.is_some() && !asks && taken.step > 0;
    lab.playing.set(goes_on);
    // The card stays where it was scrolled to in the step before.
    scroll_card(".tour-body", 0);
    look(guide);
}

/// Whether what the step waits for has come by now.
fn look(guide: Guide) {
    let Some(taken) = guide.taken.get_untracked().filter(|taken| !taken.met) else { return };
    let (since, _) = taken.began.last().copied().unwrap_or_default();
    if taken.waits_for_bet() || !is_met(guide.lab, taken.step(), since) {
        return;
    }
    guide.taken.update(|taken| {
        if let Some(taken) = taken {
            taken.met = true;
        }
    });
    if taken.step().until.is_none() {
        return;
    }
    show_end();
    // The world stands until what was said of it is read: of what comes next, the next caption tells.
    guide.lab.playing.set(false);
    let came_at = came_at(guide.lab, taken.step(), since);
    if let Some(at) = came_at.filter(|at| *at < guide.lab.session.with_value(Session::now)) {
        guide.lab.session.update_value(|s| s.take_back(at));
        guide.lab.moved();
    }
    if taken.tour.auto {
        let needed_ms = taken.step().say.reading_ms(guide.lab.lang.get_untracked());
        let left_ms = needed_ms - (dom::wall_ms() - taken.shown_ms);
        let next = move || {
            let is_still = guide.taken.with_untracked(|now| {
                now.as_ref()
                    .is_some_and(|now| now.tour.id == taken.tour.id && now.step == taken.step && now.met)
            });
            if is_still {
                guide.go(true);
            }
        };
        set_timeout(next, Duration::from_millis(left_ms.max(0.0) as u64));
    }
}

/// Where there is little room, what comes of an answer is scrolled to: the task, or why it is right or wrong.
fn show_end() {
    scroll_card(".tour-body:has(.bet)", i32::MAX);
}

/// Scrolls the card's text, where it is one that matches.
fn scroll_card(selector: &'static str, to: i32) {
    request_animation_frame(move || {
        if let Ok(Some(body)) = document().query_selector(selector) {
            body.set_scroll_top(to);
        }
    });
}

/// Points at a part of the page: it is marked until the next step.
fn point(name: Option<&str>) {
    let mark = |selector: &str, run: &dyn Fn(&web_sys::Element)| {
        if let Ok(Some(element)) = document().query_selector(selector) {
            run(&element);
        }
    };
    mark("[data-pointed]", &|element| {
        let _ = element.remove_attribute("data-pointed");
    });
    if let Some(name) = name {
        mark(&format!("[data-testid=\"{name}\"]"), &|element| {
            let _ = element.set_attribute("data-pointed", "");
            bring_into_view(element);
        });
    }
}

/// Scrolls the panel that an element is in, where the element is not wholly to be seen there.
fn bring_into_view(element: &web_sys::Element) {
    let Ok(Some(panel)) = element.closest(".panel") else { return };
    let (inner, outer) = (element.get_bounding_client_rect(), panel.get_bounding_client_rect());
    if inner.top() < outer.top() || inner.bottom() > outer.bottom() {
        // With room for the frame that points at it.
        panel.set_scroll_top(panel.scroll_top() + (inner.top() - outer.top()) as i32 - 8);
    }
}

#[component]
pub(crate) fn TourCard() -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    // What a step waits for is looked at whenever the playhead has moved, and when something was done while
    // time stood: it goes on once as much was done as the step asks for, to show what comes of it.
    Effect::new(move |done_before: Option<usize>| {
        lab.moment.track();
        lab.heard.track();
        look(guide);
        let done = lab.session.with_value(Session::actions);
        let is_done = |t: &Taken| {
            let is_asked = !t.met && t.step().task.is_some() && !t.waits_for_bet();
            is_asked && t.has_done(done) && t.deeds() + t.step().help.len() <= done
        };
        // What it points at may only now be there, as the votes are.
        let part = guide.taken.with_untracked(|t| t.as_ref()?.step().point.clone());
        let is_unmarked =
            || document().query_selector("[data-pointed]").is_ok_and(|pointed| pointed.is_none());
        if part.is_some() && is_unmarked() {
            point(part.as_deref());
        }
        let goes_on = guide.taken.with_untracked(|t| t.as_ref().is_some_and(is_done));
        if goes_on && done_before.is_some_and(|before| before < done) {
            lab.playing.set(true);
        }
        done
    });
    Effect::new(move |_| {
        let name = guide.taken.with(|taken| {
            let step = taken.as_ref().map(Taken::step);
            lab.hurried.set_value(step.is_some_and(|step| step.quick));
            step.and_then(|step| step.point.clone())
        });
        lab.panel.track();
        // The panel that it is in may only now be drawn.
        request_animation_frame(move || point(name.as_deref()));
    });
    let card = Memo::new(move |_| {
        guide.taken.with(|t| t.as_ref().map(|t| (t.tour.id.clone(), t.step, t.bet, t.met, t.shown_ms)))
    });
    move || {
        card.get()?;
        let taken = guide.taken.get_untracked()?;
        Some(view! { <Card taken=taken /> })
    }
}

#[component]
fn Card(taken: Taken) -> impl IntoView {
    let guide = guide();
    let lab = guide.lab;
    let lang = move || lab.lang.get();
    let tour = Arc::clone(&taken.tour);
    let (number, count, is_auto) = (taken.step, tour.steps.len(), tour.auto);
    let step = StoredValue::new(taken.step().clone());
    let has = move |part: fn(&crate::view::tour::Step) -> bool| step.with_value(part);
    let is_last = number + 1 == count;
    let waits_for_bet = taken.waits_for_bet();
    let met = taken.met;
    // What is so would give the bet away.
    let keeps_mum = has(|s| s.bet.is_some()) && !(met && taken.bet.is_some());
    let sandbox = move || {
        let plain = crate::scenario::library().iter().position(|entry| entry.id == "plain").unwrap_or(0);
        guide.play(plain);
    };
    let leave = move |_| guide.taken.set(None);
    let helped = RwSignal::new(false);
    let help = move |_| {
        helped.set(true);
        for text in step.with_value(|step| step.help.clone()) {
            match lab.session.with_value(|s| s.cluster().named_action(&text)) {
                // Some of it the reader may have done already.
                Some(action) => drop(lab.try_act(action)),
                // Whoever writes a tour has misspelt something.
                None => lab.tell(&Phrase::Refused(&text), true),
            }
        }
        lab.playing.set(true);
    };
    let bet_on = move |n: usize| {
        guide.taken.update(|taken| {
            if let Some(taken) = taken {
                taken.bet = Some(n);
            }
        });
        if has(|s| s.task.is_none()) {
            lab.directed.set(true);
            lab.playing.set(true);
        }
        look(guide);
        show_end();
    };
    let bet = move || {
        step.with_value(|step| {
            let bet = step.bet.clone()?;
            let chosen = taken.bet;
            let choices = bet.choices.iter().enumerate().map(|(n, choice)| {
                let verdict = match chosen {
                    Some(_) if met && n == bet.right => "right",
                    Some(mine) if met && n == mine => "wrong",
                    Some(mine) if n == mine => "chosen",
                    _ => "open",
                };
                view! {
                    <button class="choice" data-verdict=verdict disabled=chosen.is_some()
                        data-testid=format!("bet-{n}") on:click=move |_| bet_on(n)>
                        {choice.get(lang()).to_owned()}
                    </button>
                }
            });
            let choices = choices.collect_view();
            Some(view! {
                <div class="bet">
                    <p><strong>{guide.t(Word::TourBet)}</strong>{bet.ask.get(lang()).to_owned()}</p>
                    <div class="choices">{choices}</div>
                    {(met && chosen.is_some()).then(|| view! {
                        <p class="because" data-testid="bet-because">{bet.because.get(lang()).to_owned()}</p>
                    })}
                </div>
            })
        })
    };
    let deeds = taken.deeds();
    let has_done = move || {
        lab.heard.track();
        lab.session.with_value(Session::actions) > deeds
    };
    // It only has to be watched: nothing more is asked of the reader.
    let watches = move || !met && !waits_for_bet && !is_auto && (has(|s| s.task.is_none()) || has_done());
    let next = StoredValue::new(if is_last && met { tour.following() } else { None });
    let both = move |part: fn(&crate::view::tour::Step) -> Option<crate::view::tour::Both>| {
        step.with_value(part).map(|text| text.get(lang()).to_owned())
    };
    let title = {
        let tour = Arc::clone(&tour);
        move || tour.title.get(lang()).to_owned()
    };
    view! {
        <section class="tour" aria-label=guide.says(Word::Tour) data-testid="tour"
            data-step=number.to_string() data-met=met.to_string()>
            <div class="tour-head">
                <strong>{title}</strong>
                <span class="hint">{move || guide.say(&Told::Step(number + 1, count))}</span>
                <progress max=count.to_string() value=(number + 1).to_string()></progress>
                <span class="spring"></span>
                {is_auto.then(|| view! {
                    <button class="small" class:main-button=is_last data-testid="to-sandbox" on:click=move |_| sandbox()>
                        {guide.says(if is_last { Word::Finish } else { Word::ToSandbox })}
                    </button>
                })}
                <button class="small quiet" data-testid="tour-leave" on:click=leave
                    title=guide.says(Word::LeaveTour) aria-label=guide.says(Word::LeaveTour)>
                    {crate::ui::icons::icon(crate::ui::icons::CLOSE)}
                </button>
            </div>
            <div class="tour-body" tabindex="0">
                <p role="status" aria-live="polite" data-testid="tour-say">{move || both(|s| Some(s.say.clone()))}</p>
                {move || bet()}
                {move || both(|s| s.task.clone()).filter(|_| !waits_for_bet).map(|text| view! {
                    <p class="task" data-done=met.to_string() data-testid="task">
                        <strong>{move || guide.t(if met { Word::TourDone } else { Word::TourTask })}</strong>{text}
                    </p>
                })}
                {move || both(|s| s.quote.clone()).filter(|_| !keeps_mum).map(|text| view! {
                    <blockquote><span class="hint">{guide.says(Word::TourSays)}</span>{text}</blockquote>
                })}
                {move || both(|s| s.not_so.clone()).filter(|_| !keeps_mum).map(|text| view! {
                    <p class="not-so"><strong>{guide.says(Word::TourNotSo)}</strong>{text}</p>
                })}
            </div>
            <div class="tour-foot">
                {(number > 0 && !is_auto).then(|| view! {
                    <button class="small" data-testid="tour-back" on:click=move |_| guide.go(false)>
                        {move || guide.t(if has_done() { Word::Again } else { Word::Back })}
                    </button>
                })}
                <span class="spring"></span>
                {move || (!met && !waits_for_bet && !helped.get() && has(|s| !s.help.is_empty())).then(|| view! {
                    <button class="small" data-testid="tour-help" on:click=help>{guide.says(Word::TourHelp)}</button>
                })}
                {move || watches().then(|| if lab.playing.get() {
                    view! { <span class="hint">{guide.says(Word::TourWait)}</span> }
                } else {
                    view! {
                        <button class="small main-button" data-testid="tour-play" on:click=move |_| lab.playing.set(true)>
                            {guide.says(Word::TourGoOn)}
                        </button>
                    }
                })}
                {(!is_auto).then(|| view! {
                    <button class="small main-button" data-testid="tour-next" disabled=!met
                        on:click=move |_| guide.go(true)>
                        {move || guide.t(if is_last { Word::Finish } else { Word::Next })}
                    </button>
                })}
                {next.get_value().map(|tour| {
                    let title = tour.title.clone();
                    view! {
                        <button class="small following" data-testid="tour-following" on:click=move |_| start(guide, tour.clone())>
                            {guide.says(Word::Next)}" · "{move || title.get(lang()).to_owned()}
                        </button>
                    }
                })}
            </div>
        </section>
    }
}

/// Opens what a file holds: a tour, a run, or a scenario.
pub(crate) fn open_file(guide: Guide, name: String, text: String) -> bool {
    use crate::scenario::share::Shared;
    if Tour::claims(&text) {
        match Tour::parse(&text) {
            Ok(tour) => {
                start(guide, tour);
                true
            }
            Err(why) => {
                guide.tell(&Told::TourNotOpened(&name, &why.to_string()), true);
                false
            }
        }
    } else if Shared::claims(&text) {
        crate::ui::saved::open(guide, &text, &name)
    } else {
        guide.taken.set(None);
        guide.lab.begin(crate::ui::session::Source::File(name, text), super::FIRST_SEED)
    }
}

/// The same scenario with other dice; a tour ends, since what it says is of one run.
pub(crate) fn other_dice(guide: Guide) {
    let source = guide.lab.session.with_value(|s| s.source().clone());
    guide.taken.set(None);
    guide.lab.begin(source, fresh_seed());
}
