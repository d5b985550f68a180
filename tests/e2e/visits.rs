//! First visits and returns, tours, links, embeds, forks: what is around a run.

use crate::journeys::{click, click_drawn, log, open_file, opened_with, pause, step_until};
use crate::page::Page;
use crate::site::{AROUND, Site};
use crate::webdriver::keys::ESCAPE;
use serde_json::{Value, json};

fn is_there(page: &Page, css: &str) -> bool {
    !page.browser.find_all(css).is_empty()
}

/// What tells the run, up to the playhead, from any other; the dialog that says so is opened and closed.
fn fingerprint(page: &Page) -> String {
    click(page, "share");
    let print = page.browser.attribute(&page.part("fingerprint"), "data-value").expect("it has one");
    click(page, "share-dialog-close");
    page.wait_until("the dialog is closed", || !is_there(page, "[data-testid=fingerprint]"));
    print
}

/// What stands behind the `#` of the link that the page offers.
fn link(page: &Page) -> String {
    click(page, "share");
    page.part("share-link");
    let link = page.browser.run("return document.querySelector('[data-testid=share-link]').value;");
    click(page, "share-dialog-close");
    let link = link.as_str().expect("a link is a text").to_owned();
    let (address, run) = link.split_once('#').expect("a link has a fragment");
    assert_eq!(address, page.site.url(""));
    run.to_owned()
}

fn opened(run: &str) -> Page {
    let page = Page::open_at(&format!("#{run}"));
    page.find("[data-testid=play][data-playing=false]");
    page
}

#[test]
fn a_first_visit_plays_a_failover_and_the_sandbox_is_one_click_away() {
    let page = Page::open();
    page.find("[data-testid=tour][data-step='0']");
    page.find("[data-testid=app][data-playing=true]");
    // The world stands at the very moment that was waited for: one sentinel believes it, and nobody else yet.
    page.find("[data-testid=tour][data-step='1'][data-met=true]");
    let heard = page.text("[data-testid=log]");
    assert_eq!(heard.matches("+sdown").count(), 1, "{heard}");
    // What a caption tells of has just happened when it comes, and has not been overtaken when the next one does.
    for (step, tells_of) in [(2, "+sdown"), (3, "+odown"), (4, "+elected-leader")] {
        page.find(&format!("[data-testid=tour][data-step='{step}']"));
        let heard = page.text("[data-testid=log]");
        assert!(heard.contains(tells_of), "step {step}: {heard}");
        assert!(!heard.contains("+failover-end"), "step {step}: {heard}");
    }
    page.screenshot("first-visit");
    click(&page, "to-sandbox");
    page.wait_until("the tour has gone", || !is_there(&page, "[data-testid=tour]"));
    page.wait_for_text("[data-testid=caption]", "All is well");
    // Whoever comes back is not shown it again, and finds what was left.
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    step_until(&page, "+sdown master");
    let print = fingerprint(&page);
    std::thread::sleep(std::time::Duration::from_millis(2500));
    page.browser.go(&page.site.url("?again"));
    page.wait_for_text("[data-testid=notice]", "Your last session");
    assert!(!is_there(&page, "[data-testid=tour]"));
    assert_eq!(fingerprint(&page), print);
    page.assert_quiet();
}

#[test]
fn a_task_ticks_itself_while_time_stands() {
    let page = opened_with("plain");
    click(&page, "open-catalogue");
    click(&page, "tour-seed-log");
    page.find("[data-testid=tour-next]:disabled");
    page.find("[data-testid=play][data-playing=false]");
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    page.find("[data-testid=task][data-done=true]");
    page.find("[data-testid=tour-next]:not(:disabled)");
    page.assert_quiet();
}

