//! Who may do what: AUTH, the ACL command, and the check of each command (spec CMD-AUTH-1).

use super::super::{Cx, Sentinel};
use super::surface::{self, Found};
use crate::protocol::{ArcStr, ClientRecord, ConnId, Reply, Touches};

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
        let refusal = acl
            .login_refusal(client.authenticated)
            .or_else(|| acl.refusal(&client.user, found.name, Touches::channels_of(found.name, words)));
        refusal.map(Reply::Error)
    }

    /// `AUTH [user] password`
    pub(super) fn auth_command(&mut self, conn: ConnId, arguments: &[ArcStr]) -> Reply {
        match self.process.settings.acl.log_in(arguments) {
            Ok(user) => {
                if let Some(client) = self.process.clients.get_mut(conn) {
                    client.log_in(user);
                }
                Reply::ok()
            }
            Err(refusal) => refusal,
        }
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
