//! What a sentinel finds on its host's disk besides its configuration.

use super::{Sentinel, SentinelConf};
use crate::protocol::ArcStr;
use std::collections::BTreeSet;

/// The files around a sentinel, as far as it notices them.
///
/// Nothing is assumed about paths: a script is there unless it was said to be missing, so that a real
/// sentinel.conf runs without its scripts being named to the world first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// Scripts that are not there, or are not executable (spec CONF-25, CONF-26, CMD-SETOPT-5).
    pub missing_scripts: BTreeSet<ArcStr>,
    /// Why every write of the configuration fails, such as `Is a directory`; `None` while it succeeds. What
    /// was saved before stays readable (spec LOG-12).
    pub save_error: Option<ArcStr>,
}

impl Files {
    /// Whether a configuration names a script that is missing, which ends a start (spec CONF-25, CONF-26).
    pub fn lack_a_script_of(&self, conf: &SentinelConf) -> bool {
        let is_missing = |path: &ArcStr| self.missing_scripts.contains(path);
        conf.masters().iter().any(|master| {
            let scripts = [&master.notification_script, &master.client_reconfig_script];
            scripts.into_iter().flatten().any(is_missing)
        })
    }
}

impl Sentinel {
    /// Makes every write of its file fail with this error, such as `Permission denied`; `None` repairs it.
    pub fn set_disk_error(&mut self, error: Option<ArcStr>) {
        self.process.disk_error = error;
    }

    /// Finds the files of its host as they are when it starts.
    pub(super) fn find_files(&mut self, files: &Files) {
        for path in &files.missing_scripts {
            self.set_script(path.clone(), None);
        }
        self.set_disk_error(files.save_error.clone());
    }
}
