//! Whatever is pressed, in whatever order and however quickly, the page lives on.

use crate::page::Page;
use serde_json::json;

/// Presses, turns, types and drags what can be, several things a frame and never the same way twice: what a person
/// does in an hour. Where the page has come to its end, the names of the last things are told.
const WALK: &str = r"
    const steps = 400;
    const next = () => (state = (state * 16807) % 2147483647) / 2147483647;
    const one = (list) => list[Math.floor(next() * list.length)];
    const fire = (on, Kind, name, more) => on.dispatchEvent(new Kind(name, {bubbles: true, cancelable: true, ...more}));
    const keys = [' ', 'ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown', 'n', 'p', ']', '[', 'd', '-', '+', 'k', 'z',
      'x', 'X', 'c', 't', 'l', '/', '?', 'Escape', '0', '1', '2', 'w', 'Enter', 'PageDown', 'PageUp'];
    const texts = ['', 'PING', 'SENTINEL FAILOVER mymaster', 'DEBUG SLEEP 1', 'SHUTDOWN', 'REPLICAOF NO ONE', '{',
      'SENTINEL REMOVE mymaster', 'CONFIG SET min-replicas-to-write 3', 'sentinel monitor a 1.2.3.4 6379 2', '漢字',
      'v1&scenario=plain&seed=7&at=1', 'SUBSCRIBE a'];
    window.walked = [];
    const press = () => {
      // Behind an open dialog nothing can be reached. A file dialog and a full screen are the browser's.
      const within = document.querySelector('dialog[open]') ?? document;
      const all = [...within.querySelectorAll('button, select, input, textarea, summary, [role=button], [tabindex]')];
      const there = all.filter((e) => {
        const {width, height} = e.getBoundingClientRect();
        return width && height && !e.disabled && !['full-screen', 'open-choose', 'file'].includes(e.dataset.testid);
      });
      const e = one(there);
      if (!e) return;
      window.walked.push(e.dataset.testid || e.id || e.className || e.tagName);
      if (e.tagName === 'SELECT') {
        e.selectedIndex = Math.floor(next() * e.options.length);
        fire(e, Event, 'change');
      } else if (e.type === 'range') {
        e.value = +e.min + (e.max - e.min) * next();
        fire(e, Event, 'input');
        fire(e, Event, 'change');
      } else if (['INPUT', 'TEXTAREA'].includes(e.tagName)) {
        e.value = one(texts);
        fire(e, Event, 'input');
        e.form?.requestSubmit();
      } else {
        const box = e.getBoundingClientRect();
        const at = {clientX: box.x + box.width * next(), clientY: box.y + box.height * next(), pointerId: 1};
        fire(e, PointerEvent, 'pointerdown', at);
        if (next() < 0.2) at.clientX += 200 * next() - 100;
        fire(e, PointerEvent, 'pointermove', at);
        fire(e, PointerEvent, 'pointerup', at);
        fire(e, MouseEvent, next() < 0.1 ? 'contextmenu' : 'click', at);
      }
    };
    const step = () => {
      if (next() < 0.35) {
        const key = one(keys);
        window.walked.push(key);
        fire(document.activeElement ?? document.body, KeyboardEvent, 'keydown', {key, shiftKey: next() < 0.15});
      } else {
        press();
      }
    };
    (async () => {
      for (let n = 0; n < steps && !document.getElementById('crash'); n++) {
        step();
        await Promise.resolve();
        if (next() < 0.4) await new Promise((done) => requestAnimationFrame(done));
      }
      window.hasWalked = true;
    })();
";

#[test]
fn whatever_is_pressed_in_whatever_order_the_page_lives_on() {
    for (seed, width, height, begin) in [
        (1, 1440, 900, "#v1&scenario=lossy-link&seed=3&at=20000000"),
        (2, 390, 844, "#v1&scenario=partition-lost-writes&seed=5&at=9000000"),
        (3, 1440, 900, "?embed=panels"),
        (4, 390, 844, ""),
    ] {
        let page = Page::open_at(begin);
        page.resize(width, height);
        // What the browser keeps from a page that nobody touches is refused here without a word in its console.
        page.browser.run(
            "Object.defineProperty(navigator, 'clipboard', {value: {writeText: () => Promise.resolve()}});",
        );
        page.browser.run(&format!("let state = {seed};{WALK}"));
        let steps = || page.browser.run("return window.hasWalked ? -1 : window.walked.length;");
        let mut walked = steps();
        while walked != json!(-1) {
            page.wait_until("it is walked on", || walked != steps());
            walked = steps();
        }
        let last = page.browser.run("return window.walked.slice(-30);");
        assert!(page.browser.find_all("#crash").is_empty(), "walk {seed} ended with {last}");
        page.assert_quiet();
    }
}
