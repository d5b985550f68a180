//! The console: what redis-cli would show of a reply, and how a line can be completed.

mod screen;

pub use screen::{Came, Exchange, LINES_MAX, Line, Prompt, READING, Screen, Stand};

use crate::cluster::{ClusterView, Condition, NodeId, NodeRole, NodeView};
use crate::protocol::{ArcStr, Reply, split_words};
use crate::redis::{self, RedisConf};
use crate::sentinel::{self, EventKind, SET_OPTIONS, Tunables};

/// A reply as redis-cli draws it on a terminal. What INFO and CLIENT LIST answer is text of many lines, which
/// it prints as it is.
pub fn draw(words: &[ArcStr], reply: &Reply) -> String {
    let is = |n: usize, name: &str| words.get(n).is_some_and(|word| word.eq_ignore_ascii_case(name));
    let raw = is(0, "info") || is(0, "client") && (is(1, "list") || is(1, "info"));
    let text = match reply {
        Reply::Bulk(text) if raw => text.to_string(),
        reply => reply.text(),
    };
    let text = text.replace("\r\n", "\n");
    text.trim_end_matches('\n').to_owned()
}

/// A typed line as the words of a command.
///
/// # Errors
/// What redis-cli says of quotes that do not match.
pub fn words(line: &str) -> Result<Vec<ArcStr>, &'static str> {
    let words = split_words(line).ok_or("Invalid argument(s)")?;
    Ok(words.into_iter().map(ArcStr::from).collect())
}

/// Why no reply has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// The process stands still.
    Frozen,
    /// It is on its way, or the command waits for something.
    Waits,
    /// The whole host is dead, and whoever would type with it.
    HostDead,
}

/// Why a node has given no reply so far, judged by how it is now.
pub fn silence(view: &ClusterView, node: &NodeView) -> Silence {
    let alive = view.hosts.iter().find(|host| host.id == node.host).is_some_and(|host| host.alive);
    match node.condition {
        _ if !alive => Silence::HostDead,
        Condition::Frozen => Silence::Frozen,
        Condition::Running | Condition::Dead => Silence::Waits,
    }
}

/// The nodes that take commands: sentinels first, then Redis servers.
pub fn nodes(view: &ClusterView) -> Vec<&NodeView> {
    let of = |wanted: fn(&NodeRole) -> bool| view.nodes.iter().filter(move |node| wanted(&node.role));
    let sentinels = of(|role| matches!(role, NodeRole::Sentinel(_)));
    sentinels.chain(of(|role| matches!(role, NodeRole::Redis(_)))).collect()
}

/// How the last word of a line can go on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Where that word begins, in bytes.
    pub start: usize,
    /// The whole words that begin with what is typed, in the order in which they are offered.
    pub words: Vec<String>,
}

impl Completion {
    /// The line with the longest beginning that all words share; `None` where that adds nothing. A single
    /// word is followed by a blank.
    pub fn apply(&self, line: &str) -> Option<String> {
        let first = self.words.first()?;
        let shared = self.words.iter().skip(1).fold(first.len(), |shared, word| {
            let same = first.bytes().zip(word.bytes()).take_while(|(a, b)| a.eq_ignore_ascii_case(b));
            shared.min(same.count())
        });
        let shared = first.get(..shared).unwrap_or(first);
        let blank = if self.words.len() == 1 { " " } else { "" };
        let longer = format!("{}{shared}{blank}", &line[..self.start]);
        (longer.len() > line.len()).then_some(longer)
    }
}

/// How `line`, typed to `node`, can go on: commands, subcommands, options, masters and addresses that there
/// are.
pub fn complete(view: &ClusterView, node: NodeId, line: &str) -> Completion {
    let start = line.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let typed = &line[start..];
    let before: Vec<String> = line[..start].split_whitespace().map(str::to_ascii_lowercase).collect();
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let Some(node) = view.nodes.iter().find(|other| other.id == node) else { return Completion::default() };
    let candidates = match &node.role {
        NodeRole::Sentinel(sentinel) => {
            let masters = sentinel.masters.iter().map(|master| master.name.to_string()).collect();
            for_sentinel(view, masters, &before)
        }
        NodeRole::Redis(_) => for_redis(view, &before),
        NodeRole::Client(_) => Vec::new(),
    };
    let lower = typed.chars().any(|c| c.is_ascii_lowercase());
    let begins = |word: &String| {
        word.get(..typed.len()).is_some_and(|head| head.eq_ignore_ascii_case(typed))
            && word.len() > typed.len()
    };
    // Commands stand in capitals until somebody types them small.
    let shape = |word: String| {
        let is_command = word.chars().all(|c| !c.is_ascii_lowercase());
        if lower && is_command { word.to_ascii_lowercase() } else { word }
    };
    Completion { start, words: candidates.into_iter().filter(begins).map(shape).collect() }
}

