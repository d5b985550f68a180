use super::*;
use crate::scenario::library;
use crate::view::tour::TOURS;

fn of(text: &str) -> Preview {
    Preview::of(Lang::En, "file", text)
}

#[test]
fn a_scenario_is_told_with_its_cast_its_settings_and_what_happens_when() {
    let file = r#"{"id": "mine", "title": "T", "about": "A", "duration_ms": 60000, "clients": ["C1"],
        "nodes": [{"name": "M0", "role": "master", "host": "A"}, {"name": "R1", "role": "replica", "of": "M0"},
                  {"name": "S1", "role": "sentinel", "host": "A"}],
        "monitors": [{"name": "mymaster", "master": "M0", "quorum": 1, "conf": {"parallel-syncs": 2}}],
        "sentinel_conf": {"down-after-milliseconds": 5000},
        "actions": [{"at_ms": 1000, "do": "writer", "name": "w", "host": "C1", "mode": "sentinel"},
                    {"at_ms": 5000, "do": "kill", "node": "M0", "failure": true},
                    {"on": {"event": "+switch-master", "nth": 2}, "delay_ms": 2000, "do": "cmd", "node": ["M0", "R1"],
                     "args": ["CONFIG", "GET", 1]}]}"#;
    let told = of(file);
    assert!(told.is_sound && told.faults.is_empty());
    assert_eq!((told.kind, told.title.as_str(), told.about.as_str()), (Some(Word::KindScenario), "T", "A"));
    assert_eq!(told.cast, "2 Redis servers, 1 sentinel, 1 client on 3 hosts");
    assert!(told.picture.starts_with("<svg") && told.picture.contains("aria-label=\"2 Redis servers"));
    assert_eq!(
        told.settings,
        ["mymaster = M0, quorum 1", "parallel-syncs 2", "down-after-milliseconds 5000"]
    );
    let rows: Vec<_> = told.rows.iter().map(|row| (row.when.as_str(), row.what.as_str())).collect();
    assert_eq!(
        rows,
        [
            ("00:01.000", "writer host=C1 mode=sentinel name=w"),
            ("00:05.000", "kill M0"),
            ("+switch-master nth=2 + 2.0 s", "cmd M0 R1 CONFIG GET 1"),
        ]
    );
    assert_eq!(of(&file.replace("\"T\"", "\"\"")).title, "mine");
    assert_eq!(
        Preview::of(Lang::Zh, "", file).cast,
        "2 个 Redis 服务器、1 个哨兵、1 个客户端，分布在 3 台主机上"
    );
}

#[test]
fn what_is_wrong_is_told_at_once_with_its_place_in_the_text() {
    let file = library()[0].json;
    let wrong = |from: &str, to: &str| {
        let text = file.replacen(from, to, 1);
        assert_ne!(text, file);
        let told = of(&text);
        assert!(!told.is_sound && told.picture.is_empty());
        let [fault] = &told.faults[..] else { panic!("{:?}", told.faults) };
        (fault.text.clone(), fault.at.clone().map(|at| text[at].to_owned()))
    };
    let (why, place) = wrong("\"role\": \"master\"", "\"role\": \"mistress\"");
    assert!(why.starts_with("nodes[0].role: "), "{why}");
    assert_eq!(place.as_deref(), Some("\"mistress\""));
    let (why, place) = wrong("\"nodes\": [", "\"nodes\": [,");
    assert!(why.starts_with("line "), "{why}");
    assert!(place.expect("it has a line").starts_with(','));
    // While one is still typing.
    assert_eq!(of("{").faults.len(), 1);
    assert_eq!(of(" \n"), Preview::default());
    assert!(of("{\"captured_at\": 1}").faults[0].text.contains("what can be opened is its scenario"));
}

