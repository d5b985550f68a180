//! What links were changed to, told from the figures themselves: for whom, how long, how much is lost.

use super::host_name;
use crate::cluster::{ClusterView, HostId, LinkSettings};
use crate::i18n::{Lang, Phrase, Term};
use crate::view::format;

/// A change of links, one way: from which host, to which (`None`: any), and what they are like then.
pub(in crate::view) type Rule = (Option<HostId>, Option<HostId>, LinkSettings);

/// What changes made at one moment came to; the last of them comes first, as it holds against the earlier ones.
pub(in crate::view) fn tell(lang: Lang, view: &ClusterView, rules: impl Iterator<Item = Rule>) -> String {
    let mut held: Vec<Rule> = Vec::new();
    for rule in rules {
        if held.iter().all(|(from, to, _)| (*from, *to) != (rule.0, rule.1)) {
            held.push(rule);
        }
        if rule.0.is_none() && rule.1.is_none() {
            break;
        }
    }
    let host =
        |id: Option<HostId>| id.map_or_else(|| lang.term(Term::AnyHost).into(), |id| host_name(view, id));
    if let [(from @ Some(_), to @ Some(_), LinkSettings { blocked: true, .. })] = held[..] {
        return lang.phrase(&Phrase::CutOneWay(&host(from), &host(to)));
    }
    // In the order in which they were made, those of all links last: these are what the others stand out from.
    held.reverse();
    let is_general = |rule: &&Rule| rule.0.is_none() && rule.1.is_none();
    let mut told: Vec<(LinkSettings, String)> = Vec::new();
    for (n, rule) in held.iter().enumerate().filter(|(_, rule)| !is_general(rule)) {
        let (from, to, link) = *rule;
        let back = held.iter().position(|other| *other == (to, from, link));
        if back.is_some_and(|back| back < n) {
            continue;
        }
        let arrow = if back.is_some() { '⇄' } else { '→' };
        let which = format!("{} {arrow} {}", host(from), host(to));
        match told.iter_mut().find(|(alike, _)| *alike == link) {
            Some((_, all)) => all.extend([" · ", &which]),
            None => told.push((link, which)),
        }
    }
    let others = if told.is_empty() { Term::AllLinks } else { Term::OtherLinks };
    told.extend(held.iter().find(is_general).map(|rule| (rule.2, lang.term(others).into())));
    let each = |(link, which): &(LinkSettings, String)| {
        let (least, most) =
            (format::span_us(link.latency.0), format::span_us((link.latency + link.jitter).0));
        let takes = if least == most { least } else { format!("{least}–{most}") };
        let loss = format::percent(if link.blocked { 1_000_000 } else { link.loss.ppm() });
        lang.phrase(&Phrase::LinkNow(which, &takes, &loss))
    };
    told.iter().map(each).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::entry;
    use crate::sim::{Micros, Seed};
    use crate::view::{export, fixture};

    /// What is told of the links in a run of the library, without the times.
    fn told(id: &str, lang: Lang) -> Vec<String> {
        let begun = entry(id).unwrap().scenario().begin(Seed(7));
        let (mut cluster, mut records) = (begun.cluster, begun.records);
        let origin = cluster.now();
        cluster.run_until(origin + Micros::from_secs(21), &mut records);
        records.sort_by_key(|record| record.at);
        let text = export::transcript(lang, &cluster.view(), &records, origin);
        text.lines().filter(|line| line.contains(" %")).map(|line| line[11..].to_owned()).collect()
    }

    #[test]
    fn several_rules_at_one_moment_are_one_sentence_with_its_figures() {
        assert_eq!(
            told("slow-link", Lang::En),
            [
                "S1 ⇄ M0: 1.5 s one way, 0 % lost. All other links: 60 µs–140 µs one way, 0 % lost.",
                "M0 ⇄ all: 1.5 s one way, 0 % lost. All other links: 60 µs–140 µs one way, 0 % lost.",
            ]
        );
        assert_eq!(
            told("split-vote", Lang::En)[0],
            "S1 ⇄ S2 · S1 ⇄ S3 · S2 ⇄ S3: 200 ms one way, 0 % lost. \
             All other links: 60 µs–140 µs one way, 0 % lost."
        );
        assert_eq!(
            told("lossy-link", Lang::Zh)[1],
            "M0 ⇄ 所有主机：单程 60 µs–140 µs，丢包 50 %。其余连线：单程 60 µs–140 µs，丢包 0 %。"
        );
    }

    #[test]
    fn the_last_rule_for_a_link_holds_and_a_lone_one_names_its_direction() {
        let (view, lan) = (fixture::view(), LinkSettings::LAN);
        let slow = LinkSettings { latency: Micros::from_millis(20), jitter: Micros(0), ..lan };
        let (a, b) = (Some(view.nodes[0].host), Some(view.nodes[3].host));
        let tell = |rules: &[Rule]| tell(Lang::En, &view, rules.iter().rev().copied());
        assert_eq!(tell(&[(a, b, lan), (a, b, slow)]), "M0 → S1: 20 ms one way, 0 % lost.");
        assert_eq!(tell(&[(a, b, slow), (None, None, lan)]), "All links: 60 µs–140 µs one way, 0 % lost.");
        let blocked = LinkSettings { blocked: true, ..slow };
        assert!(tell(&[(a, b, blocked)]).starts_with("Nothing gets from M0 to S1"));
        assert_eq!(tell(&[(a, None, blocked)]), "M0 → all: 20 ms one way, 100 % lost.");
    }
}
