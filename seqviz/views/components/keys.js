// The sentence's box: Enter translates, Shift+Enter is a new line, and what is typed but not yet
// translated is marked, for the words beside the button (st-key-unsent).

const BOX = ".st-key-text textarea";
const places = document.getElementsByClassName("st-key-text"); // looked up at every change of the page

function markUnsent() {
  const box = places[0]?.querySelector("textarea") ?? null;
  const differs = box !== null && box.value.trim() !== shared.sent.trim();
  document.documentElement.classList.toggle("seqviz-unsent", differs);
}

function sendWithEnter(event) {
  const typed = event.target instanceof Element && event.target.matches(BOX);
  // While a Chinese word is composed, Enter chooses it.
  if (!typed || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.keyCode === 229) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  document.querySelector("[data-testid=stFormSubmitButton] button")?.click();
}

// Streamlit leaves a box alone while one is in it: Back and Forward take one out of it.
function leaveBox() {
  document.querySelector(`${BOX}:focus`)?.blur();
}

function listenToKeys() {
  window.addEventListener("popstate", leaveBox);
  document.addEventListener("keydown", sendWithEnter, true);
  document.addEventListener("input", markUnsent, true);
}
