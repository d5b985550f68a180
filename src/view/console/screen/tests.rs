use super::*;
use crate::cluster::{History, HostId, trace_hash};
use crate::protocol::{split_words, typed_line};
use crate::scenario::share::{Origin, Shared};
use crate::scenario::{Scenario, entry};
use crate::sim::Seed;
use crate::view::console::READING;

/// A run that somebody types in.
struct Typist {
    history: History,
}

impl Typist {
    fn new() -> Self {
        let begun = entry("plain").unwrap().scenario().begin(Seed(1));
        Self { history: History::new(begun.cluster, begun.records) }
    }

    fn node(&self, name: &str) -> NodeId {
        self.history.cluster().node_named(name).unwrap()
    }

    fn act(&mut self, action: Action) {
        self.history.act(action).unwrap();
    }

    /// Types a line without waiting for anything; an empty one is Ctrl-C.
    fn type_at_once(&mut self, name: &str, line: &str) {
        let words = split_words(line).unwrap().into_iter().map(ArcStr::from).collect();
        self.act(Action::Type { node: self.node(name), words });
    }

    fn type_line(&mut self, name: &str, line: &str) {
        self.type_at_once(name, line);
        self.wait(20);
    }

    /// Gives a command on a connection of its own.
    fn command(&mut self, name: &str, line: &str) {
        let words = split_words(line).unwrap().into_iter().map(ArcStr::from).collect();
        self.act(Action::Command { node: self.node(name), words });
        self.wait(20);
    }

    fn wait(&mut self, ms: u64) {
        let to = self.history.now() + Micros::from_millis(ms);
        self.history.run_until(to);
    }

    fn screen(&self) -> Screen {
        let heard = self.history.records().partition_point(|record| record.at <= self.history.now());
        Screen::of(&self.history.records()[..heard])
    }

    /// What a terminal would show of one node's redis-cli.
    fn shown(&self, name: &str) -> String {
        let (screen, node) = (self.screen(), self.node(name));
        let addr = self.history.cluster().node(node).addr;
        let mut text = String::new();
        for one in screen.exchanges.iter().filter(|one| one.node == node) {
            text += &[&one.prompt.text(addr), " ", &typed_line(&one.words), "\n"].concat();
            if subscribes(&one.words) && one.lines.iter().all(|line| !refused(line)) {
                text += &[READING, "\n"].concat();
            }
            for line in &one.lines {
                text += &(line.text(&one.words, addr).unwrap_or("(host)".to_owned()) + "\n");
            }
        }
        if screen.stand(node) == Stand::Idle {
            text += &screen.prompt(node).text(addr);
        }
        text
    }
}

fn refused(line: &Line) -> bool {
    line.came == Came::Event(SessionEvent::Refused)
}

/// Each was printed by redis-cli 7.0.15 on a terminal, at a server of that version.
#[test]
fn a_transaction_goes_from_command_to_command() {
    let mut typist = Typist::new();
    for line in ["multi", "set a 1", "nosuch", "exec", "multi", "set a 1", "get a", "exec", "multi"] {
        typist.type_line("M0", line);
    }
    for line in ["multi", "discard", "discard", "multi 1", "multi", "reset", "get a"] {
        typist.type_line("M0", line);
    }
    assert_eq!(
        typist.shown("M0").replace("10.77.0.10:6379", "M0"),
        "M0> multi\nOK\nM0(TX)> set a 1\nQUEUED\n\
         M0(TX)> nosuch\n(error) ERR unknown command 'nosuch', with args beginning with: \n\
         M0(TX)> exec\n(error) EXECABORT Transaction discarded because of previous errors.\n\
         M0> multi\nOK\nM0(TX)> set a 1\nQUEUED\nM0(TX)> get a\nQUEUED\nM0(TX)> exec\n1) OK\n2) \"1\"\n\
         M0> multi\nOK\nM0(TX)> multi\n(error) ERR MULTI calls can not be nested\nM0(TX)> discard\nOK\n\
         M0> discard\n(error) ERR DISCARD without MULTI\n\
         M0> multi 1\n(error) ERR wrong number of arguments for 'multi' command\n\
         M0> multi\nOK\nM0(TX)> reset\nRESET\nM0> get a\n\"1\"\nM0>"
    );
}