#[test]
fn a_tour_is_taken_in_chinese_from_its_bet_to_its_end() {
    let page = opened_with("plain");
    click(&page, "lang-zh");
    click(&page, "open-catalogue");
    page.screenshot("catalogue-chinese");
    click(&page, "tour-seed-log");
    page.wait_for_text("[data-testid=tour]", "轮到你");
    page.screenshot("tour-chinese");
    let (mut bets, mut tasks) = (0, 0);
    page.wait_until("the tour begins", || is_there(&page, "[data-testid=tour]"));
    for _ in 0..400 {
        if !is_there(&page, "[data-testid=tour]") {
            break;
        }
        // Whatever can be pressed now, in this order; time is stepped where there is nothing to press.
        let pressed = page.browser.run(
            "const can = (id) => document.querySelector(`[data-testid=${id}]:not(:disabled)`);
             const step = document.querySelector('[data-testid=tour]')?.dataset.step;
             for (const id of ['tour-next', 'bet-0', 'tour-help', 'step-notable']) {
               const button = can(id);
               // Help is asked for once.
               if (!button || id === 'tour-help' && window.helped === step) continue;
               if (id === 'tour-help') window.helped = step;
               button.click();
               return id;
             }",
        );
        bets += usize::from(pressed == json!("bet-0"));
        tasks += usize::from(pressed == json!("tour-help"));
        std::thread::sleep(std::time::Duration::from_millis(60));
    }
    assert!(
        !is_there(&page, "[data-testid=tour]"),
        "the tour does not end: {}",
        page.text("[data-testid=tour]")
    );
    assert!(bets >= 1 && tasks >= 2, "{bets} bets, {tasks} tasks");
    assert!(log(&page).contains("+convert-to-slave"));
    page.assert_quiet();
}

#[test]
fn a_link_opens_the_same_run_in_another_browser() {
    let page = opened_with("plain");
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    step_until(&page, "+switch-master mymaster");
    let (run, print) = (link(&page), fingerprint(&page));
    page.screenshot("before-sharing");
    let other = opened(&run);
    assert_eq!(fingerprint(&other), print);
    assert_eq!(other.text("[data-testid=clock] .time"), page.text("[data-testid=clock] .time"));
    assert_eq!(link(&other), run, "the form is canonical");
    other.assert_quiet();
}

#[test]
fn a_link_of_many_actions_is_packed_and_one_that_is_cut_off_says_so() {
    let actions: Vec<_> =
        (0..60).map(|n| format!("&do={}.mark.lesson%20{n}", 1_000_000 + n * 41_000)).collect();
    let page = opened(&format!("v1&scenario=plain&seed=7{}&at=4000000", actions.concat()));
    let (run, print) = (link(&page), fingerprint(&page));
    assert!(run.contains("&done=") && run.len() < 600, "{} characters: {run}", run.len());
    let other = opened(&run);
    assert_eq!(fingerprint(&other), print);
    assert_eq!(link(&other), run);
    let (cut, _) = run.split_at(run.find("&at=").expect("it has a playhead") - 100);
    other.browser.go(&other.site.url(&format!("#{cut}")));
    other.wait_for_text("[data-testid=notice]", "the link is cut off: what was done after the first");
    page.assert_quiet();
    other.assert_quiet();
}

/// Whoever goes on from a link and loads the page again finds what he did, and not the link's run.
#[test]
fn what_was_done_after_a_link_survives_a_reload() {
    let page = opened("v1&scenario=recorded-failover&seed=7&at=1000000");
    let hash = || page.browser.run("return location.hash;");
    assert!(hash().as_str().is_some_and(|hash| hash.contains("recorded-failover")), "it names the run");
    click(&page, "tool-Freeze");
    click_drawn(&page, "node-S3");
    page.wait_until("it names that run no longer", || hash() == json!(""));
    page.browser.run("location.reload();");
    page.find("[data-testid=node-S3][data-condition=frozen]");
    page.assert_quiet();
}

#[test]
fn a_broken_link_says_what_it_could_not_read() {
    let page = Page::open_at(
        "#v1&scenario=plain&seed=7&do=1000000.explode.0&do=1500000.kill.99&at=2000000&colour=red",
    );
    for sentence in ["3 parts", "“1000000.explode.0”, not understood", "“colour”", "no node number 99"]
    {
        page.wait_for_text("[data-testid=notice]", sentence);
    }
    page.screenshot("broken-link");
    page.wait_for_text("[data-testid=clock]", "00:02.000");
    // A link that is no use at all leaves the run as it was.
    page.browser.run("location.hash = 'v9&scenario=plain';");
    page.wait_for_text("[data-testid=notice]", "unknown version “v9”");
    page.wait_for_text("[data-testid=clock]", "00:02.000");
    page.browser.run("location.hash = 'v1&scenario=nowhere&seed=1&at=0';");
    page.wait_for_text("[data-testid=notice]", "no scenario “nowhere”");
    page.assert_quiet();
}

