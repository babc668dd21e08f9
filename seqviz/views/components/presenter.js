// Presenter mode: large type and one picture at a time, without anything around it. P or the button
// (st-key-present) begins it, Esc ends it, B is a black screen, Page Up and Page Down go from
// picture to picture; other keys go to the picture itself.

const ON = "seqviz-presents", BLACK = "seqviz-black", SHOWN = "seqviz-picture";
const PICTURES = "[data-testid=stPlotlyChart],.stBidiComponent";
const FIELDS = "input:not([type=range]),textarea,select,[contenteditable=true]";
const root = document.documentElement;

const pictures = () => [...document.querySelectorAll(".st-key-screen :is(" + PICTURES + ")")]
  .filter((picture) => picture.offsetHeight > 0 || root.classList.contains(ON));

// The innermost element that has the focus, inside components, too.
function focused() {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found;
}

function showPicture(place) {
  const all = pictures();
  const at = Math.max(0, Math.min(place, all.length - 1));
  all.forEach((picture, number) => picture.classList.toggle(SHOWN, number === at));
  const inside = all[at]?.querySelector("*");
  const host = [all[at], ...(all[at]?.querySelectorAll("*") ?? [])].find((one) => one?.shadowRoot);
  (host?.shadowRoot.querySelector("[tabindex='0'],input,button") ?? inside)?.focus?.();
  window.dispatchEvent(new Event("resize")); // plotly fills its place anew
}

const shownPicture = () => pictures().findIndex((one) => one.classList.contains(SHOWN));

function present(on) {
  root.classList.toggle(ON, on);
  root.classList.remove(BLACK);
  if (on) showPicture(Math.max(0, shownPicture()));
  else window.dispatchEvent(new Event("resize"));
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
  else if (key in STEPS) showPicture(shownPicture() + STEPS[key]);
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
