//! The table of commands: names, how many words they take, and when they are refused.
//!
//! Source: `COMMAND INFO` of Redis 7.0.15.

use crate::protocol::{ArcStr, Command, Reply, Subcommand, is_container};

/// What the server must know of a command before it runs it.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of COMMAND INFO")]
pub(super) struct Spec {
    /// The name, in lower case.
    pub(super) name: &'static str,
    /// How many words with the name; negative: at least so many.
    arity: i8,
    /// Changes the dataset.
    pub(super) write: bool,
    /// Runs while the link to the master is down and stale data are not served (spec REPL-23).
    pub(super) stale: bool,
    /// Runs while a dataset is loaded (spec REPL-24).
    pub(super) loading: bool,
    /// Runs while a script is past its threshold (spec REPL-25).
    pub(super) busy: bool,
    /// Runs before authentication (spec REPL-20).
    pub(super) no_auth: bool,
    /// Is not allowed in a transaction.
    pub(super) no_multi: bool,
}

const WRITE: u8 = 1;
const STALE: u8 = 2;
const LOADING: u8 = 4;
const BUSY: u8 = 8;
const NO_AUTH: u8 = 16;
const NO_MULTI: u8 = 32;
/// Flags of what runs in any condition but busy.
const ALWAYS: u8 = STALE | LOADING;

const fn spec(name: &'static str, arity: i8, flags: u8) -> Spec {
    Spec {
        name,
        arity,
        write: flags & WRITE != 0,
        stale: flags & STALE != 0,
        loading: flags & LOADING != 0,
        busy: flags & BUSY != 0,
        no_auth: flags & NO_AUTH != 0,
        no_multi: flags & NO_MULTI != 0,
    }
}

/// Every command that is simulated, by name.
static TABLE: &[Spec] = &[
    spec("acl", -2, ALWAYS),
    spec("append", 3, WRITE),
    spec("auth", -2, ALWAYS | BUSY | NO_AUTH),
    spec("bgsave", -1, 0),
    spec("client", -2, ALWAYS),
    spec("config", -2, ALWAYS),
    spec("dbsize", 1, 0),
    spec("debug", -2, ALWAYS),
    spec("decr", 2, WRITE),
    spec("decrby", 3, WRITE),
    spec("del", -2, WRITE),
    spec("discard", 1, ALWAYS | BUSY),
    spec("echo", 2, ALWAYS),
    spec("eval", -3, STALE),
    spec("exec", 1, ALWAYS),
    spec("exists", -2, 0),
    spec("expiretime", 2, 0),
    spec("failover", -1, STALE),
    spec("flushall", -1, WRITE),
    spec("flushdb", -1, WRITE),
    spec("get", 2, 0),
    spec("getset", 3, WRITE),
    spec("incr", 2, WRITE),
    spec("incrby", 3, WRITE),
    spec("info", -1, ALWAYS),
    spec("keys", 2, 0),
    spec("lastsave", 1, ALWAYS),
    spec("mget", -2, 0),
    spec("mset", -3, WRITE),
    spec("multi", 1, ALWAYS | BUSY),
    spec("persist", 2, WRITE),
    spec("pexpiretime", 2, 0),
    spec("ping", -1, 0),
    spec("psubscribe", -2, ALWAYS),
    spec("psync", -3, NO_MULTI),
    spec("pttl", 2, 0),
    spec("publish", 3, ALWAYS),
    spec("pubsub", -2, ALWAYS),
    spec("punsubscribe", -1, ALWAYS),
    spec("quit", -1, ALWAYS | BUSY | NO_AUTH),
    spec("rename", 3, WRITE),
    spec("renamenx", 3, WRITE),
    spec("replconf", -1, ALWAYS | BUSY),
    spec("replicaof", 3, STALE),
    spec("reset", 1, ALWAYS | BUSY | NO_AUTH),
    spec("role", 1, ALWAYS),
    spec("save", 1, NO_MULTI),
    spec("script", -2, STALE),
    spec("select", 2, ALWAYS),
    spec("set", -3, WRITE),
    spec("setnx", 3, WRITE),
    spec("shutdown", -1, ALWAYS | BUSY | NO_MULTI),
    spec("slaveof", 3, STALE),
    spec("strlen", 2, 0),
    spec("subscribe", -2, ALWAYS),
    spec("time", 1, ALWAYS),
    spec("touch", -2, 0),
    spec("ttl", 2, 0),
    spec("type", 2, 0),
    spec("unlink", -2, WRITE),
    spec("unsubscribe", -1, ALWAYS),
    spec("unwatch", 1, ALWAYS | BUSY),
    spec("wait", 3, 0),
    spec("watch", -2, ALWAYS | BUSY),
];

