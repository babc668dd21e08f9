// Presenter mode of the offline page: large type and one section at a time. P or the button begins
// it, Esc ends it, B is a black screen, Page Up and Page Down turn; other keys go to the picture.

const PRESENTS = "presents";
const BLACK = "black";
const PRESENTED = "shown";
const TURNS = { PageDown: 1, PageUp: -1 };

function turnTo(step) {
  const all = [...document.querySelectorAll("main > section")];
  const here = all.findIndex((section) => section.classList.contains(PRESENTED));
  const there = Math.max(0, Math.min(here + step, all.length - 1));
  all.forEach((section, place) => section.classList.toggle(PRESENTED, place === there));
  window.scrollTo(0, 0);
  window.dispatchEvent(new Event("resize")); // pictures fill their place anew
}

export function present(on) {
  const root = document.documentElement.classList;
  root.toggle(PRESENTS, on);
  root.remove(BLACK);
  document.activeElement?.blur(); // the keys are the picture's now
  turnTo(0);
}

// Whether the key was the presenter's.
export function hearPresenter(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.("select")) return false;
  const root = document.documentElement.classList;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const presents = root.contains(PRESENTS);
  if (key === "p") present(!presents);
  else if (!presents) return false;
  else if (key === "Escape") present(false);
  else if (key === "b") root.toggle(BLACK);
  else if (key in TURNS) turnTo(TURNS[key]);
  else return false;
  event.preventDefault();
  return true;
}
