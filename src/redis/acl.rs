//! Who may do what: AUTH, the ACL command, and the check of each command (spec REPL-20, REPL-21).

use crate::protocol::{ArcStr, Command, ConnId, DEFAULT_USER, Reply, Touches, literal};
use crate::redis::clients::Client;
use crate::redis::server::{Cx, RedisServer};
use crate::redis::table::{self, Spec};
use std::sync::Arc;

impl RedisServer {
    /// Why this client may not give this command, if so.
    pub(super) fn acl_refusal(&self, client: &Client, spec: &Spec, command: &Command) -> Option<ArcStr> {
        let acl = &self.conf.acl;
        if acl.is_open() || spec.no_auth {
            return None;
        }
        if !client.record.authenticated && acl.requires_auth() {
            return Some(literal!("NOAUTH Authentication required."));
        }
        let words = command.args();
        let keys = table::keys_of(spec, &words);
        let (channels, patterns) = match spec.name {
            "publish" => (&words[1..2], false),
            "subscribe" => (&words[1..], false),
            "psubscribe" => (&words[1..], true),
            _ => (&words[..0], false),
        };
        let touches = Touches { keys: &keys, channels, patterns, writes: spec.write };
        acl.refusal(&client.record.user, table::full_name(spec, command), touches)
    }

    /// `AUTH [user] password`
    pub(super) fn auth(&mut self, conn: ConnId, args: &[ArcStr]) -> Reply {
        let acl = &self.conf.acl;
        let (user, password) = match args {
            [_] if acl.default_takes_any_password() => {
                return Reply::error(literal!(
                    "ERR AUTH <password> called without any password configured for the default user. Are \
                     you sure your configuration is correct?"
                ));
            }
            [password] => (DEFAULT_USER, password),
            [user, password] => (user.clone(), password),
            _ => return Reply::error(literal!("ERR syntax error")),
        };
        if !acl.authenticates(&user, password) {
            return Reply::error(literal!("WRONGPASS invalid username-password pair or user is disabled."));
        }
        if let Some(client) = self.clients.get_mut(conn) {
            client.record.log_in(user);
        }
        Reply::ok()
    }

    /// `ACL sub ...`; the connections of a user who is deleted are closed.
    pub(super) fn acl(&mut self, cx: &mut Cx<'_>, conn: ConnId, args: &[ArcStr]) -> Reply {
        let Some(me) = self.clients.get(conn).map(|client| client.record.user.clone()) else {
            return Reply::Nil;
        };
        let acl = &mut Arc::make_mut(&mut self.conf).acl;
        let answer =
            acl.command(&args[0].to_ascii_lowercase(), &args[1..], &me, &table::full_names(), table::exists);
        let Some(answer) = answer else { return Reply::wrong_subcommand("ACL", &args[0]) };
        let victims: Vec<ConnId> = self
            .clients
            .iter()
            .filter(|client| client.conn != conn && answer.deleted.contains(&client.record.user))
            .map(|client| client.conn)
            .collect();
        self.kill(cx, conn, &victims, answer.reply)
    }
}
