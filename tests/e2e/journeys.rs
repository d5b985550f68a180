//! What a person comes for: break something and watch, change a setting, go back, open a file.

use crate::page::{Page, choose_and_pause};
use serde_json::json;

const ENTER: &str = "\u{E007}";

/// Opens the page and chooses a built-in scenario; the run begins anew and is paused at its first moment.
pub(crate) fn opened_with(id: &str) -> Page {
    let page = Page::open();
    choose_and_pause(&page.browser, id);
    page.find("[data-testid=node-M0]");
    page.find("[data-testid=play][data-playing=false]");
    page
}

pub(crate) fn pause(page: &Page) {
    let play = page.part("play");
    if page.browser.attribute(&play, "data-playing").as_deref() == Some("true") {
        page.browser.click(&play);
    }
    page.find("[data-testid=play][data-playing=false]");
}

pub(crate) fn click(page: &Page, testid: &str) {
    page.browser.click(&page.part(testid));
}

/// A click on something drawn, which has no box that the driver could click at.
pub(crate) fn click_drawn(page: &Page, testid: &str) {
    page.part(testid);
    page.browser.run(&format!(
        "const drawn = document.querySelector('[data-testid=\"{testid}\"]');
         const box = drawn.getBoundingClientRect();
         const at = {{bubbles: true, clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, pointerId: 1}};
         drawn.dispatchEvent(new PointerEvent('pointerdown', at));
         drawn.dispatchEvent(new PointerEvent('pointerup', at));
         drawn.dispatchEvent(new MouseEvent('click', at));"
    ));
}

pub(crate) fn log(page: &Page) -> String {
    page.text("[data-testid=log]")
}

/// Steps from one notable event to the next until the log says it.
pub(crate) fn step_until(page: &Page, wanted: &str) {
    for _ in 0..60 {
        if log(page).contains(wanted) {
            return;
        }
        click(page, "step-notable");
        page.drawn();
    }
    page.wait_for_text("[data-testid=log]", wanted);
}

fn role(page: &Page, node: &str) -> Option<String> {
    page.browser.attribute(&page.part(&format!("node-{node}")), "data-role")
}

#[test]
fn killing_the_master_ends_with_another_one() {
    let page = opened_with("plain");
    assert_eq!(role(&page, "M0").as_deref(), Some("master"));
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    page.find("[data-testid=node-M0][data-state*=dead]");
    step_until(&page, "+odown master mymaster");
    page.screenshot("objectively-down");
    step_until(&page, "+switch-master mymaster 10.77.0.10 6379");
    page.wait_until("another node is the master", || {
        ["R1", "R2"].iter().any(|node| role(&page, node).as_deref() == Some("master"))
    });
    page.screenshot("switched");
    page.assert_quiet();
}

#[test]
fn going_back_in_time_takes_back_what_happened() {
    let page = opened_with("plain");
    // What is done at the first moment is there at the beginning, too.
    click(&page, "step-packet");
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    step_until(&page, "+sdown master");
    click(&page, "to-start");
    page.wait_until("the past has no +sdown", || !log(&page).contains("+sdown master"));
    page.find("[data-testid=node-M0]:not([data-state*=dead])");
    click(&page, "to-end");
    page.wait_for_text("[data-testid=log]", "+sdown master");
    page.assert_quiet();
}

#[test]
fn of_two_masters_the_panels_tell_of_the_one_that_is_chosen() {
    let page = opened_with("plain");
    let nodes = ["MA", "MB"].map(|name| json!({"name": name, "role": "master"}));
    let sentinels = ["S1", "S2", "S3"].map(|name| json!({"name": name, "role": "sentinel"}));
    let file = json!({
        "id": "two", "duration_ms": 60_000,
        "nodes": nodes.into_iter().chain(sentinels).collect::<Vec<_>>(),
        "monitors": [{"name": "a", "master": "MA", "quorum": 2}, {"name": "b", "master": "MB", "quorum": 1}],
    });
    open_file(&page, &file.to_string());
    click(&page, "tab-settings");
    let quorum = "document.querySelector('[data-testid=set-quorum]').getAttribute('aria-valuetext')";
    page.wait_until("it tells of the first", || {
        page.browser
            .run(&format!("return document.querySelector('[data-testid=masters]')?.value + {quorum};"))
            == "a2"
    });
    page.browser.run(
        "const masters = document.querySelector('[data-testid=masters]');
         masters.value = 'b';
         masters.dispatchEvent(new Event('change', {bubbles: true}));",
    );
    page.wait_until("it tells of the other", || page.browser.run(&format!("return {quorum};")) == "1");
    page.screenshot("two-masters");
    click(&page, "tab-beliefs");
    page.wait_until("so does the matrix", || {
        let cells = page.browser.run(
            "return [...document.querySelectorAll('[data-testid=matrix] tbody tr:first-child td [aria-hidden]')]
                 .map(cell => cell.textContent.trim()).slice(0, 2).join();",
        );
        cells.as_str().is_some_and(|cells| cells.starts_with("?,M"))
    });
}