#[test]
fn an_embed_is_driven_by_messages() {
    let page = Page::open_from(Site::start(), "");
    let embed = "./?embed=player#v1&scenario=recorded-failover&seed=7&at=0";
    let embed = embed.replace('#', "%23").replace('&', "%26");
    page.browser.go(&page.site.url(&format!("{AROUND}?{embed}")));
    let got = |kind: &str| -> Vec<Value> {
        let all = page.browser.run("return got;");
        all.as_array().into_iter().flatten().filter(|m| m["type"] == kind).cloned().collect()
    };
    let send = |message: &Value| {
        page.browser.run(&format!("frames[0].postMessage({message}, '*');"));
    };
    page.wait_until("it is ready", || !got("ready").is_empty());
    assert_eq!(got("ready")[0]["scenario"], "recorded-failover");
    send(&json!({"lab": 1, "type": "seek", "id": 1, "at_ms": 15_000}));
    page.wait_until("it went there", || got("state").iter().any(|m| m["id"] == 1 && m["at_ms"] == 15_000.0));
    page.wait_until("it tells what happened", || {
        got("event").iter().any(|m| m["event"] == "+switch-master" && m["text"].as_str().is_some())
    });
    let switched = got("event").into_iter().find(|m| m["event"] == "+switch-master").unwrap();
    assert!(switched["at_ms"].as_f64().unwrap().fract() > 0.0, "{switched}");
    send(&json!({"lab": 1, "type": "seek", "id": 5, "at_ms": switched["at_ms"]}));
    page.wait_until("it went to an event's own time", || {
        got("state").iter().any(|m| m["id"] == 5 && m["at_ms"] == switched["at_ms"])
    });
    send(&json!({"lab": 1, "type": "act", "id": 2, "action": "kill S1"}));
    page.wait_until("it was done", || got("event").iter().any(|m| m["event"] == "did" && m["node"] == "S1"));
    send(&json!({"lab": 1, "type": "act", "id": 3, "action": "explode S1"}));
    page.wait_until("nonsense is refused", || got("error").iter().any(|m| m["id"] == 3));
    // A speed that is none is refused, and nothing plays.
    for (id, speed) in [(10, "0"), (11, "-1"), (12, "'fast'"), (13, "null"), (14, "NaN")] {
        page.browser
            .run(&format!("frames[0].postMessage({{lab: 1, type: 'play', id: {id}, speed: {speed}}}, '*');"));
        page.wait_until(&format!("a speed of {speed} is refused"), || {
            got("error").iter().any(|m| m["id"] == id && m["message"] == "speed is no positive number")
        });
    }
    send(&json!({"lab": 1, "type": "state", "id": 15}));
    page.wait_until("it stands still", || {
        got("state").iter().any(|m| m["id"] == 15 && m["playing"] == false)
    });
    send(&json!({"lab": 1, "type": "play", "id": 4, "speed": 1}));
    page.wait_until("it plays", || got("state").iter().any(|m| m["id"] == 4 && m["playing"] == true));
    page.screenshot("embedded");
}

#[test]
fn an_embed_has_all_that_it_promises_in_its_frame() {
    let page = Page::open();
    for (level, wanted) in [
        ("stage", vec!["stage-frame", "caption", "full-screen"]),
        ("player", vec!["stage-frame", "caption", "full-screen", "play", "scrubber"]),
    ] {
        for (width, height) in [(390, 480), (720, 480), (1000, 480)] {
            page.resize(width, height);
            page.browser.go("about:blank");
            page.browser.go(&page
                .site
                .url(&format!("?embed={level}#v1&scenario=plain&seed=7&do=445018.kill.0&at=5781482")));
            // What a node does is told in words, as on the whole page.
            page.wait_for_text("[data-testid=node-S1] .badge", "leads the failover");
            let hidden = page.browser.run(&format!(
                "const parts = {wanted:?}.map((name) => document.querySelector(`[data-testid=${{name}}]`));
                 const outside = parts.filter((part) => {{
                   const box = part.getBoundingClientRect();
                   return box.height < 1 || box.top < 0 || box.bottom > innerHeight + 1;
                 }});
                 const head = document.querySelector('.header').getBoundingClientRect();
                 if (head.bottom > parts[0].getBoundingClientRect().top + 1) outside.push('header');
                 return outside.map((part) => part.dataset ? part.dataset.testid : part);"
            ));
            assert_eq!(hidden, json!([]), "{level} at {width} x {height}");
            page.screenshot(&format!("embed-{level}-{width}"));
        }
    }
    page.assert_quiet();
}