/// A sentinel's words after those before.
fn for_sentinel(view: &ClusterView, masters: Vec<String>, before: &[&str]) -> Vec<String> {
    let commands = || sentinel::command_names();
    match before {
        [] => upper(commands().filter(|name| !name.contains('|'))),
        ["sentinel", "set", _, options @ ..] if options.len().is_multiple_of(2) => texts(SET_OPTIONS),
        ["sentinel", "debug", options @ ..] if options.len().is_multiple_of(2) => {
            texts(Tunables::default().entries().into_iter().map(|(name, _)| name))
        }
        ["sentinel", "config"] => upper(["get", "set"]),
        ["sentinel", "config", "get" | "set"] => texts(sentinel::config_options()),
        ["sentinel", "config", "set", "resolve-hostnames" | "announce-hostnames"] => texts(["yes", "no"]),
        ["sentinel", "simulate-failure", ..] => {
            texts(["crash-after-election", "crash-after-promotion", "help"])
        }
        ["sentinel", "is-master-down-by-addr"] => addresses(view),
        ["sentinel", "is-master-down-by-addr", ip] => ports(view, ip),
        ["sentinel", "reset"] => [masters, texts(["*"])].concat(),
        ["sentinel", "info-cache", ..] => masters,
        ["sentinel", sub] if takes_master(sub) => masters,
        ["subscribe" | "unsubscribe", ..] => texts(EventKind::ALL.iter().map(|kind| kind.channel())),
        [command] => {
            let subs = commands().filter_map(|name| name.split_once('|'));
            upper(subs.filter(|(parent, _)| parent == command).map(|(_, sub)| sub))
        }
        _ => Vec::new(),
    }
}

fn takes_master(sub: &str) -> bool {
    matches!(
        sub,
        "ckquorum"
            | "failover"
            | "get-master-addr-by-name"
            | "master"
            | "remove"
            | "replicas"
            | "sentinels"
            | "set"
            | "slaves"
    )
}

/// A Redis server's words after those before.
fn for_redis(view: &ClusterView, before: &[&str]) -> Vec<String> {
    match before {
        [] => upper(redis::command_names()),
        ["config"] => upper(["get", "set", "rewrite", "resetstat"]),
        ["config", "get" | "set"] => {
            let default = RedisConf::default();
            default.matching("*").iter().map(|(name, _)| name.to_string()).collect()
        }
        ["client"] => upper(["getname", "id", "info", "kill", "list", "pause", "setname", "unpause"]),
        ["info"] => texts(["server", "clients", "persistence", "stats", "replication", "keyspace"]),
        ["replicaof" | "slaveof"] => [upper(["no"]), addresses(view)].concat(),
        ["replicaof" | "slaveof", "no"] => upper(["one"]),
        ["replicaof" | "slaveof", ip] => ports(view, ip),
        ["script"] => upper(["kill"]),
        ["shutdown"] => upper(["nosave", "save", "now", "force", "abort"]),
        ["subscribe"] => texts(["__sentinel__:hello"]),
        _ => Vec::new(),
    }
}

/// The hosts that Redis servers run on.
fn addresses(view: &ClusterView) -> Vec<String> {
    let servers = view.nodes.iter().filter(|node| matches!(node.role, NodeRole::Redis(_)));
    let mut addresses: Vec<String> = servers.map(|node| node.addr.ip.to_string()).collect();
    addresses.dedup();
    addresses
}

/// The ports of the Redis servers on that host.
fn ports(view: &ClusterView, ip: &str) -> Vec<String> {
    let here = |node: &&NodeView| matches!(node.role, NodeRole::Redis(_)) && node.addr.ip.to_string() == ip;
    view.nodes.iter().filter(here).map(|node| node.addr.port.to_string()).collect()
}

fn upper(words: impl IntoIterator<Item = &'static str>) -> Vec<String> {
    words.into_iter().map(str::to_ascii_uppercase).collect()
}

fn texts(words: impl IntoIterator<Item = &'static str>) -> Vec<String> {
    words.into_iter().map(str::to_owned).collect()
}