#[test]
fn a_quorum_set_on_the_page_is_set_on_every_sentinel() {
    let page = opened_with("plain");
    click(&page, "tab-settings");
    page.part("set-quorum");
    page.browser.run(
        "const slider = document.querySelector('[data-testid=set-quorum]');
         slider.value = String(Number(slider.value) + 1);
         slider.dispatchEvent(new Event('input', {bubbles: true}));
         slider.dispatchEvent(new Event('change', {bubbles: true}));",
    );
    step_until(&page, "+set master mymaster 10.77.0.10 6379 quorum 3");
    click(&page, "step-notable");
    click(&page, "step-notable");
    page.wait_until("all three said so", || log(&page).matches("6379 quorum 3").count() == 3);
    page.assert_quiet();
}

#[test]
fn a_packet_in_flight_can_be_caught_and_dropped() {
    let page = opened_with("plain");
    page.step_to_packet(".packet[data-shown=true][data-packet]");
    let dropped = page.browser.run(
        "const packet = [...document.querySelectorAll('.packet[data-shown=true][data-packet]')].at(-1);
         const box = packet.getBoundingClientRect();
         const at = {bubbles: true, clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, pointerId: 1};
         packet.dispatchEvent(new PointerEvent('pointerdown', at));
         packet.dispatchEvent(new PointerEvent('pointerup', at));
         packet.dispatchEvent(new MouseEvent('click', at));
         return packet.getAttribute('data-packet');",
    );
    assert!(dropped.is_string(), "{dropped}");
    click(&page, "do-Drop");
    page.wait_until("the menu has closed", || page.browser.find_all("[data-testid=menu]").is_empty());
    page.assert_quiet();
}

#[test]
fn a_node_can_be_added() {
    let page = opened_with("plain");
    click(&page, "AddReplica");
    page.part("node-R3");
    click(&page, "AddSentinel");
    page.part("node-S4");
    page.screenshot("grown");
    page.assert_quiet();
}

#[test]
fn the_page_speaks_chinese_when_asked() {
    let page = opened_with("plain");
    click(&page, "AddReplica");
    page.wait_for_text("[data-testid=log]", "A new replica follows the master");
    click(&page, "lang-zh");
    page.wait_for_text("body", "哨兵");
    // What was told before, too.
    page.wait_for_text("[data-testid=log]", "新副本已跟随主节点");
    assert_eq!(page.browser.run("return document.documentElement.lang;"), json!("zh"));
    page.screenshot("chinese");
    page.assert_quiet();
}

/// Chooses a file in the page's file field, and opens what the page shows of it.
pub(crate) fn open_file(page: &Page, text: &str) {
    choose_file(page, text);
    click(page, "open-run");
}

/// Chooses a file; the page shows what it would become.
pub(crate) fn choose_file(page: &Page, text: &str) {
    let text = json!(text);
    page.part("file");
    page.browser.run(&format!(
        "const input = document.querySelector('[data-testid=file]');
         const files = new DataTransfer();
         files.items.add(new File([{text}], 'scenario.json', {{type: 'application/json'}}));
         input.files = files.files;
         input.dispatchEvent(new Event('change', {{bubbles: true}}));"
    ));
    page.find("[data-testid=open-dialog][open]");
    page.wait_until("the file is read", || {
        // The field has line ends of its own.
        page.browser.run(&format!(
            "return document.querySelector('[data-testid=open-text]').value === {text}.replaceAll('\\r\\n', '\\n');"
        )) == json!(true)
    });
}

/// Has the field of the dialog hold a text, as if it were typed.
fn write(page: &Page, text: &str) {
    page.browser.run(&format!(
        "const area = document.querySelector('[data-testid=open-text]');
         area.value = {};
         area.dispatchEvent(new Event('input', {{bubbles: true}}));",
        json!(text)
    ));
}

fn fixture() -> serde_json::Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/scenarios/02a_seed_process_killed.json");
    let text = std::fs::read_to_string(path).expect("it is part of the repository");
    serde_json::from_str(&text).expect("it is JSON")
}

