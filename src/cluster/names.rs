//! What host names mean; the nodes' names put in place of ids and addresses, as the captures' `sym` texts have them.

use crate::cluster::{Cluster, Machine, NamesChange};
use std::sync::Arc;

impl Cluster {
    /// Changes what names mean, for the processes that run and for those that will be started.
    pub(crate) fn change_names(&mut self, change: &NamesChange) {
        let mut names = (*self.names).clone();
        for (name, host) in &change.names {
            match host {
                Some(host) => names.insert(name, self.host_ip(*host)),
                None => names.remove(name),
            }
        }
        names.found_after = change.found_after.unwrap_or(names.found_after);
        names.failed_after = change.failed_after.unwrap_or(names.failed_after);
        self.names = Arc::new(names);
        self.spread_names();
    }

    /// Tells the processes that run what names mean now.
    pub(crate) fn spread_names(&mut self) {
        for node in &mut self.nodes {
            match &mut node.machine {
                Some(Machine::Sentinel(sentinel)) => sentinel.set_hosts(Arc::clone(&self.names)),
                Some(Machine::Redis(server)) => server.set_hosts(Arc::clone(&self.names)),
                _ => {}
            }
        }
    }

    /// `text` with every id and every `ip port` or `ip:port` of a node replaced by the node's name.
    pub fn symbolic(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for node in &self.nodes {
            for id in &node.ids {
                if text.contains(id.as_str()) {
                    text = text.replace(id.as_str(), &node.name);
                }
            }
        }
        for node in &self.nodes {
            let ip = node.addr.ip.to_string();
            if !text.contains(&ip) {
                continue;
            }
            for &port in &node.ports {
                for separator in [' ', ':'] {
                    text = replace_word(&text, &format!("{ip}{separator}{port}"), &node.name);
                }
            }
        }
        text
    }
}

/// Replaces `word` where no digit follows it.
fn replace_word(text: &str, word: &str, by: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let after = &rest[at + word.len()..];
        let is_whole = !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        out.push_str(&rest[..at]);
        out.push_str(if is_whole { by } else { word });
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_addresses_are_replaced() {
        assert_eq!(replace_word("at 10.0.0.1:6379 x", "10.0.0.1:6379", "M0"), "at M0 x");
        assert_eq!(replace_word("at 10.0.0.1:63790", "10.0.0.1:6379", "M0"), "at 10.0.0.1:63790");
    }
}
