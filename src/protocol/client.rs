//! What the CLIENT command of servers and Sentinels has in common: which clients are meant, and how they are
//! shown.

use crate::protocol::{ArcStr, KillType, Reply, integer, literal};
use crate::sim::{Addr, NodeTime};

/// A client as CLIENT LIST shows it.
#[derive(Clone, Copy, Debug)]
pub struct SeenClient<'a> {
    /// Its number.
    pub id: u64,
    /// Where it comes from.
    pub peer: Addr,
    /// What it called itself.
    pub name: &'a str,
    /// As whom it acts.
    pub user: &'a str,
    /// Its last command, in lower case.
    pub command: &'a str,
    /// When it connected.
    pub created: NodeTime,
    /// When its last command came.
    pub active: NodeTime,
    /// How many channels it listens to.
    pub channels: usize,
    /// How many patterns it listens to.
    pub patterns: usize,
    /// How many commands wait for its EXEC, if it is in a transaction.
    pub queued: Option<usize>,
    /// Whether it has asked for the replication stream.
    pub is_replica: bool,
}

impl SeenClient<'_> {
    /// Whether it is of a type: replicas are neither, and subscribers are not normal.
    pub const fn is(&self, kind: KillType) -> bool {
        let subscribed = self.channels + self.patterns > 0;
        !self.is_replica && matches!(kind, KillType::Pubsub) == subscribed
    }

    /// The client as the log and CLIENT LIST show it, without the figures about memory.
    pub fn line(&self, now: NodeTime) -> String {
        let Self { id, peer, name, command, user, channels, patterns, .. } = self;
        let seconds = |since: NodeTime| (now.0 - since.0).max(0) / 1000;
        let flags = match (self.is_replica, channels + patterns, self.queued) {
            (true, ..) => "S",
            (_, 1.., _) => "P",
            (.., Some(_)) => "x",
            _ => "N",
        };
        let multi = self.queued.map_or(-1, |queued| queued as i64);
        format!(
            "id={id} addr={peer} name={name} age={} idle={} flags={flags} db=0 sub={channels} psub={patterns} ssub=0 \
             multi={multi} events=r cmd={command} user={user} redir=-1 resp=2",
            seconds(self.created),
            seconds(self.active),
        )
    }
}

/// A type of clients. No client is a master: that link is the server's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Of(KillType),
    Replica,
    Master,
}

fn kind(name: &str) -> Result<Kind, Reply> {
    Ok(match &*name.to_ascii_lowercase() {
        "normal" => Kind::Of(KillType::Normal),
        "pubsub" => Kind::Of(KillType::Pubsub),
        "replica" | "slave" => Kind::Replica,
        "master" => Kind::Master,
        _ => return Err(Reply::error(arcstr::format!("ERR Unknown client type '{name}'"))),
    })
}

/// Which clients CLIENT KILL or CLIENT LIST means. What is not given means all.
#[derive(Clone, Debug, Default)]
pub struct ClientFilter {
    ids: Vec<u64>,
    peer: Option<ArcStr>,
    user: Option<ArcStr>,
    kind: Option<Kind>,
    /// Whether it is the address of one client, in the form of old.
    by_address: bool,
    /// Whether nobody is meant: no client comes in at an address that was given.
    nobody: bool,
    /// Whether the client that asks is left out.
    pub skips_me: bool,
}

impl ClientFilter {
    /// Reads what follows `CLIENT KILL`; `has_user` says whether there is a user of that name.
    ///
    /// # Errors
    ///
    /// Redis's own, for the first that is wrong.
    pub fn to_kill(words: &[ArcStr], has_user: impl Fn(&str) -> bool) -> Result<Self, Reply> {
        let mut filter = Self { skips_me: true, ..Self::default() };
        if let [address] = words {
            return Ok(Self { peer: Some(address.clone()), by_address: true, ..Self::default() });
        }
        for pair in words.chunks(2) {
            let [option, value] = pair else { return Err(Reply::SYNTAX_ERROR) };
            match &*option.to_ascii_lowercase() {
                "id" => match integer(value) {
                    Some(id @ 1..) => filter.ids = vec![id as u64],
                    _ => return Err(Reply::error(literal!("ERR client-id should be greater than 0"))),
                },
                "type" => filter.kind = Some(kind(value)?),
                "addr" => filter.peer = Some(value.clone()),
                "laddr" => filter.nobody = true,
                "user" if !has_user(value) => {
                    return Err(Reply::error(arcstr::format!("ERR No such user '{value}'")));
                }
                "user" => filter.user = Some(value.clone()),
                "skipme" if value.eq_ignore_ascii_case("yes") => filter.skips_me = true,
                "skipme" if value.eq_ignore_ascii_case("no") => filter.skips_me = false,
                _ => return Err(Reply::SYNTAX_ERROR),
            }
        }
        Ok(filter)
    }

