//! Who may do what: AUTH, the ACL command, and the check of each command (spec CMD-AUTH-1).

use super::super::{Cx, Sentinel};
use super::server::{SYNTAX_ERROR, WRONG_PASSWORD};
use super::surface::{self, Found};
use crate::protocol::{ArcStr, ClientRecord, ConnId, DEFAULT_USER, Reply, Touches, literal};

impl Sentinel {
    /// Why this client may not give this command, if so.
    pub(super) fn acl_refusal(
        &self,
        client: &ClientRecord,
        found: &Found,
        words: &[ArcStr],
    ) -> Option<Reply> {
        let acl = &self.process.settings.acl;
        if acl.is_open() || found.needs_no_auth() {
            return None;
        }
        if !client.authenticated && acl.requires_auth() {
            return Some(Reply::error(literal!("NOAUTH Authentication required.")));
        }
        let (channels, patterns) = match found.name {
            "publish" => (&words[1..2], false),
            "subscribe" => (&words[1..], false),
            "psubscribe" => (&words[1..], true),
            _ => (&words[..0], false),
        };
        let touches = Touches { channels, patterns, ..Touches::default() };
        acl.refusal(&client.user, found.name, touches).map(Reply::Error)
    }

    /// `AUTH [user] password`
    pub(super) fn auth_command(&mut self, conn: ConnId, arguments: &[ArcStr]) -> Reply {
        let (user, pass) = match arguments {
            [_] if self.process.settings.acl.default_takes_any_password() => {
                return Reply::error(literal!(
                    "ERR AUTH <password> called without any password configured for the default user. Are you \
                     sure your configuration is correct?"
                ));
            }
            [pass] => (DEFAULT_USER, pass),
            [user, pass] => (user.clone(), pass),
            _ => return SYNTAX_ERROR,
        };
        if self.authenticate(conn, &user, pass) { Reply::ok() } else { WRONG_PASSWORD }
    }

    /// Lets the client act as that user, if the password is right.
    pub(super) fn authenticate(&mut self, conn: ConnId, user: &ArcStr, pass: &str) -> bool {
        let right = self.process.settings.acl.authenticates(user, pass);
        if let Some(client) = self.process.clients.get_mut(conn)
            && right
        {
            client.log_in(user.clone());
        }
        right
    }

    /// `ACL sub ...`; the connections of a user who is deleted are closed.
    pub(super) fn acl_command(
        &mut self,
        conn: ConnId,
        name: &'static str,
        arguments: &[ArcStr],
        cx: &mut Cx<'_>,
    ) -> Option<Reply> {
        let me = self.process.clients.get(conn)?.user.clone();
        let sub = name.strip_prefix("acl|")?;
        let acl = &mut self.process.settings.acl;
        let Some(answer) = acl.command(sub, arguments, &me, &surface::full_names(), surface::exists) else {
            return Some(Reply::not_simulated(name));
        };
        let clients = &self.process.clients;
        let gone =
            clients.iter().filter(|(other, client)| *other != conn && answer.deleted.contains(&client.user));
        let gone: Vec<ConnId> = gone.map(|(other, _)| other).collect();
        for other in gone {
            self.process.clients.closed(other);
            cx.out.close(other);
        }
        Some(answer.reply)
    }
}