/// The commands and options that a real server has and this one has not, under their full names, and the
/// subcommands that no Sentinel has either: [`Subcommand`] lists the others.
///
/// Source: `COMMAND LIST` and `DEBUG HELP` of Redis 7.0.15.
static NOT_SIMULATED: &str = "\
    asking bgrewriteaof bitcount bitfield bitfield_ro bitop bitpos blmove blmpop blpop brpop brpoplpush \
    bzmpop bzpopmax bzpopmin cluster command copy debug|aof-flush-sleep debug|assert debug|client-eviction \
    debug|clusterlink debug|config-rewrite-force-all debug|crash-and-recover debug|digest \
    debug|digest-value debug|drop-cluster-packet-filter debug|error debug|help debug|htstats \
    debug|htstats-key debug|leak debug|listpack debug|loadaof debug|log debug|mallctl debug|mallctl-str \
    debug|object debug|oom debug|panic debug|pause-cron debug|protocol debug|quicklist \
    debug|quicklist-packed-threshold debug|replicate debug|replybuffer debug|restart debug|sdslen \
    debug|set-active-expire debug|set-skip-checksum-validation debug|stringmatch-test debug|structsize dump \
    eval_ro evalsha evalsha_ro expire expireat fcall fcall_ro function geoadd geodist geohash geopos \
    georadius georadius_ro georadiusbymember georadiusbymember_ro geosearch geosearchstore getbit getdel \
    getex getrange hdel hello hexists hget hgetall hincrby hincrbyfloat hkeys hlen hmget hmset hrandfield \
    hscan hset hsetnx hstrlen hvals incrbyfloat latency lcs lindex linsert llen lmove lmpop lolwut lpop \
    lpos lpush lpushx lrange lrem lset ltrim memory migrate module monitor move msetnx object pexpire \
    pexpireat pfadd pfcount pfdebug pfmerge pfselftest psetex pubsub|help pubsub|shardchannels \
    pubsub|shardnumsub randomkey readonly readwrite restore restore-asking rpop rpoplpush rpush rpushx sadd \
    scan scard script|debug script|exists script|flush script|help script|load sdiff sdiffstore setbit \
    setex setrange set|ex set|exat set|keepttl set|px set|pxat sinter sintercard sinterstore sismember \
    slowlog smembers smismember smove sort sort_ro spop spublish srandmember srem sscan ssubscribe substr \
    sunion sunionstore sunsubscribe swapdb sync xack xadd xautoclaim xclaim xdel xgroup xinfo xlen xpending \
    xrange xread xreadgroup xrevrange xsetid xtrim zadd zcard zcount zdiff zdiffstore zincrby zinter \
    zintercard zinterstore zlexcount zmpop zmscore zpopmax zpopmin zrandmember zrange zrangebylex \
    zrangebyscore zrangestore zrank zrem zremrangebylex zremrangebyrank zremrangebyscore zrevrange \
    zrevrangebylex zrevrangebyscore zrevrank zscan zscore zunion zunionstore";

static PING: Spec = spec("ping", -1, 0);
static INFO: Spec = spec("info", -1, ALWAYS);
static PUBLISH: Spec = spec("publish", 3, ALWAYS);
static REPLCONF: Spec = spec("replconf", -1, ALWAYS | BUSY);
static SET: Spec = spec("set", -3, WRITE);

