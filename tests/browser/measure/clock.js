// When the page did what, by the browser's own clock: milliseconds.
// look(selector) finds elements inside of shadow roots, too.

window.clock = (() => {
  const LONGEST = 120_000;
  const roots = [document];
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (how) {
    const root = attach.call(this, how);
    roots.push(root);
    return root;
  };
  const look = (selector) => roots.filter((root) => root.isConnected)
    .flatMap((root) => [...root.querySelectorAll(selector)]);
  const text = (selector) => look(selector).map((element) => element.textContent).join(" ");
  // What is drawn in the upper left of a canvas, as a number; 0: nothing, or one colour.
  const pixels = (selector) => {
    const canvas = look(selector)[0];
    if (!canvas?.width) return 0;
    const { data } = canvas.getContext("2d").getImageData(0, 0, Math.min(canvas.width, 500), 220);
    const words = new Uint32Array(data.buffer);
    return words.every((word) => word === words[0]) ? 0
      : words.reduce((sum, word) => (31 * sum + word) | 0, 7) || 1;
  };
  const isSettled = () => text("[data-testid=stApp]") !== "" && !look("[data-stale=true]").length
    && look("[data-testid=stApp]")[0].dataset.testScriptState === "notRunning";
  // Called in an animation frame: once it is drawn.
  const painted = (done) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done(performance.now());
    channel.port2.postMessage(0);
  };

  // Wait, frame by frame, until it holds; milliseconds since "start" until script and layout were
  // done, and until the frame was drawn.
  const wait = (start, holds, isFrame = false) => new Promise((resolve, reject) => {
    const holdsNow = () => {
      try { return document.body && holds(); } catch (error) { return reject(error), false; }
    };
    const ask = (isInFrame) => {
      if (performance.now() - start > LONGEST) return reject(Error(`not within two minutes: ${holds}`));
      if (!holdsNow()) return requestAnimationFrame(() => ask(true));
      document.body.getBoundingClientRect();
      const ready = performance.now();
      const finish = () => painted((end) => resolve({ ready: ready - start, painted: end - start }));
      return isInFrame ? finish() : requestAnimationFrame(finish);
    };
    ask(isFrame);
  });

  return {
    look, text, pixels, isSettled,
    settled: () => wait(performance.now(), isSettled),
    after: (act, holds) => {
      const start = performance.now();
      act();
      return wait(start, holds);
    },
    sinceNavigation: (holds) => wait(0, holds),
    // Since the next event of a kind; look at "result" after it. Asked in the very next frame, before
    // it is painted: a task of its own would often come after it. Some events never come: who
    // handles a pointer may keep those of the mouse away.
    since: (kind, holds) => {
      window.clock.result = new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(Error(`no ${kind} within two minutes`)), LONGEST);
        window.addEventListener(kind, ({ timeStamp }) => {
          clearTimeout(late);
          requestAnimationFrame(() => resolve(wait(timeStamp, holds, true)));
        }, { capture: true, once: true });
      });
    },
    // Bytes of scripts and styles that the page has fetched until now, unpacked.
    fetched: () => performance.getEntriesByType("resource")
      .filter(({ name }) => /\.(js|css|mjs)(\?|$)/.test(name))
      .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0),
  };
})();
