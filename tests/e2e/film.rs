//! A span of the run saved as a film, which is then watched.

use crate::journeys::click;
use crate::page::Page;
use crate::site::AROUND;
use serde_json::json;

/// A run a moment before its master is killed, paused; what would be saved is kept as `window.film` instead.
fn opened() -> Page {
    let page = Page::open_at("#v1&scenario=plain&seed=7&do=1200000.kill.0&at=1000000");
    page.find("[data-testid=play][data-playing=false]");
    page.browser.run(
        "const make = URL.createObjectURL.bind(URL);
         URL.createObjectURL = (blob) => {
           const reader = new FileReader();
           reader.onload = () => { window.film = reader.result; };
           reader.readAsDataURL(blob);
           return make(new Blob([]));
         };",
    );
    page
}

fn begin(page: &Page, seconds: u64) {
    click(page, "share");
    page.screenshot("share-film");
    click(page, &format!("film-{seconds}"));
    page.find("[data-testid=film-bar]");
}

/// The film that was saved: its kind, how long it is in seconds, and how many of twelve frames of it differ.
fn watched(page: &Page) -> (String, f64, usize) {
    let film = page
        .wait_for("a film", || page.browser.run("return window.film || null;").as_str().map(str::to_owned));
    assert!(page.browser.find_all("[data-testid=film-bar]").is_empty(), "it is told no longer");
    // The page may load no film; the one around an embed may.
    page.browser.go(&page.site.url(AROUND));
    page.browser.run(&format!(
        "(async () => {{
           const blob = await (await fetch({})).blob();
           const video = document.createElement('video');
           const [pen, seen] = [document.createElement('canvas').getContext('2d'), new Set()];
           const at = (time) => new Promise((done) => {{ video.onseeked = done; video.currentTime = time; }});
           video.src = URL.createObjectURL(blob);
           await new Promise((done) => {{ video.onloadeddata = done; }});
           await at(1e6);
           const length = video.currentTime;
           [pen.canvas.width, pen.canvas.height] = [video.videoWidth, video.videoHeight];
           for (let n = 0; n < 12; n++) {{
             await at(length * n / 12);
             pen.drawImage(video, 0, 0);
             seen.add(pen.canvas.toDataURL());
           }}
           window.watched = [blob.type, length, seen.size];
         }})();",
        json!(film)
    ));
    let watched = page.wait_for("the film's end", || {
        Some(page.browser.run("return window.watched || null;")).filter(|watched| !watched.is_null())
    });
    let kind = watched[0].as_str().expect("it is a text").to_owned();
    (kind, watched[1].as_f64().expect("a time"), watched[2].as_u64().expect("a number") as usize)
}

#[test]
fn a_span_of_the_run_is_saved_as_a_film_that_moves() {
    for (motion, least) in [("no-preference", 6), ("reduce", 2)] {
        let page = opened();
        page.prefer(&[("prefers-reduced-motion", motion)]);
        begin(&page, 2);
        page.wait_until("it has come to its end", || {
            page.text("[data-testid=clock] .time").starts_with("00:03.000")
                && page.browser.find_all("[data-testid=film-bar]").is_empty()
        });
        page.find("[data-testid=play][data-playing=false]");
        let (kind, length, frames) = watched(&page);
        assert!(kind.starts_with("video/webm"), "{kind}");
        assert!(length > 1.0, "{length} s, with motion: {motion}");
        assert!(frames >= least, "{frames} different frames, with motion: {motion}");
    }
}

#[test]
fn a_film_is_stopped_by_hand_and_saved_as_far_as_it_goes() {
    let page = opened();
    page.resize(390, 844);
    begin(&page, 60);
    page.screenshot("filming-phone");
    page.wait_for_text("[data-testid=film-bar]", "of 01:01.000");
    page.wait_until("its button has the focus", || {
        page.browser.run("return document.activeElement.dataset.testid;") == json!("film-stop")
    });
    page.wait_until("something was filmed", || !page.text("[data-testid=film-bar]").contains("00:01.000 of"));
    page.browser.press("\u{E007}");
    let (_, length, frames) = watched(&page);
    assert!(length > 1.0 && frames >= 2, "{frames} different frames in {length} s");
}

#[test]
fn a_browser_that_cannot_record_says_so() {
    let page = opened();
    page.browser.run("delete window.MediaRecorder;");
    click(&page, "share");
    page.wait_for_text("[data-testid=film-hint]", "cannot record films");
    assert!(page.browser.find_all("[data-testid=film-2]").is_empty());
    page.assert_quiet();
}
