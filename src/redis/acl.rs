//! Who may do what: AUTH, the ACL command, and the check of each command (spec REPL-20, REPL-21).

use crate::protocol::{ArcStr, Command, ConnId, Reply, Touches};
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
        if let Some(refusal) = acl.login_refusal(client.record.authenticated) {
            return Some(refusal);
        }
        let words = command.args();
        let keys = table::keys_of(spec, &words);
        let touches = Touches { keys: &keys, writes: spec.write, ..Touches::channels_of(spec.name, &words) };
        acl.refusal(&client.record.user, table::full_name(spec, command), touches)
    }

    /// `AUTH [user] password`
    pub(super) fn auth(&mut self, conn: ConnId, args: &[ArcStr]) -> Reply {
        match self.conf.acl.log_in(args) {
            Ok(user) => {
                if let Some(client) = self.clients.get_mut(conn) {
                    client.record.log_in(user);
                }
                Reply::ok()
            }
            Err(refusal) => refusal,
        }
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
