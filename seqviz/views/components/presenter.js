// What the page presents, and what the browser does itself: the button that begins it (st-key-present),
// and the one that opens the sidebar (st-key-settings), which Python fills at first.

const PICTURES = ".st-key-screen :is([data-testid=stPlotlyChart],.stBidiComponent)";
const UNSEEN = "[class*=st-key-viewer-notes]"; // components that draw nothing

// Of charts, which are drawn larger: a scale takes no room by itself.
const heights = new ResizeObserver((all) => {
  for (const { target } of all) {
    const place = target.closest("[data-testid=stElementContainer]");
    place?.style.setProperty("--high", `${target.offsetHeight}px`);
  }
});

function pictures() {
  const found = [...document.querySelectorAll(PICTURES)].filter((one) => !one.closest(UNSEEN));
  for (const one of found) if (one.matches("[data-testid=stPlotlyChart]")) heights.observe(one);
  return found.flatMap((one) => partsIn(one) ?? one);
}

// A viewer's parts come one by one; other components are one picture.
function partsIn(component) {
  const host = [...component.querySelectorAll("*")].find(({ shadowRoot }) => shadowRoot);
  const viewer = host?.shadowRoot.querySelector(".pictures");
  return viewer && presentedParts(viewer);
}

function listenToPresenter() {
  const presenter = new Presenter(pictures, "[data-testid=stMain]", (key) => shared.present[key]);
  removeEventListener("keydown", globalThis.seqvizEarly?.hear);
  globalThis.seqvizEarly?.pressed.forEach((event) => presenter.hear(event));
  document.addEventListener("click", (event) => {
    const pressed = (key) => event.target.closest?.(`.st-key-${key} button`);
    if (pressed("settings")) {
      document.querySelector("[data-testid=stExpandSidebarButton]")?.click();
      if (document.querySelector(".st-key-settings-closed")) return;
    } else if (pressed("present")) presenter.present(true);
    else return;
    event.stopImmediatePropagation(); // Python has nothing to do
  }, true);
}
