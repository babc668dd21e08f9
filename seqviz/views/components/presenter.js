// Presenter mode: large type and one picture at a time, without anything around it. P or the button
// (st-key-present) begins it, Esc ends it, B is a black screen, Page Up and Page Down go from
// picture to picture; other keys go to the picture itself.

const ON = "seqviz-presents", BLACK = "seqviz-black", SHOWN = "seqviz-picture";
const PICTURES = ".st-key-screen :is([data-testid=stPlotlyChart],.stBidiComponent)";
const UNSEEN = "[class*=st-key-viewer-notes]"; // components that draw nothing
const FIELDS = "input:not([type=range],[type=radio],[type=checkbox]),textarea,[contenteditable=true]";
const root = document.documentElement;

const pictures = () => [...document.querySelectorAll(PICTURES)].filter((one) => !one.closest(UNSEEN));
const shownPlace = () => pictures().findIndex((one) => one.classList.contains(SHOWN));
const redrawn = new MutationObserver(keepPicture);
let place = 0;

// The innermost element that has the focus, inside components, too.
function focused() {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found;
}

function showPicture(wanted) {
  place = Math.max(0, Math.min(wanted, pictures().length - 1));
  keepPicture();
  document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
  window.dispatchEvent(new Event("resize")); // a chart fills its place anew
}

// Streamlit may draw pictures anew, and others may still come: one of them is shown all the same.
function keepPicture() {
  const all = pictures();
  all.forEach((picture, number) => {
    const isShown = number === Math.min(place, all.length - 1);
    if (picture.classList.contains(SHOWN) !== isShown) picture.classList.toggle(SHOWN, isShown);
  });
}

function present(on) {
  root.classList.toggle(ON, on);
  root.classList.remove(BLACK);
  focused()?.blur(); // the keys are the picture's now
  showPicture(shownPlace());
  if (on) redrawn.observe(document.body, { attributeFilter: ["class"], childList: true, subtree: true });
  else redrawn.disconnect();
}

const STEPS = { PageDown: 1, PageUp: -1 };

function hearPresenter(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || focused()?.matches(FIELDS)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const presents = root.classList.contains(ON);
  if (key === "p") present(!presents);
  else if (!presents) return;
  else if (key === "Escape") present(false);
  else if (key === "b") root.classList.toggle(BLACK);
  else if (key in STEPS) showPicture(place + STEPS[key]);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function listenToPresenter() {
  document.addEventListener("keydown", hearPresenter, true);
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.(".st-key-present button")) return;
    event.stopImmediatePropagation(); // Python has nothing to do
    present(true);
  }, true);
}
