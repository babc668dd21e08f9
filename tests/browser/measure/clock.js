// When the page did what, by the browser's own clock: milliseconds.
// look(selector) finds elements inside of shadow roots, too.

window.clock = (() => {
  let roots = [document];
  const search = () => {
    roots = [document];
    for (const root of roots) {
      for (const element of root.querySelectorAll("*")) {
        if (element.shadowRoot) roots.push(element.shadowRoot);
      }
    }
  };
  const look = (selector) => roots.flatMap((root) => [...root.querySelectorAll(selector)]);
  const text = (selector) => look(selector).map((element) => element.textContent).join(" ");
  const isSettled = () => text("[data-testid=stApp]") !== "" && !look("[data-stale=true]").length
    && look("[data-testid=stApp]")[0].dataset.testScriptState === "notRunning";
  const painted = (done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done(performance.now());
    channel.port2.postMessage(0);
  });

  // Wait until it holds, frame by frame; done(ready, painted): when script and layout were done,
  // and when the frame was drawn.
  const wait = (holds, done) => {
    if (!holds()) return requestAnimationFrame(() => { search(); wait(holds, done); });
    document.body.getBoundingClientRect();
    const ready = performance.now();
    painted((end) => done(ready, end));
  };

  return {
    look, text, isSettled,
    // Since the navigation began.
    sinceStart: (holds) => new Promise((resolve) => {
      const begin = () => (document.body ? (search(), wait(holds, (ready, end) => resolve({ ready, painted: end })))
        : requestAnimationFrame(begin));
      begin();
    }),
    // Since the next event of a kind; look at "result" after it.
    since: (kind, holds) => {
      search();
      window.clock.result = new Promise((resolve) => {
        window.addEventListener(kind, ({ timeStamp }) => setTimeout(() => wait(holds, (ready, end) =>
          resolve({ ready: ready - timeStamp, painted: end - timeStamp }))), { capture: true, once: true });
      });
    },
    // Bytes of scripts and styles that the page has fetched until now, unpacked.
    fetched: () => performance.getEntriesByType("resource")
      .filter(({ name }) => /\.(js|css|mjs)(\?|$)/.test(name))
      .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0),
  };
})();