#[test]
fn a_name_stays_until_the_session_is_left() {
    let mut typist = Typist::new();
    for line in ["client setname reader", "client getname", "", "client getname"] {
        typist.type_line("S1", line);
    }
    let shown = typist.shown("S1").replace("10.77.0.21:26379", "S1");
    let after = "S1> client setname reader\nOK\nS1> client getname\n\"reader\"\nS1> client getname\n";
    assert!(shown == format!("{after}(nil)\nS1>") || shown == format!("{after}\"\"\nS1>"), "{shown}");
}

/// EVT-1, CMD-SUB-1
#[test]
fn a_subscriber_hears_of_the_failover_until_it_is_left() {
    let mut typist = Typist::new();
    typist.type_line("S2", "subscribe +switch-master");
    assert_eq!(typist.screen().stand(typist.node("S2")), Stand::Reads);
    typist.act(Action::Kill(typist.node("M0")));
    typist.wait(60_000);
    let addr = "10.77.0.22:26379";
    let shown = typist.shown("S2");
    let begins = format!(
        "{addr}> subscribe +switch-master\n{READING}\n1) \"subscribe\"\n2) \"+switch-master\"\n\
         3) (integer) 1\n1) \"message\"\n2) \"+switch-master\"\n3) \"mymaster 10.77.0.10 6379 10.77.0.1"
    );
    assert!(shown.starts_with(&begins), "{shown}");
    // Nobody reads what is typed now, and Ctrl-C ends it; the next command is another session's.
    typist.type_line("S2", "ping");
    assert!(typist.shown("S2").ends_with("> ping\n"));
    typist.type_line("S2", "");
    typist.type_line("S2", "ping");
    let shown = typist.shown("S2");
    assert!(shown.contains("\n^C(60."), "as redis-cli says how long it took: {shown}");
    assert!(shown.ends_with(&format!("{addr}> ping\nPONG\n{addr}>")), "{shown}");
    let connected = typist.screen().exchanges.len();
    typist.act(Action::Kill(typist.node("R1")));
    typist.wait(60_000);
    let later = typist.screen();
    assert_eq!(later.exchanges.len(), connected);
    let first = later.exchanges[0].lines.last().unwrap();
    assert_eq!(first.came, Came::Left, "what is left hears nothing");
}

/// As redis-cli 7.0.15 on a terminal: a lost connection is noticed by the next command, which is given up.
#[test]
fn a_lost_connection_is_told_and_made_again() {
    let mut typist = Typist::new();
    typist.type_line("M0", "get a");
    typist.command("M0", "client kill type normal");
    typist.wait(100);
    for line in ["get a", "client getname"] {
        typist.type_line("M0", line);
    }
    typist.type_at_once("M0", "wait 9 0");
    typist.wait(620);
    typist.act(Action::Kill(typist.node("M0")));
    typist.wait(20);
    typist.type_line("M0", "get a");
    typist.act(Action::Start(typist.node("M0")));
    typist.wait(2000);
    typist.type_line("M0", "get b");
    typist.type_line("M0", "psubscribe a* b");
    typist.command("M0", "client kill type pubsub");
    typist.type_line("M0", "shutdown nosave");
    typist.wait(15_000);
    let shown = typist.shown("M0").replace("10.77.0.10:6379", "M0");
    assert_eq!(
        shown,
        format!(
            "M0> get a\n(nil)\nM0> get a\nError: Server closed the connection\n\
             not connected> client getname\n(nil)\n\
             M0> wait 9 0\nError: Server closed the connection\n(0.62s)\n\
             not connected> get a\nCould not connect to Redis at M0: Connection refused\n\
             not connected> get b\n(nil)\n\
             M0> psubscribe a* b\n{READING}\n1) \"psubscribe\"\n2) \"a*\"\n3) (integer) 1\n\
             1) \"psubscribe\"\n2) \"b\"\n3) (integer) 2\nError: Server closed the connection\n\
             M0> shutdown nosave\nnot connected>"
        )
    );
}