/// What was typed, oldest first, and where in it the reader stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    lines: Vec<String>,
    /// Counted from the newest; 0 is the line that is being typed.
    back: usize,
    /// The line that was being typed when the reader went back.
    draft: String,
}

/// So many lines are remembered.
const TYPED_MAX: usize = 200;

impl Typed {
    /// Remembers a line that was sent; the same one twice in a row counts once.
    pub fn push(&mut self, line: &str) {
        self.back = 0;
        if self.lines.last().is_none_or(|last| last != line) {
            self.lines.push(line.to_owned());
        }
        if self.lines.len() > TYPED_MAX {
            self.lines.remove(0);
        }
    }

    /// The line before the one shown, which is `shown` as it stands now; `None` where there is none.
    pub fn older(&mut self, shown: &str) -> Option<String> {
        if self.back >= self.lines.len() {
            return None;
        }
        if self.back == 0 {
            shown.clone_into(&mut self.draft);
        }
        self.back += 1;
        Some(self.lines[self.lines.len() - self.back].clone())
    }

    /// The line after the one shown; at the end the one that was being typed.
    pub fn newer(&mut self) -> Option<String> {
        self.back = self.back.checked_sub(1)?;
        Some(match self.back {
            0 => std::mem::take(&mut self.draft),
            back => self.lines[self.lines.len() - back].clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{Action, Cluster, Said};
    use crate::scenario::entry;
    use crate::sim::{Micros, Seed};

    fn world() -> Cluster {
        entry("plain").unwrap().scenario().begin(Seed(1)).cluster
    }

    fn ask(cluster: &mut Cluster, node: &str, line: &str) -> String {
        let node = cluster.node_named(node).unwrap();
        let (words, mut said) = (words(line).unwrap(), Vec::new());
        cluster.act(Action::Command { node, words: words.clone() }, &mut said).unwrap();
        let until = cluster.now() + Micros::from_millis(100);
        cluster.run_until(until, &mut said);
        let reply = said.iter().find_map(|record| match &record.what {
            Said::Answered { words: of, reply: Ok(reply) } if **of == *words => Some((record.node, reply)),
            _ => None,
        });
        let (by, reply) = reply.expect("it is answered");
        assert_eq!(by, Some(node), "the answer says whose it is");
        draw(&words, reply)
    }

    fn offers(cluster: &Cluster, node: &str, line: &str) -> Vec<String> {
        complete(&cluster.view(), cluster.node_named(node).unwrap(), line).words
    }

    #[test]
    fn replies_are_drawn_as_redis_cli_draws_them() {
        let mut cluster = world();
        assert_eq!(ask(&mut cluster, "S1", "ping"), "PONG");
        assert_eq!(
            ask(&mut cluster, "S1", "sentinel get-master-addr-by-name mymaster"),
            "1) \"10.77.0.10\"\n2) \"6379\""
        );
        assert_eq!(
            ask(&mut cluster, "S1", "sentinel nosuch"),
            "(error) ERR unknown subcommand 'nosuch'. Try SENTINEL HELP."
        );
        let masters = ask(&mut cluster, "S1", "SENTINEL MASTERS");
        assert!(masters.starts_with("1)  1) \"name\"\n    2) \"mymaster\"\n"), "{masters}");
        let info = ask(&mut cluster, "M0", "info replication");
        assert!(info.starts_with("# Replication\nrole:master\n"), "{info}");
        let clients = ask(&mut cluster, "M0", "client list");
        assert!(clients.starts_with("id=") && clients.lines().count() > 3, "{clients}");
        assert_eq!(ask(&mut cluster, "M0", "get nothing"), "(nil)");
    }

    #[test]
    fn a_line_is_split_as_redis_cli_splits_it() {
        let split = |line| words(line).map(|words| words.join("|"));
        assert_eq!(split("set k \"a b\" 'c d' e\\n"), Ok("set|k|a b|c d|e\\n".to_owned()));
        assert_eq!(split("  "), Ok(String::new()));
        assert_eq!(split("get \"k"), Err("Invalid argument(s)"));
    }

    #[test]
    fn every_word_of_a_place_is_offered_to_who_has_it() {
        let cluster = world();
        assert_eq!(offers(&cluster, "S1", "SENTINEL M"), ["MASTER", "MASTERS", "MONITOR", "MYID"]);
        assert_eq!(offers(&cluster, "S1", "sentinel my"), ["myid"], "small letters stay small");
        assert_eq!(offers(&cluster, "S1", "sentinel failover "), ["mymaster"]);
        assert_eq!(offers(&cluster, "S1", "sentinel set mymaster q"), ["quorum"]);
        assert_eq!(offers(&cluster, "S1", "sentinel set mymaster quorum 2 para"), ["parallel-syncs"]);
        assert!(offers(&cluster, "S1", "sentinel set mymaster quorum ").is_empty());
        assert_eq!(
            offers(&cluster, "S1", "subscribe +switch"),
            ["+switch-master", "+switch-master-from-sentinel"][..1]
        );
        assert_eq!(offers(&cluster, "M0", "CONFIG SET replica-prio"), ["replica-priority"]);
        assert_eq!(offers(&cluster, "M0", "replicaof n"), ["no"]);
        assert_eq!(offers(&cluster, "M0", "replicaof 10.77.0.11 "), ["6379"]);
        assert!(offers(&cluster, "M0", "sentinel ").is_empty());
        assert!(offers(&cluster, "S1", "get").is_empty());
    }

    /// What is offered is what the machines know: none of it is answered as unknown.
    #[test]
    fn nothing_unknown_is_offered() {
        let mut cluster = world();
        for (node, line) in [
            ("S1", "sentinel set mymaster"),
            ("S1", "sentinel config set"),
            ("S1", "sentinel debug"),
            ("S1", "sentinel simulate-failure"),
            ("S1", "sentinel"),
            ("S1", ""),
            ("M0", "config"),
            ("M0", "client"),
            ("M0", "script"),
            ("M0", "shutdown"),
            ("M0", "config get"),
        ] {
            let offered = offers(&cluster, node, &format!("{line} "));
            assert!(!offered.is_empty(), "{line}");
            // What ends the server, and what has a list of its own above.
            let left_out = ["SHUTDOWN", "NOSAVE", "SAVE", "NOW", "FORCE", "SIMULATE-FAILURE"];
            for word in offered.iter().filter(|word| !left_out.contains(&word.as_str())) {
                // Of too many words the last is named as the wrong one; some take none at all.
                let rest = if matches!(line, "sentinel simulate-failure" | "script") { "" } else { " ! !" };
                let reply = ask(&mut cluster, node, &format!("{line} {word}{rest}"));
                let unknown = ["unknown", "Unknown", "Invalid argument '"];
                let refused = unknown.iter().any(|text| reply.contains(text)) && !reply.contains("'!'");
                assert!(!refused, "{line} {word}: {reply}");
            }
        }
    }

    #[test]
    fn completing_adds_what_all_words_share() {
        let of = |start, words: &[&str]| Completion {
            start,
            words: words.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(of(9, &["MASTER", "MASTERS"]).apply("SENTINEL M").as_deref(), Some("SENTINEL MASTER"));
        assert_eq!(of(9, &["MYID"]).apply("SENTINEL MY").as_deref(), Some("SENTINEL MYID "));
        assert_eq!(of(9, &["MASTER", "MYID"]).apply("SENTINEL M"), None);
        assert_eq!(of(0, &[]).apply("x"), None);
    }

    #[test]
    fn what_was_typed_can_be_walked_through_and_the_draft_comes_back() {
        let mut typed = Typed::default();
        for line in ["one", "two", "two"] {
            typed.push(line);
        }
        assert_eq!(typed.older("dra").as_deref(), Some("two"));
        assert_eq!(typed.older("two").as_deref(), Some("one"));
        assert_eq!(typed.older("one"), None);
        assert_eq!(typed.newer().as_deref(), Some("two"));
        assert_eq!(typed.newer().as_deref(), Some("dra"));
        assert_eq!(typed.newer(), None);
    }

    #[test]
    fn who_gives_no_reply_is_told_apart() {
        let mut cluster = world();
        let node = |cluster: &Cluster| {
            let view = cluster.view();
            let node = view.nodes.iter().find(|node| node.name == "S1").unwrap();
            silence(&view, node)
        };
        let id = cluster.node_named("S1").unwrap();
        let host = cluster.node(id).host;
        assert_eq!(node(&cluster), Silence::Waits);
        cluster.act(Action::Freeze(id), &mut Vec::new()).unwrap();
        assert_eq!(node(&cluster), Silence::Frozen);
        cluster.act(Action::KillHost(host), &mut Vec::new()).unwrap();
        assert_eq!(node(&cluster), Silence::HostDead);
    }
}