impl Spec {
    /// Whether there is the subcommand that is named, if it needs one, and the number of words is right.
    pub(super) fn check(&self, words: &[ArcStr]) -> Result<(), Reply> {
        let sub = words.get(1).filter(|_| is_container(self.name));
        let Some(sub) = sub else { return Reply::check_arity(self.name, self.arity, words.len()) };
        match Subcommand::find(self.name, sub).filter(|found| found.is_served()) {
            Some(found) => Reply::check_arity(found.name, found.arity, words.len()),
            None => Err(not_simulated(&format!("{}|{sub}", self.name))
                .unwrap_or_else(|| Reply::unknown_subcommand(self.name, sub))),
        }
    }
}

/// The names of all commands, in lower case.
pub fn command_names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|spec| spec.name)
}

/// The full names of all commands, without those that are nothing without a subcommand.
pub(super) fn full_names() -> Vec<&'static str> {
    let plain = command_names().filter(|name| !is_container(name));
    plain.chain(Subcommand::all().filter(|sub| sub.is_served()).map(|sub| sub.name)).collect()
}

/// The full names of the subcommands and options that a real server has, and of the commands that it has and this
/// one has not.
fn others() -> impl Iterator<Item = &'static str> {
    let subcommands = Subcommand::all().filter(|sub| sub.is_of_server()).map(|sub| sub.name);
    subcommands.chain(NOT_SIMULATED.split(' '))
}

/// Whether a real server has a command of that full name, in lower case: rules of users may name it.
pub(super) fn exists(name: &str) -> bool {
    find(name).is_some() || others().any(|known| known == name)
}

/// The answer to a command, subcommand or option of that full name that a real server has and this one has not.
pub(super) fn not_simulated(full_name: &str) -> Option<Reply> {
    let name = full_name.to_ascii_lowercase();
    let unserved = Subcommand::all().filter(|sub| sub.is_of_server() && !sub.is_served());
    let mut left_out = NOT_SIMULATED.split(' ').chain(unserved.map(|sub| sub.name));
    left_out.any(|left_out| left_out == name).then(|| Reply::not_simulated(&name))
}

/// The full name of a command: with the subcommand where it has some that is known.
pub(super) fn full_name(spec: &Spec, command: &Command) -> &'static str {
    let sub = match command {
        Command::ConfigRewrite => "rewrite",
        Command::ClientKill(_) | Command::ScriptKill => "kill",
        Command::ClientSetname(_) => "setname",
        Command::Other(words) if is_container(spec.name) => words.get(1).map_or("", ArcStr::as_str),
        _ => return spec.name,
    };
    let is_it = |name: &&str| {
        name.split_once('|').is_some_and(|(of, known)| of == spec.name && known.eq_ignore_ascii_case(sub))
    };
    others().find(is_it).unwrap_or(spec.name)
}

/// The keys that a command names.
pub(super) fn keys_of(spec: &Spec, words: &[ArcStr]) -> Vec<ArcStr> {
    let words = words.get(1..).unwrap_or_default();
    match spec.name {
        "append" | "decr" | "decrby" | "expiretime" | "get" | "getset" | "incr" | "incrby" | "persist"
        | "pexpiretime" | "pttl" | "set" | "setnx" | "strlen" | "ttl" | "type" => words[..1].to_vec(),
        "rename" | "renamenx" => words[..2].to_vec(),
        "del" | "exists" | "mget" | "touch" | "unlink" | "watch" => words.to_vec(),
        "mset" => words.iter().step_by(2).cloned().collect(),
        _ => Vec::new(),
    }
}

/// The command of that name, in lower case.
pub(super) fn find(name: &str) -> Option<&'static Spec> {
    TABLE.binary_search_by(|spec| spec.name.cmp(name)).ok().map(|at| &TABLE[at])
}