#[test]
fn a_session_waits_for_ever_and_what_is_typed_ahead_waits_its_turn() {
    let mut typist = Typist::new();
    typist.act(Action::Freeze(typist.node("S1")));
    typist.type_at_once("S1", "ping one");
    typist.wait(30_000);
    typist.type_at_once("S1", "ping two");
    typist.wait(10);
    let s1 = typist.node("S1");
    assert!(typist.screen().is_awaited(s1));
    typist.act(Action::Resume(s1));
    typist.wait(100);
    let shown = typist.shown("S1").replace("10.77.0.21:26379", "S1");
    assert_eq!(shown, "S1> ping one\n\"one\"\n(30.01s)\nS1> ping two\n\"two\"\nS1>");
    assert!(!typist.screen().is_awaited(s1));
}

#[test]
fn an_accepted_auth_is_given_again() {
    let mut typist = Typist::new();
    typist.type_line("M0", "config set requirepass sesame");
    for line in ["", "ping", "auth sesame", "ping", "", "ping"] {
        typist.type_line("M0", line);
    }
    let shown = typist.shown("M0").replace("10.77.0.10:6379", "M0");
    assert_eq!(
        shown,
        "M0> config set requirepass sesame\nOK\nM0> ping\n(error) NOAUTH Authentication required.\n\
         M0> auth sesame\nOK\nM0> ping\nPONG\nM0> ping\nPONG\nM0>"
    );
}

#[test]
fn the_redis_cli_of_a_dead_host_is_gone() {
    let mut typist = Typist::new();
    let host: HostId = typist.history.cluster().node(typist.node("M0")).host;
    typist.type_line("M0", "multi");
    typist.type_at_once("M0", "wait 9 0");
    typist.act(Action::KillHost(host));
    let m0 = typist.node("M0");
    assert_eq!((typist.screen().stand(m0), typist.screen().prompt(m0)), (Stand::Idle, Prompt::Ready));
    assert!(typist.shown("M0").contains("wait 9 0\n(host)"), "{}", typist.shown("M0"));
    assert!(typist.history.act(Action::Type { node: m0, words: vec!["ping".into()] }).is_err());
    typist.act(Action::ReviveHost(host));
    typist.act(Action::Start(m0));
    typist.wait(2000);
    typist.type_line("M0", "get a");
    assert!(typist.shown("M0").ends_with("> get a\n(nil)\n10.77.0.10:6379>"), "{}", typist.shown("M0"));
}

#[test]
fn a_moment_that_is_sought_shows_what_was_there_by_then() {
    let mut typist = Typist::new();
    let begin = typist.history.now();
    let mut moments = vec![(begin, typist.screen())];
    for line in ["multi", "set a 1", "exec", "subscribe __sentinel__:hello"] {
        // What is done at a moment belongs to it.
        typist.wait(1);
        typist.type_line("M0", line);
        moments.push((typist.history.now(), typist.screen()));
    }
    typist.wait(30_000);
    moments.push((typist.history.now(), typist.screen()));
    assert!(moments[5].1.exchanges[3].lines.len() > 10, "messages came");
    for (at, screen) in moments.iter().rev().chain(&moments) {
        typist.history.seek(*at);
        assert_eq!(typist.screen(), *screen, "at {at:?}");
    }
    // What is typed in the past begins another future.
    typist.history.seek(moments[2].0);
    typist.type_line("M0", "discard");
    assert!(
        typist
            .shown("M0")
            .ends_with("(TX)> set a 1\nQUEUED\n10.77.0.10:6379(TX)> discard\nOK\n10.77.0.10:6379>")
    );
}

