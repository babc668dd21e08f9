// When the page did what, by the browser's own clock: milliseconds.
// look(selector) finds elements inside of shadow roots, too.

window.clock = (() => {
  const LONGEST = 120_000;
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

  // Wait, frame by frame, until it holds; milliseconds since "start" until script and layout were
  // done, and until the frame was drawn.
  const wait = (start, holds) => new Promise((resolve, reject) => {
    const ask = () => {
      if (performance.now() - start > LONGEST) return reject(Error(`not within two minutes: ${holds}`));
      if (!document.body || !holds()) return requestAnimationFrame(() => { search(); ask(); });
      document.body.getBoundingClientRect();
      const ready = performance.now();
      return painted((end) => resolve({ ready: ready - start, painted: end - start }));
    };
    ask();
  });

  return {
    look, text, isSettled,
    settled: () => wait(performance.now(), isSettled),
    sinceNavigation: (holds) => wait(0, holds),
    // Since the next event of a kind; look at "result" after it.
    since: (kind, holds) => {
      search();
      window.clock.result = new Promise((resolve) => {
        window.addEventListener(kind, ({ timeStamp }) => setTimeout(() => resolve(wait(timeStamp, holds))),
          { capture: true, once: true });
      });
    },
    // Bytes of scripts and styles that the page has fetched until now, unpacked.
    fetched: () => performance.getEntriesByType("resource")
      .filter(({ name }) => /\.(js|css|mjs)(\?|$)/.test(name))
      .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0),
  };
})();
