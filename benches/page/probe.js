// Goes into the page before any script of its own, and takes the times there.
(() => {
  const probe = { memory: null, moved: null };
  window.probe = probe;

  // The program's memory is not to be had from outside.
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const make = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (...given) => {
      const made = await make(...given);
      const exported = Object.values((made.instance ?? made).exports);
      probe.memory = exported.find((it) => it instanceof WebAssembly.Memory);
      return made;
    };
  }

  // The moment at which a packet that was there stands elsewhere.
  const places = new Map();
  const watcher = new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (!target.matches(".packet[data-shown=true]")) continue;
      const place = target.getAttribute("transform");
      if (places.has(target) && places.get(target) !== place) {
        probe.moved = performance.now();
        watcher.disconnect();
        return;
      }
      places.set(target, place);
    }
  });
  watcher.observe(document, { subtree: true, attributes: true, attributeFilter: ["transform"] });

  // The playhead's place, set as dragging it would. The first figure is the work, effects included; the second
  // lasts until the frame has been painted, and has the wait for the screen in it.
  probe.seek = (ms) =>
    new Promise((resolve) => {
      const scrubber = document.querySelector("[data-testid=scrubber]");
      const turn = (then) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = then;
        channel.port2.postMessage(null);
      };
      const begun = performance.now();
      let worked = 0;
      scrubber.value = String(ms);
      scrubber.dispatchEvent(new Event("input", { bubbles: true }));
      turn(() => (worked = performance.now() - begun));
      // What is posted from a frame's callback arrives when the frame is done.
      requestAnimationFrame(() => turn(() => resolve([worked, performance.now() - begun])));
    });
})();
