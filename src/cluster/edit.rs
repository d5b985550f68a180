//! Editing a configuration file between two runs of a process, as an operator with an editor would.

use crate::cluster::{ActionError, Cluster, Disk, NodeId};
use crate::protocol::ArcStr;
use crate::redis::RedisConf;
use crate::sentinel::SentinelConf;
use regex_lite::Regex;
use std::sync::Arc;

/// Replaces whatever a pattern matches in the file; `^` and `$` are the ends of lines.
#[derive(Clone, Debug)]
pub struct Edit {
    pattern: Regex,
    by: ArcStr,
    /// The pattern and what replaces it, as they were given.
    given: [ArcStr; 2],
}

impl Edit {
    /// An edit, written as in Python, where the scenario files come from: `\Z` is the end of the file, and in
    /// `by` stand `\1` and `\g<1>` for the first group of the match and `\n` for the end of a line.
    ///
    /// # Errors
    /// Where the pattern is no regular expression.
    pub fn new(pattern: &str, by: &str) -> Result<Self, regex_lite::Error> {
        let right = "the pattern is right";
        let given = [pattern.into(), by.into()];
        // A backslash that is itself escaped escapes nothing.
        let end = Regex::new(r"((?:^|[^\\])(?:\\\\)*\\)Z").expect(right);
        let pattern = Regex::new(&format!("(?m){}", end.replace_all(pattern, "${1}z")))?;
        let group = Regex::new(r"\\(?:(\d)|g<(\w+)>)").expect(right);
        let by = group.replace_all(&by.replace('$', "$$"), "$${$1$2}").replace("\\n", "\n").into();
        Ok(Self { pattern, by, given })
    }

    /// The pattern and what replaces it, as run files repeat them.
    pub fn texts(&self) -> (&str, &str) {
        (&self.given[0], &self.given[1])
    }

    /// The same, with something done to what replaces it.
    pub(crate) fn with(&self, change: impl Fn(&str) -> String) -> Self {
        let Self { pattern, by, given: [old, new] } = self;
        Self { pattern: pattern.clone(), by: change(by).into(), given: [old.clone(), change(new).into()] }
    }
}

impl PartialEq for Edit {
    fn eq(&self, other: &Self) -> bool {
        self.texts() == other.texts()
    }
}

impl Eq for Edit {}

impl Cluster {
    /// How often each of the edits finds something to replace in a node's configuration file.
    pub(crate) fn count_edits(&self, id: NodeId, edits: &[Edit]) -> Vec<u32> {
        let mut text = self.conf_text(id);
        let mut counts = Vec::with_capacity(edits.len());
        for edit in edits {
            counts.push(edit.pattern.find_iter(&text).count() as u32);
            text = edit.pattern.replace_all(&text, edit.by.as_str()).into_owned();
        }
        counts
    }

    /// A node's configuration file; of a client, which has none, an empty one.
    pub fn conf_text(&self, id: NodeId) -> String {
        match &self.node(id).disk {
            Disk::Redis(conf) => conf.to_string(),
            Disk::Sentinel(conf) => conf.to_string(),
            Disk::Client(_) => String::new(),
        }
    }

    /// Edits a node's configuration file.
    ///
    /// # Errors
    /// Where Redis would refuse the edited file; it stays as it was then.
    pub(crate) fn edit_conf(&mut self, id: NodeId, edits: &[Edit]) -> Result<(), ActionError> {
        if edits.is_empty() || matches!(self.node(id).disk, Disk::Client(_)) {
            return Ok(());
        }
        let mut text = self.conf_text(id);
        for edit in edits {
            text = edit.pattern.replace_all(&text, edit.by.as_str()).into_owned();
        }
        let refused = |reason: String| ActionError::BadConf { node: self.node(id).name.clone(), reason };
        let disk = match &self.node(id).disk {
            Disk::Sentinel(_) => {
                let conf = SentinelConf::parse(&text).map_err(|error| refused(error.to_string()))?;
                Disk::Sentinel(Arc::new(conf))
            }
            _ => Disk::Redis(Arc::new(RedisConf::parse(&text).map_err(|error| refused(error.to_string()))?)),
        };
        self.nodes[id.0 as usize].disk = disk;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(pattern: &str, by: &str, text: &str) -> String {
        let edit = Edit::new(pattern, by).unwrap();
        edit.pattern.replace_all(text, edit.by.as_str()).into_owned()
    }

    #[test]
    fn lines_are_replaced_whole_and_groups_are_kept() {
        assert_eq!(edited("^port 26379$", "port 26380", "port 26379\nx 263790"), "port 26380\nx 263790");
        assert_eq!(
            edited(r"^(sentinel monitor .*) 2$", r"\1 3", "sentinel monitor m h 1 2"),
            "sentinel monitor m h 1 3"
        );
        assert_eq!(edited("a", "$1", "a"), "$1");
    }

    #[test]
    fn pythons_end_of_a_file_its_groups_and_its_line_ends_are_understood() {
        assert_eq!(edited(r"\Z", "port 1\n", "bind h\n"), "bind h\nport 1\n");
        assert_eq!(edited(r"\\Z", "end", r"a\Z"), "aend");
        assert_eq!(edited("^(port) .*$", r"\g<1> 2\nbind h", "port 1\nx"), "port 2\nbind h\nx");
        assert_eq!(Edit::new(r"\Z", r"\g<0>").unwrap().texts(), (r"\Z", r"\g<0>"));
    }

    #[test]
    fn a_pattern_that_is_none_is_refused() {
        assert!(Edit::new("(", "").is_err());
    }
}