/// The name of a typed command, and what is known of it; `None` for [`Command::Other`] and for what only a
/// Sentinel serves.
pub(super) fn of(command: &Command) -> Option<&'static Spec> {
    match command {
        // What is sent all the time is not looked up.
        Command::Ping => Some(&PING),
        Command::Info => Some(&INFO),
        Command::Publish { .. } => Some(&PUBLISH),
        Command::ReplconfPort(_) | Command::ReplconfCapa | Command::ReplconfAck(_) => Some(&REPLCONF),
        Command::Set { .. } => Some(&SET),
        Command::Subscribe(_) => find("subscribe"),
        Command::Multi => find("multi"),
        Command::Exec => find("exec"),
        Command::Slaveof(_) => find("slaveof"),
        Command::ConfigRewrite => find("config"),
        Command::ClientKill(_) | Command::ClientSetname(_) => find("client"),
        Command::ScriptKill => find("script"),
        Command::Psync(_) => find("psync"),
        Command::IsMasterDown { .. } | Command::Other(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_the_shortcuts_agree_with_it() {
        assert!(TABLE.is_sorted_by(|a, b| a.name < b.name));
        for shortcut in [&PING, &INFO, &PUBLISH, &REPLCONF, &SET] {
            assert_eq!(format!("{shortcut:?}"), format!("{:?}", find(shortcut.name).unwrap()));
        }
    }

    #[test]
    fn a_command_goes_by_its_subcommands_name_where_it_has_one() {
        let names = [
            ("GET config", "get"),
            ("CONFIG Get port", "config|get"),
            ("CONFIG REWRITE", "config|rewrite"),
            ("CLIENT KILL TYPE normal", "client|kill"),
            ("CLIENT TRACKING on", "client|tracking"),
            ("SCRIPT nonsense", "script"),
            ("DEBUG RESTART", "debug"),
        ];
        for (line, name) in names {
            let words: Vec<ArcStr> = line.split(' ').map(ArcStr::from).collect();
            let spec = find(&words[0].to_ascii_lowercase()).unwrap();
            assert_eq!(full_name(spec, &Command::parse(&words).unwrap()), name, "{line}");
        }
    }

    #[test]
    fn what_is_not_simulated_is_told_apart_from_what_does_not_exist() {
        assert_eq!(not_simulated("EXPIRE"), Some(Reply::error("ERR 'expire' is not simulated")));
        let tracking = Reply::error("ERR 'client tracking' is not simulated");
        assert_eq!(not_simulated("client|TRACKING"), Some(tracking));
        assert_eq!(not_simulated("nonsense"), None);
        let left_out: Vec<&str> = NOT_SIMULATED.split(' ').collect();
        let known = |name: &&str| find(name).is_some() || Subcommand::all().any(|known| known.name == *name);
        assert!(left_out.is_sorted() && !left_out.iter().any(known));
        assert!(exists("hset") && exists("client|tracking") && !exists("nonsense"));
    }

    #[test]
    fn a_negative_arity_is_a_least_one_and_a_subcommand_has_its_own() {
        let refused = |line: &str| {
            let words: Vec<ArcStr> = line.split(' ').map(ArcStr::from).collect();
            find(&words[0]).unwrap().check(&words).err().map(|reply| reply.text())
        };
        let arity = |name: &str| Some(format!("(error) ERR wrong number of arguments for '{name}' command"));
        for right in ["get k", "del k l", "config GET a b", "acl whoami", "pubsub numsub"] {
            assert_eq!(refused(right), None, "{right}");
        }
        assert_eq!(refused("get k l"), arity("get"));
        assert_eq!(refused("del"), arity("del"));
        assert_eq!(refused("config"), arity("config"));
        assert_eq!(refused("config GET"), arity("config|get"));
        assert_eq!(refused("acl whoami x"), arity("acl|whoami"));
        let unknown = "(error) ERR unknown subcommand 'Nonsense'. Try CONFIG HELP.";
        assert_eq!(refused("config Nonsense").as_deref(), Some(unknown));
    }
}