#[test]
fn the_caption_of_an_embed_offers_what_can_be_done_in_it() {
    let page = Page::open();
    for level in ["stage", "player"] {
        page.resize(720, 480);
        page.browser.go("about:blank");
        page.browser.go(&page.site.url(&format!("?embed={level}#v1&scenario=plain&seed=7&at=0")));
        page.wait_for_text("[data-testid=caption]", "Click a node or a link");
        page.drawn();
        assert_eq!(
            page.browser.run("return document.querySelector('.tools').getBoundingClientRect().height;"),
            json!(0),
            "the frame has no room for tools"
        );
        let caption = page.text("[data-testid=caption]");
        assert!(!caption.contains("tool"), "{level}: {caption}");
        page.screenshot(&format!("embed-{level}-quiet"));
        click_drawn(&page, "node-M0");
        click(&page, "do-Kill");
        page.find("[data-testid=node-M0][data-state*=dead]");
    }
    page.assert_quiet();
}

#[test]
fn the_catalogue_is_searched_by_words_in_either_language() {
    let page = opened_with("plain");
    let titles =
        || page.browser.run("return [...document.querySelectorAll('.story h4')].map((h) => h.textContent);");
    let count = |titles: &Value| titles.as_array().map_or(0, Vec::len);
    for (language, words, one_of_them) in
        [("en", "SPLIT vote", "scenario-split-vote"), ("zh", "选票 分裂", "scenario-split-vote")]
    {
        click(&page, &format!("lang-{language}"));
        click(&page, "open-catalogue");
        page.part("catalogue-search");
        page.drawn();
        let all = count(&titles());
        assert!(all > 30, "{all}");
        crate::everyone::tab_to(&page, "catalogue-search");
        page.browser.press(words);
        page.wait_until("only what has the words is there", || (1..all / 3).contains(&count(&titles())));
        page.part(one_of_them);
        // No heading stands above nothing.
        let empty = "return document.querySelectorAll('[data-testid=catalogue] .stories:empty').length;";
        assert_eq!(page.browser.run(empty), json!(0));
        page.screenshot(&format!("catalogue-search-{language}"));
        // The other language's words find it as well, and what it is about is found whatever its title says.
        for (words, found) in [
            ("partition lost writes", "scenario-partition-lost-writes"),
            ("split VOTE", one_of_them),
            ("选票 分裂", one_of_them),
        ] {
            page.browser.press(ESCAPE);
            page.wait_until("all are back", || count(&titles()) == all);
            page.browser.press(words);
            page.wait_until("some are there", || (1..all / 3).contains(&count(&titles())));
            page.part(found);
        }
        page.browser.press("zzz");
        page.find("[data-testid=catalogue-none]");
        page.screenshot(&format!("catalogue-none-{language}"));
        assert_eq!(count(&titles()), 0);
        // Escape empties the field, and only then closes the dialog.
        page.browser.press(ESCAPE);
        page.wait_until("all are back", || count(&titles()) == all);
        page.find("[data-testid=catalogue][open]");
        page.browser.press(ESCAPE);
        page.wait_until("it is closed", || !is_there(&page, "[data-testid=catalogue][open]"));
    }
    page.assert_quiet();
}

#[test]
fn a_run_is_saved_and_opened_again() {
    let page = opened_with("plain");
    click(&page, "tool-Freeze");
    click_drawn(&page, "node-M0");
    step_until(&page, "+odown master");
    let print = fingerprint(&page);
    // Nothing is to be saved on the disk of a test: the blob is caught on its way.
    page.browser.run(
        "const make = URL.createObjectURL.bind(URL);
         window.saved = {};
         URL.createObjectURL = (blob) => {
           blob.text().then((text) => { window.saved[blob.type] = text; });
           return make(new Blob([]));
         };",
    );
    click(&page, "share");
    page.screenshot("share");
    for (what, kind, part) in [
        ("save-run", "text/plain", "v1&scenario=plain"),
        ("save-scenario", "application/json", "\"id\": \"plain\""),
        ("save-log", "text/plain", "+odown master mymaster"),
        ("save-transcript", "text/plain", "M0 was frozen"),
        ("save-events", "application/json", "\"redis_version\":\"7.0.15\""),
        ("save-svg", "image/svg+xml", "<svg"),
        ("save-png", "image/png", "PNG"),
    ] {
        page.browser.run("window.saved = {};");
        click(&page, what);
        page.wait_until(what, || {
            let text = page.browser.run(&format!("return window.saved['{kind}'] || '';"));
            text.as_str().is_some_and(|text| text.contains(part))
        });
        if what == "save-svg" {
            let svg = page.browser.run("return window.saved['image/svg+xml'];");
            let svg = svg.as_str().expect("it is a text");
            // Outside of the page an address stands below its ring, too, and says only what is its own.
            let address =
                svg.split("<text").find(|text| text.contains("10.77.0.10:6379")).expect("M0's address");
            assert!(address.contains("matrix(1, 0, 0, 1, 0, 25)"), "{address}");
            assert!(svg.len() < 120_000, "{} bytes", svg.len());
            assert!(!svg.contains("class="), "there is no style sheet");
        }
    }
    page.browser.run("window.saved = {};");
    click(&page, "save-run");
    let text = page.wait_for("the run's text", || {
        let text = page.browser.run("return window.saved['text/plain'] || null;");
        text.as_str().map(str::to_owned)
    });
    click(&page, "share-dialog-close");
    let other = opened_with("seed-two-machines");
    open_file(&other, &text);
    other.part("node-R2");
    assert_eq!(fingerprint(&other), print);
    other.assert_quiet();
}

