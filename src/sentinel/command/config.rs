//! `SENTINEL CONFIG SET` and `GET` (spec CMD-CONFIG-1 to 3).

use super::super::config::yes_or_no;
use super::super::{Cx, Sentinel, Settings};
use super::Map;
use crate::protocol::glob;
use crate::protocol::{ArcStr, Reply, integer, literal};

impl Sentinel {
    pub(super) fn config_command(&mut self, arguments: &[ArcStr], cx: &mut Cx<'_>) -> Reply {
        match arguments {
            [set, option, value] if set.eq_ignore_ascii_case("set") => {
                self.config_set(&option.to_ascii_lowercase(), option, value, cx)
            }
            [get, pattern] if get.eq_ignore_ascii_case("get") => self.config_get(pattern),
            _ => Reply::error(literal!(
                "ERR Only SENTINEL CONFIG GET <option> / SET <option> <value> are supported."
            )),
        }
    }

    fn config_set(&mut self, name: &str, option: &str, value: &ArcStr, cx: &mut Cx<'_>) -> Reply {
        let settings = &mut self.process.settings;
        let text = (!value.is_empty()).then(|| value.clone());
        let valid = match name {
            "resolve-hostnames" => set_switch(&mut settings.resolve_hostnames, value),
            "announce-hostnames" => set_switch(&mut settings.announce_hostnames, value),
            "announce-ip" => {
                settings.announce_ip = text;
                true
            }
            "announce-port" => {
                let port = integer(value).filter(|port| (0..=65535).contains(port));
                settings.announce_port = port.map_or(settings.announce_port, |port| port as i32);
                port.is_some()
            }
            "sentinel-user" => {
                settings.sentinel_user = text;
                true
            }
            "sentinel-pass" => {
                settings.sentinel_pass = text;
                true
            }
            _ => {
                return Reply::error(format!("ERR Invalid argument '{option}' to SENTINEL CONFIG SET"));
            }
        };
        if !valid {
            return Reply::error(format!("ERR Invalid value '{value}' to SENTINEL CONFIG SET '{option}'"));
        }
        self.process.resolver.resolve_hostnames = self.process.settings.resolve_hostnames;
        for master in &mut self.masters {
            master.hello = None;
        }
        let reply = self.flushed(cx);
        if matches!(name, "sentinel-user" | "sentinel-pass") {
            self.drop_sentinel_connections(cx);
        }
        self.stir();
        reply
    }

    /// Peers are dialled anew with other credentials (spec LINK-20).
    fn drop_sentinel_connections(&mut self, cx: &mut Cx<'_>) {
        let peers = self.masters.iter().flat_map(|master| master.sentinels.iter());
        for link in peers.map(|sentinel| sentinel.instance.link) {
            self.process.links.close_both(link, cx.out);
        }
    }

    fn config_get(&self, pattern: &str) -> Reply {
        let mut map = Map::default();
        for (name, value) in options(&self.process.settings) {
            if glob::matches_any_case(pattern, name) {
                map.put_reply(name, Reply::Bulk(value));
            }
        }
        map.reply()
    }
}

/// The options that `SENTINEL CONFIG` knows.
pub fn config_options() -> impl Iterator<Item = &'static str> {
    options(&Settings::default()).into_iter().map(|(name, _)| name)
}

fn options(settings: &Settings) -> [(&'static str, ArcStr); 6] {
    let switch = |on: bool| if on { literal!("yes") } else { literal!("no") };
    let text = |value: &Option<ArcStr>| value.clone().unwrap_or_default();
    [
        ("resolve-hostnames", switch(settings.resolve_hostnames)),
        ("announce-hostnames", switch(settings.announce_hostnames)),
        ("announce-ip", text(&settings.announce_ip)),
        ("announce-port", settings.announce_port.to_string().into()),
        ("sentinel-user", text(&settings.sentinel_user)),
        ("sentinel-pass", text(&settings.sentinel_pass)),
    ]
}

/// Sets a yes-or-no option; false where the value is neither.
fn set_switch(option: &mut bool, value: &str) -> bool {
    let on = yes_or_no(value);
    *option = on.unwrap_or(*option);
    on.is_some()
}
