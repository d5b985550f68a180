//! A run as a text: the log as Redis would have printed it, and a transcript in plain words.

use crate::cluster::{Cluster, ClusterView, Record};
use crate::i18n::Lang;
use crate::sim::SimTime;
use crate::view::{format, twin};
use std::fmt::Write as _;

/// The log of every process, in the order of time: the process's name, then the line as Redis prints it.
pub fn log(cluster: &Cluster, records: &[Record]) -> String {
    let mut text = String::new();
    for record in records {
        let Some((line, node)) = cluster.log_line(record).zip(record.node) else { continue };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:<4} {line}", cluster.node(node).name);
    }
    text
}

/// What happened that matters, each in a sentence with its time from t = 0.
pub fn transcript(lang: Lang, view: &ClusterView, records: &[Record], origin: SimTime) -> String {
    let mut text = String::new();
    for (n, record) in records.iter().enumerate().filter(|(_, record)| record.at >= origin) {
        if let Some(sentence) = twin::sentence(lang, view, records, n) {
            let _ = writeln!(text, "{}  {sentence}", format::clock(record.at, origin));
        }
    }
    text
}

/// A text in two lines, the first of which has `share` of it at most: it ends at a blank where there is one to end
/// at, as in Chinese there is none. One line where all of it fits.
pub fn two_lines(text: &str, share: f64) -> (&str, &str) {
    let letters = (text.chars().count() as f64 * share) as usize;
    let Some((most, _)) = text.char_indices().nth(letters) else { return (text, "") };
    let end = text[..most].rfind(' ').filter(|end| *end >= most / 2).unwrap_or(most);
    (&text[..end], text[end..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::entry;
    use crate::sim::Seed;

    #[test]
    fn log_and_transcript_tell_a_failover_in_both_languages() {
        let played = entry("recorded-failover").unwrap().scenario();
        let begun = played.begin(Seed(7));
        let (mut cluster, mut records, origin) = (begun.cluster, begun.records, SimTime::ZERO);
        let origin = origin.max(cluster.now());
        cluster.run_until(origin + crate::sim::Micros::from_secs(15), &mut records);
        records.sort_by_key(|record| record.at);
        let log = log(&cluster, &records);
        assert_eq!(log.matches(" # +switch-master mymaster 10.77.0.10 6379 ").count(), 3);
        assert!(log.lines().all(|line| line.contains(" Jan 2026 ")), "every line has its date");
        let view = cluster.view();
        let english = transcript(Lang::En, &view, &records, origin);
        assert!(english.starts_with("00:02.000  M0 was killed"), "{english:.80}");
        let chinese = transcript(Lang::Zh, &view, &records, origin);
        assert_eq!(english.lines().count(), chinese.lines().count());
        assert!(chinese.contains("M0 被杀死"));
    }

    #[test]
    fn a_long_caption_is_broken_at_a_blank_and_a_chinese_one_between_characters() {
        assert_eq!(two_lines("M0 was killed.", 1.2), ("M0 was killed.", ""));
        assert_eq!(two_lines("M0 was killed by hand", 0.6), ("M0 was", "killed by hand"));
        assert_eq!(two_lines("哨兵认为主节点下线", 0.5), ("哨兵认为", "主节点下线"));
        assert_eq!(two_lines("a 哨兵认为主节点下线了", 0.5), ("a 哨兵认为", "主节点下线了"));
        assert_eq!(two_lines("", 0.5), ("", ""));
    }

    #[test]
    fn a_start_with_an_edited_configuration_is_told_as_one() {
        let begun = entry("mystery-foreign-sentinel").unwrap().scenario().begin(Seed(7));
        let (mut cluster, mut records) = (begun.cluster, begun.records);
        let origin = cluster.now();
        cluster.run_until(origin + crate::sim::Micros::from_secs(11), &mut records);
        let told = transcript(Lang::En, &cluster.view(), &records, origin);
        assert!(told.contains("00:10.000  A3 was started with another configuration.\n"), "{told}");
    }
}
