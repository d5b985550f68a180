//! Actions as people write them: `kill M0`, `cut S1 R2`, `cmd S1 SENTINEL FAILOVER mymaster`. The verbs and
//! the order of arguments are those of links; nodes and hosts are called by their names.

use super::pack::escape;
use super::parse_action;
use crate::cluster::{Action, Cluster};

impl Cluster {
    /// Reads an action as people write it. `None` where it is not understood; a node that does not exist is
    /// one reason. A host is called by its own name or by that of a node on it.
    pub fn named_action(&self, text: &str) -> Option<Action> {
        let mut words = text.split_whitespace();
        let verb = words.next()?;
        let node = |name: &str| self.node_named(name).map(|id| id.0.to_string());
        let host = |name: &str| {
            let host = self.host_named(name).or_else(|| Some(self.node(self.node_named(name)?).host))?;
            Some(host.0.to_string())
        };
        let rest: Vec<&str> = words.collect();
        let mut parts = vec![verb.to_owned()];
        match verb {
            "linkdown" | "linkup" | "hostdown" | "hostup" | "cut" | "mend" => {
                parts.extend(rest.iter().map(|name| host(name)).collect::<Option<Vec<_>>>()?);
            }
            "part" => {
                let group = |names: &&str| {
                    names.split('-').map(host).collect::<Option<Vec<_>>>().map(|hosts| hosts.join("-"))
                };
                parts.extend(rest.iter().map(group).collect::<Option<Vec<_>>>()?);
            }
            "link" => {
                let any = |name: &str| if name == "*" { Some("*".to_owned()) } else { host(name) };
                let (ends, values) = rest.split_at_checked(2)?;
                parts.extend(ends.iter().map(|name| any(name)).collect::<Option<Vec<_>>>()?);
                parts.extend(values.iter().map(ToString::to_string));
            }
            "write" => {
                let [name, place, mode, interval] = rest[..] else { return None };
                let mode = if matches!(mode, "asks" | "hears") { mode.to_owned() } else { node(mode)? };
                parts.extend([escape(name), host(place)?, mode, interval.to_owned()]);
            }
            "disk" => {
                let (name, error) = rest.split_first()?;
                parts.push(node(name)?);
                parts.extend((!error.is_empty()).then(|| escape(&error.join(" "))));
            }
            "pace" => {
                let [name, interval] = rest[..] else { return None };
                parts.extend([escape(name), interval.to_owned()]);
            }
            "quiet" | "mark" => parts.push(escape(&rest.join(" "))),
            "heal" | "addreplica" | "addsentinel" | "drop" | "delay" | "reset" => {
                parts.extend(rest.iter().map(ToString::to_string));
            }
            _ => {
                let (name, words) = rest.split_first()?;
                parts.push(node(name)?);
                parts.extend(words.iter().map(|word| escape(word)));
            }
        }
        parse_action(&parts.join("."))
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::entry;
    use crate::scenario::share::action_text;
    use crate::sim::Seed;

    #[test]
    fn actions_are_written_with_names() {
        let cluster = entry("seed-two-machines").unwrap().scenario().begin(Seed(1)).cluster;
        let read = |text: &str| cluster.named_action(text).map(|action| action_text(&action));
        for (written, meant) in [
            ("kill M0", "kill.0"),
            ("linkdown H2", "linkdown.1"),
            ("linkdown R1", "linkdown.1"),
            ("cut M0 S3", "cut.0.2"),
            ("part H1-H2 S3", "part.0-1.2"),
            ("cmd S1 SENTINEL FAILOVER mymaster", "cmd.2.SENTINEL.FAILOVER.mymaster"),
            ("write w H3 asks 100000", "write.w.2.asks.100000"),
            ("pace w 20000", "pace.w.20000"),
            ("link * M0 1500000 0 0 0", "link.*.0.1500000.0.0.0"),
            ("disk S1 Is a directory", "disk.2.Is%20a%20directory"),
            ("disk S1", "disk.2"),
            ("script S1 /notify.sh 0", "script.2.%2Fnotify%2Esh.0"),
            ("heal", "heal"),
            ("addreplica", "addreplica"),
        ] {
            assert_eq!(read(written).as_deref(), Some(meant));
        }
        for nonsense in ["", "kill", "kill M9", "explode M0", "cut M0", "heal M0", "pace w"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