#[test]
fn a_scenario_file_is_opened_and_played() {
    let page = opened_with("plain");
    open_file(&page, &fixture().to_string());
    page.wait_until("the file's topology is there", || {
        page.browser.find_all("[data-testid=node-R2]").is_empty()
    });
    pause(&page);
    step_until(&page, "+switch-master mymaster 10.77.0.121 6379 10.77.0.122 6379");
    page.assert_quiet();
}

/// What the dialog shows as an example can be run as it stands, and changed.
#[test]
fn the_example_of_a_scenario_is_run_and_changed() {
    let page = opened_with("plain");
    click(&page, "open");
    for node in ["M0", "Z0"] {
        click(&page, "open-example");
        page.browser.run(&format!(
            "const area = document.querySelector('[data-testid=open-text]');
             area.value = area.value.replaceAll('M0', '{node}');
             area.dispatchEvent(new Event('input', {{bubbles: true}}));"
        ));
        page.screenshot("open-example");
        click(&page, "open-run");
        page.part(&format!("node-{node}"));
        pause(&page);
        step_until(&page, "was killed");
        click(&page, "open");
    }
    page.assert_quiet();
}

#[test]
fn what_is_written_is_shown_as_it_would_become_and_what_is_wrong_with_its_place() {
    let page = opened_with("plain");
    click(&page, "open");
    let part = |what: &str| page.text(&format!("[data-testid=open-{what}]"));
    assert!(part("verdict").contains("here is shown at once what it becomes"));
    assert_eq!(page.browser.run("return document.activeElement.dataset.testid;"), json!("open-choose"));
    click(&page, "open-edit");
    page.wait_for_text("[data-testid=open-verdict]", "Scenario · 3 Redis servers, 3 sentinels on 6 hosts");
    let drawn = "document.querySelectorAll('.preview-svg .node').length";
    assert_eq!(page.browser.run(&format!("return {drawn};")), json!(6));
    assert!(part("preview").contains("mymaster = M0, quorum 2"));
    let area = "document.querySelector('[data-testid=open-text]')";
    let text = page.browser.run(&format!("return {area}.value;"));
    let text = text.as_str().expect("it is a text").to_owned();
    assert_eq!(text, sentinel_lab::scenario::entry("plain").expect("it is built in").json);
    // An action is added, with a mistake, which is shown at its place.
    let action = |node: &str| {
        let with = format!("\"actions\": [{{\"at_ms\": 1500, \"do\": \"kill\", \"node\": \"{node}\"}}]");
        let changed = text.replace("\"actions\": []", &with);
        assert_ne!(changed, text);
        changed
    };
    write(&page, &action("M9"));
    page.wait_for_text("[data-testid=open-error]", "actions[0].node: there is no node named \"M9\"");
    page.screenshot("open-wrong");
    page.browser.run("document.querySelector('[data-testid=show-where]').focus();");
    page.browser.press(ENTER);
    let marked = format!("return {area}.value.slice({area}.selectionStart, {area}.selectionEnd);");
    page.wait_until("it is marked", || page.browser.run(&marked) == json!("\"M9\""));
    assert_eq!(page.browser.run("return document.activeElement.id;"), json!("open-text"));
    // It cannot be opened so.
    click(&page, "open-run");
    page.find("[data-testid=open-dialog][open]");
    write(&page, &action("M0"));
    page.wait_for_text("[data-testid=open-rows]", "kill M0");
    assert!(part("rows").contains("00:01.500") && part("error").is_empty());
    page.screenshot("open-written");
    click(&page, "open-run");
    page.wait_until("it is open", || page.browser.find_all("[data-testid=open-dialog][open]").is_empty());
    pause(&page);
    step_until(&page, "M0 was killed");
    // What is open is what is edited next.
    click(&page, "open");
    click(&page, "open-edit");
    page.wait_for_text("[data-testid=open-rows]", "kill M0");
    page.assert_quiet();
}