#[test]
fn a_deed_in_the_past_leaves_a_ghost_to_compare_with_and_to_go_back_to() {
    let page = opened_with("recorded-failover");
    step_until(&page, "+switch-master mymaster");
    click(&page, "step-notable");
    page.browser.run(
        "const scrubber = document.querySelector('[data-testid=scrubber]');
         scrubber.value = '3000';
         scrubber.dispatchEvent(new Event('input', {bubbles: true}));",
    );
    page.wait_for_text("[data-testid=clock]", "00:03.000");
    // Started again before anybody noticed: the other future has no failover.
    click(&page, "tool-Kill");
    click_drawn(&page, "node-M0");
    page.wait_for_text("[data-testid=ghost]", "You changed the past at 00:03.000.");
    page.browser.run(
        "window.past = setInterval(() => document.querySelector('[data-testid=step-event]').click(), 30);",
    );
    page.wait_for_text("[data-testid=ghost]", "They differ from");
    page.browser.run("clearInterval(window.past);");
    page.wait_for_text("[data-testid=ghost]", "Now: no failover");
    assert!(page.text("[data-testid=ghost]").contains("Then: R"));
    page.part("differs");
    page.screenshot("ghost");
    click(&page, "ghost-back");
    click(&page, "to-end");
    page.wait_for_text("[data-testid=log]", "+switch-master");
    click(&page, "ghost-forget");
    page.wait_until("it is forgotten", || !is_there(&page, "[data-testid=ghost]"));
    page.assert_quiet();
}

#[test]
fn lost_writes_are_accounted_for_and_what_would_have_saved_them() {
    let page = opened_with("partition-lost-writes");
    click(&page, "tab-clients");
    page.browser.run(
        "for (let n = 0; n < 6; n++) document.querySelector('[data-testid=faster]').click();
         document.querySelector('[data-testid=play]').click();",
    );
    page.wait_until("the partition is healed and paid for", || log(&page).contains("+convert-to-slave"));
    pause(&page);
    page.wait_for_text("[data-testid=client-w]", "lost");
    click(&page, "what-if");
    page.wait_for_text("[data-testid=would]", "lost instead of");
    page.screenshot("clients");
    page.assert_quiet();
}

#[test]
fn a_run_is_laid_beside_the_recorded_ones() {
    let page = opened_with("plain");
    click(&page, "open-catalogue");
    click(&page, "compare-recorded-failover");
    page.part("comparison");
    page.wait_until("this run has its own new master", || {
        page.browser.run(
            "return [...document.querySelectorAll('[data-testid=comparison] tr')]
               .some((row) => row.textContent.includes('+switch-master') && !row.textContent.includes('not yet'));",
        ) == json!(true)
    });
    // Twenty other runs are played while one looks, and each event has its verdict and its rule.
    page.wait_for_text("[data-testid=verdict]", "21 of 21 events");
    let rows = page.browser.run(
        "return [...document.querySelectorAll('[data-testid=comparison] tbody tr')].map((row) =>
           [row.querySelector('.rule').textContent, row.lastElementChild.dataset.verdict]);",
    );
    let rows = rows.as_array().expect("rows");
    assert_eq!(rows.len(), 21);
    assert!(rows.iter().all(|row| row[1] == "equal" || row[1] == "chance"), "{rows:?}");
    assert_eq!(rows[0][0], "EVT-10", "+sdown");
    page.screenshot("recorded");
    click(&page, "not-simulated");
    page.wait_for_text("[data-testid=not-simulated] ul", "TCP");
    page.assert_quiet();
}