    /// Reads what follows `CLIENT LIST`: nothing, `TYPE type` or `ID id ...`.
    ///
    /// # Errors
    ///
    /// Redis's own.
    pub fn to_list(words: &[ArcStr]) -> Result<Self, Reply> {
        let mut filter = Self::default();
        match words {
            [] => {}
            [word, name] if word.eq_ignore_ascii_case("type") => filter.kind = Some(kind(name)?),
            [word, ids @ ..] if word.eq_ignore_ascii_case("id") && !ids.is_empty() => {
                for id in ids {
                    let id = integer(id).ok_or(Reply::Error(literal!("ERR Invalid client ID")))?;
                    filter.ids.push(id as u64);
                }
            }
            _ => return Err(Reply::SYNTAX_ERROR),
        }
        Ok(filter)
    }

    /// Whether a client is meant.
    pub fn means(&self, client: &SeenClient<'_>) -> bool {
        let is_of = |kind| match kind {
            Kind::Of(kind) => client.is(kind),
            Kind::Replica => client.is_replica,
            Kind::Master => false,
        };
        !self.nobody
            && (self.ids.is_empty() || self.ids.contains(&client.id))
            && self.peer.as_ref().is_none_or(|peer| client.peer.to_string() == peer.as_str())
            && self.user.as_ref().is_none_or(|user| client.user == user)
            && self.kind.is_none_or(is_of)
    }

    /// Whether it means the link to the master.
    pub fn means_master(&self) -> bool {
        // The link has nothing else to be told by.
        self.kind == Some(Kind::Master) && self.ids.is_empty() && self.peer.is_none() && self.user.is_none()
    }

    /// What answers CLIENT KILL that found so many.
    pub const fn killed(&self, count: usize) -> Reply {
        match (self.by_address, count) {
            (true, 0) => Reply::Error(literal!("ERR No such client")),
            (true, _) => Reply::ok(),
            _ => Reply::Integer(count as i64),
        }
    }

    /// What answers CLIENT LIST: those of the clients that are meant, the oldest first.
    pub fn list(&self, clients: &[SeenClient<'_>], now: NodeTime) -> Reply {
        // Sorting them would cost the page more bytes than all else here.
        let after = |id: u64| {
            let later = clients.iter().filter(|client| client.id > id && self.means(client));
            later.min_by_key(|client| client.id)
        };
        let (mut list, mut next) = (String::new(), after(0));
        while let Some(client) = next {
            list += &client.line(now);
            list.push('\n');
            next = after(client.id);
        }
        Reply::bulk(list)
    }
}

/// What answers the subcommands of CLIENT that change nothing here, where `words` are such: NO-EVICT,
/// REPLY ON, GETREDIR. The number of words was checked.
pub fn client_formality(words: &[ArcStr]) -> Option<Reply> {
    let is = |word: Option<&ArcStr>, text: &str| word.is_some_and(|word| word.eq_ignore_ascii_case(text));
    let (sub, word) = (words.first(), words.get(1));
    if is(sub, "getredir") {
        return Some(Reply::Integer(-1));
    }
    if is(sub, "no-evict") {
        return Some(if is(word, "on") || is(word, "off") { Reply::ok() } else { Reply::SYNTAX_ERROR });
    }
    // The other two would keep replies back.
    (is(sub, "reply") && !is(word, "off") && !is(word, "skip"))
        .then(|| if is(word, "on") { Reply::ok() } else { Reply::SYNTAX_ERROR })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<ArcStr> {
        line.split_ascii_whitespace().map(ArcStr::from).collect()
    }

    fn client(id: u64) -> SeenClient<'static> {
        SeenClient {
            id,
            peer: Addr::new([10, 0, 0, 9].into(), 40_000 + id as u16),
            name: "",
            user: "default",
            command: "ping",
            created: NodeTime(1000),
            active: NodeTime(4000),
            channels: 0,
            patterns: 0,
            queued: None,
            is_replica: false,
        }
    }