/// Whoever uses a hosted page has no repository.
#[test]
fn how_scenarios_tours_and_embeds_are_written_is_told_in_pages_beside_the_page() {
    for (button, name, says) in [
        ("open", "scenarios", "The master dies while a client writes"),
        ("open", "tours", "A step with an until plays"),
        ("share", "embed", "Only the page around the embed is listened to."),
    ] {
        let page = opened_with("plain");
        click(&page, button);
        let link = format!("return document.querySelector('[data-testid=doc-{name}]').href;");
        page.part(&format!("doc-{name}"));
        let address = page.browser.run(&link);
        page.browser.go(address.as_str().expect("it leads somewhere"));
        page.wait_for_text("main", says);
        page.screenshot(&format!("docs-{name}"));
        // Each leads to the others and back, and no link is dead.
        let links = page.browser.run("return [...document.querySelectorAll('a')].map((link) => link.href);");
        let links: Vec<_> =
            links.as_array().expect("a list").iter().filter_map(|link| link.as_str()).collect();
        assert!(links.len() >= 3, "{links:?}");
        for link in links {
            page.browser.go(link);
            if let Some((_, id)) = link.split_once('#') {
                page.find(&format!("[id='{id}']"));
            }
        }
        let requests = page.site.requests();
        let missing: Vec<_> = requests.iter().filter(|request| !request.found).collect();
        assert!(missing.iter().all(|request| request.path == "/favicon.ico"), "{missing:#?}");
    }
}

#[test]
fn a_dropped_tour_is_listed_step_by_step_before_it_is_opened() {
    let tour = include_str!("../../src/view/tours/two_sentinels.json");
    let page = opened_with("plain");
    page.resize(390, 844);
    page.browser.run(&format!(
        "const files = new DataTransfer();
         files.items.add(new File([{}], 'tour.json', {{type: 'application/json'}}));
         window.dispatchEvent(new DragEvent('drop', {{dataTransfer: files, bubbles: true, cancelable: true}}));",
        json!(tour)
    ));
    page.find("[data-testid=open-dialog][open]");
    page.wait_for_text("[data-testid=open-verdict]", "Tour · 2 Redis servers, 2 sentinels on 2 hosts");
    let steps = sentinel_lab::view::tour::Tour::parse(tour).expect("it is built in").steps;
    let count = "return document.querySelectorAll('[data-testid=open-rows] li').length;";
    assert_eq!(page.browser.run(count), json!(steps.len()));
    assert!(page.text("[data-testid=open-rows]").contains('☐'), "it has a task");
    let within = page.browser.run(
        "const dialog = document.querySelector('[data-testid=open-dialog]');
         const run = document.querySelector('[data-testid=open-run]').getBoundingClientRect();
         return [dialog.scrollWidth <= dialog.clientWidth, run.bottom <= innerHeight && run.right <= innerWidth];",
    );
    assert_eq!(within, json!([true, true]));
    page.screenshot("open-tour-phone");
    click(&page, "open-run");
    page.find("[data-testid=tour][data-step='0']");
    page.assert_quiet();
}

#[test]
fn a_bad_scenario_file_is_refused_with_a_sentence_and_the_world_goes_on() {
    let page = opened_with("plain");
    step_until(&page, "");
    let clock = page.text("[data-testid=clock]");
    let changed = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut file = fixture();
        change(&mut file);
        file.to_string()
    };
    let cases = [
        ("{ not json".to_owned(), "line 1, column 3"),
        (changed(&|f| f["nodes"] = json!([])), "a scenario needs at least one node"),
        (changed(&|f| f["actions"][0]["do"] = json!("explode")), "unknown action \"explode\""),
        (changed(&|f| f["actions"][0]["node"] = json!("M9")), "there is no node named \"M9\""),
        (changed(&|f| f["monitors"][0]["quorum"] = json!(0)), "quorum must be 1 or greater, got 0"),
        (changed(&|f| f["actions"][0]["at_ms"] = json!(-1)), "a time is 0 to"),
        (
            changed(&|f| {
                let node = |n: u32| json!({"name": format!("S{n}"), "role": "sentinel"});
                f["nodes"] = (0..20_000).map(node).collect();
            }),
            "20000 nodes are more than the 400 that are possible",
        ),
    ];
    for (text, sentence) in cases {
        open_file(&page, &text);
        page.wait_for_text("[data-testid=open-error]", sentence);
        page.part("node-R2");
        assert_eq!(page.text("[data-testid=clock]"), clock, "after: {sentence}");
    }
    page.assert_quiet();
}

#[test]
fn nothing_is_cut_off_on_a_phone_or_a_laptop() {
    let page = opened_with("plain");
    for (width, height) in [(390, 844), (900, 461), (1100, 700), (1440, 900)] {
        page.resize(width, height);
        page.part("stage");
        let size = page.browser.run(
            "const root = document.documentElement;
             return [root.scrollWidth <= root.clientWidth, root.scrollHeight <= root.clientHeight];",
        );
        assert_eq!(size, json!([true, true]), "{width}x{height} scrolls");
        page.screenshot(&format!("at-{width}"));
    }
}