#[test]
fn a_run_made_again_from_its_text_says_the_same() {
    let mut typist = Typist::new();
    let origin = typist.history.origin();
    typist.type_line("S1", "psubscribe *");
    typist.type_line("M0", "multi");
    typist.type_line("M0", "set \"a b\" 1");
    typist.act(Action::Kill(typist.node("M0")));
    typist.wait(40_000);
    typist.type_line("S1", "");
    let run = Shared {
        origin: Origin::Library("plain".to_owned()),
        seed: Seed(1),
        actions: Shared::actions_of(typist.history.journal(), origin),
        at: typist.history.now().since(origin),
        see: None,
    };
    let read = Shared::parse(&run.to_text()).unwrap();
    assert_eq!((read.problems.len(), &read.run), (0, &run));
    let mut again = Typist::new();
    for (at, action) in read.run.actions {
        again.history.run_until(origin + at);
        again.act(action);
    }
    again.history.run_until(origin + run.at);
    assert_eq!(again.history.trace_hash(), typist.history.trace_hash());
    assert_eq!(again.screen(), typist.screen());
}

/// A scenario file can type, too: the same as by hand, to the record.
#[test]
fn a_scenario_file_types_as_a_person_does() {
    let plain = include_str!("../../../scenario/library/plain.json");
    let with = |actions: &str| {
        let (head, tail) = plain.split_once("\"actions\": [").expect("it has actions");
        let tail = tail.split_once(']').expect("the list ends").1;
        Scenario::parse(&format!("{head}\"actions\": [{actions}]{tail}"))
    };
    let scenario = with(
        r#"{"at_ms": 1000, "do": "type", "node": "S1", "args": ["PSUBSCRIBE", "*"]},
           {"at_ms": 2000, "do": "type", "node": "M0", "args": ["MULTI"]},
           {"at_ms": 2000, "do": "kill", "node": "M0"},
           {"at_ms": 60000, "do": "type", "node": "S1", "args": []}"#,
    );
    let play = || {
        let begun = scenario.as_ref().unwrap().begin(Seed(1));
        let mut history = History::new(begun.cluster, begun.records);
        history.run_until(history.origin() + Micros::from_secs(61));
        Typist { history }
    };
    let typist = play();
    assert!(typist.shown("S1").contains("\"+switch-master\""), "{}", typist.shown("S1"));
    assert!(typist.shown("S1").contains("\n^C("), "{}", typist.shown("S1"));
    assert_eq!(trace_hash(play().history.records()), trace_hash(typist.history.records()));
    assert_eq!(Scenario::parse(&scenario.as_ref().unwrap().to_json()).unwrap(), *scenario.as_ref().unwrap());
    let error = |actions: &str| with(actions).unwrap_err().to_string();
    assert!(error(r#"{"at_ms": 1, "do": "type", "node": "S1"}"#).starts_with("actions[0]: "));
    assert!(
        error(r#"{"at_ms": 1, "do": "type", "node": "S9", "args": []}"#).starts_with("actions[0].node: ")
    );
    let place = error(r#"{"at_ms": 1, "do": "type", "node": "S1", "args": [true]}"#);
    assert!(place.starts_with("actions[0].args: "), "{place}");
}

#[test]
fn only_the_newest_messages_are_kept() {
    let mut typist = Typist::new();
    typist.type_line("M0", "get a");
    typist.type_line("S3", "get a");
    typist.type_line("M0", "subscribe __sentinel__:hello");
    assert!(!typist.screen().is_cut);
    typist.wait(400_000);
    let screen = typist.screen();
    assert!(screen.is_cut);
    assert_eq!(screen.exchanges.len(), 1, "the commands that lost all their lines went with them");
    let lines = &screen.exchanges[0].lines;
    assert_eq!(lines.len(), LINES_MAX);
    assert!(lines[0].number > 100 && lines.windows(2).all(|two| two[0].number + 1 == two[1].number));
    assert_eq!(screen.stand(typist.node("M0")), Stand::Reads);
    assert!(!screen.is_awaited(typist.node("M0")));
}