#[test]
fn a_sentinel_conf_becomes_a_cluster_and_its_bad_line_is_shown() {
    let told = of("port 26379\nsentinel monitor mymaster 10.0.0.1 6379 2\n");
    assert_eq!((told.kind, told.is_sound), (Some(Word::KindConf), true));
    assert_eq!(told.cast, "3 Redis servers, 3 sentinels on 6 hosts");
    let text = "port 26379\nsentinel monitor mymaster 10.0.0.1 6379 two\n";
    let told = of(text);
    let at = told.faults[0].at.clone().expect("it has a line");
    assert_eq!(&text[at], "sentinel monitor mymaster 10.0.0.1 6379 two");
}

#[test]
fn a_tour_is_listed_step_by_step_with_all_that_is_wrong_in_it() {
    for text in TOURS {
        let tour = Tour::parse(text).expect("it is built in");
        for lang in Lang::ALL {
            let told = Preview::of(lang, "", text);
            assert!(
                told.is_sound && told.kind == Some(Word::KindTour) && told.faults.is_empty(),
                "{}",
                tour.id
            );
            assert_eq!(told.rows.len(), tour.steps.len());
            for (row, step) in told.rows.iter().zip(&tour.steps) {
                assert_eq!(row.what, step.say.get(lang));
                let task = step.task.as_ref().map(|task| format!("☐ {}", task.get(lang)));
                assert_eq!(row.more.iter().find(|more| more.starts_with('☐')), task.as_ref());
            }
        }
    }
    let both = r#"{"en": "a", "zh": "b"}"#;
    let text = format!(
        r#"{{"id": "x", "title": {both}, "about": {both}, "scenario": "plain", "steps": [
            {{"say": {both}, "point": "moon"}}, {{"say": {both}, "until": {{"event": "+odown", "times": 2}}}},
            {{"say": {both}, "task": {both}}}]}}"#
    );
    let told = of(&text);
    assert!(
        !told.is_sound && told.rows.len() == 3 && !told.picture.is_empty(),
        "what is right is shown as well"
    );
    assert_eq!(told.rows[1].more, ["… event +odown, times 2"]);
    let places: Vec<_> =
        told.faults.iter().map(|fault| text[fault.at.clone().expect("a place")].to_owned()).collect();
    assert_eq!(places, ["\"moon\"".to_owned(), format!(r#"{{"say": {both}, "task": {both}}}"#)]);
}

#[test]
fn a_run_is_told_with_what_was_done_in_it_and_what_cannot_be_read() {
    let told = of("v1&scenario=plain&seed=7&do=4000000.kill.0&do=4500000.cut.0.2&do=5.explode&at=9000000");
    assert_eq!((told.kind, told.is_sound, told.faults.len()), (Some(Word::KindRun), true, 1));
    let rows: Vec<_> = told.rows.iter().map(|row| (row.when.as_str(), row.what.as_str())).collect();
    assert_eq!(rows, [("00:04.000", "kill M0"), ("00:04.500", "cut 0 2")]);
    let told = of("v9&scenario=plain");
    assert!(!told.is_sound && told.faults[0].text.contains("unknown version"));
}

#[test]
fn the_markup_holds_what_a_file_says_as_texts_and_where_a_fault_is_as_a_browser_counts() {
    let text = r#"{"id": "<b>\u0041 中文😀", "title": "<i>", "nodes": "none"}"#;
    let told = of(text);
    let html = told.markup(Lang::En, text);
    let from = text.find("\"none\"").expect("it is there");
    let to = text[..from + 6].encode_utf16().count();
    assert!(html.contains(&format!("data-to=\"{to}\">Show where")), "{html}");
    let file = r#"{"id": "x", "title": "<i>&", "duration_ms": 1, "monitors": [], "nodes": [{"name": "M0", "role": "master"}],
        "actions": [{"at_ms": 1, "do": "mark", "label": "<u>"}]}"#;
    let told = of(file);
    let html = told.markup(Lang::En, file);
    assert!(
        html.contains("<h3 class=\"\">&lt;i>&amp;</h3>") && html.contains("<span>mark label=&lt;u></span>"),
        "{html}"
    );
    assert_eq!(told.verdict(Lang::En), "✓ Scenario · 1 Redis server on 1 host");
    assert!(Preview::default().verdict(Lang::Zh).starts_with("输入"));
}