    /// CMD-AUTH-1: each error was given by a 7.0.15, by its sentinel too.
    #[test]
    fn the_first_filter_that_is_wrong_is_the_one_that_is_complained_of() {
        let refused = |line: &str| {
            ClientFilter::to_kill(&words(line), |user| user == "default").err().map(|reply| reply.text())
        };
        for (line, error) in [
            ("type x id", "Unknown client type 'x'"),
            ("type normal id", "syntax error"),
            ("user nosuch id 1.5", "No such user 'nosuch'"),
            ("type slave id 99999999999999999999", "client-id should be greater than 0"),
            ("id 0", "client-id should be greater than 0"),
            ("skipme maybe", "syntax error"),
            ("maxage 1", "syntax error"),
        ] {
            assert_eq!(refused(line), Some(format!("(error) ERR {error}")), "{line}");
        }
        for line in ["type replica type master", "laddr 10.0.0.1:1", "ID 5 SKIPME no", "10.0.0.1:1"] {
            assert_eq!(refused(line), None, "{line}");
        }
        let refused = |line: &str| ClientFilter::to_list(&words(line)).err().map(|reply| reply.text());
        assert_eq!(refused("id abc").as_deref(), Some("(error) ERR Invalid client ID"));
        assert_eq!(refused("type").as_deref(), Some("(error) ERR syntax error"));
        assert_eq!(refused("id 1 2"), None);
    }

    /// CMD-AUTH-1
    #[test]
    fn filters_are_met_all_at_once_and_an_address_alone_means_one_client() {
        let kill = |line: &str| ClientFilter::to_kill(&words(line), |_| true).unwrap();
        let listener = SeenClient { patterns: 1, ..client(5) };
        assert!(kill("id 5 type pubsub").means(&listener));
        assert!(!kill("id 5 type normal").means(&listener));
        assert!(!kill("id 6 type pubsub").means(&listener));
        assert!(!kill("laddr 10.0.0.1:6379").means(&listener));
        assert!(kill("type master").means_master() && !kill("type master id 5").means_master());
        let one = kill("10.0.0.9:40005");
        assert!(one.means(&listener) && !one.skips_me);
        assert_eq!(one.killed(0), Reply::error("ERR No such client"));
        assert_eq!((one.killed(1), kill("id 5").killed(0)), (Reply::ok(), Reply::Integer(0)));
    }

    #[test]
    fn clients_are_listed_oldest_first() {
        let clients = [client(7), client(4), SeenClient { is_replica: true, ..client(5) }];
        let list = |line: &str| {
            let reply = ClientFilter::to_list(&words(line)).unwrap().list(&clients, NodeTime(9500));
            let Reply::Bulk(text) = reply else { panic!("{reply:?}") };
            text
        };
        let ids = |text: &str| text.lines().map(|line| line[3..4].to_owned()).collect::<String>();
        assert_eq!(ids(&list("")), "457");
        assert_eq!(ids(&list("id 7 4 9")), "47");
        assert_eq!(
            list("type replica"),
            "id=5 addr=10.0.0.9:40005 name= age=8 idle=5 flags=S db=0 sub=0 psub=0 ssub=0 multi=-1 events=r \
             cmd=ping user=default redir=-1 resp=2\n"
        );
    }

    /// CMD-AUTH-1
    #[test]
    fn what_changes_nothing_is_answered_all_the_same() {
        let answer = |line: &str| client_formality(&words(line)).map(|reply| reply.text());
        for (line, text) in [
            ("NO-EVICT on", "OK"),
            ("no-evict maybe", "(error) ERR syntax error"),
            ("reply ON", "OK"),
            ("reply x", "(error) ERR syntax error"),
            ("getredir", "(integer) -1"),
        ] {
            assert_eq!(answer(line).as_deref(), Some(text), "{line}");
        }
        assert_eq!(answer("reply off"), None);
        assert_eq!(answer("tracking on"), None);
    }
}
