// How long one has presented since one first did in this window, in the lesson and elsewhere: shown while
// one presents. A press on it begins anew.

const PRESENTING = "seqviz-presents"; // as in presenter.js
const SINCE = "seqviz-presents-since";

// Where the browser keeps nothing, the page remembers it.
function since(anew = "") {
  try {
    if (anew) sessionStorage.setItem(SINCE, anew);
    return sessionStorage.getItem(SINCE);
  } catch {
    return (globalThis[SINCE] = anew || globalThis[SINCE]);
  }
}

export class Timer {
  // onTurn(isOn): called when presenting begins and ends.
  constructor(onTurn = () => {}) {
    this.onTurn = onTurn;
    this.node = document.createElement("button");
    Object.assign(this.node, { className: "timer", hidden: true, onclick: () => this.begin() });
    this.watch = new MutationObserver(() => this.look());
    this.watch.observe(document.documentElement, { attributeFilter: ["class"] });
  }

  // What a press on it does.
  name(text) {
    this.node.title = text;
  }

  look() {
    const isOn = document.documentElement.classList.contains(PRESENTING);
    if (isOn === Boolean(this.clock)) return;
    clearInterval(this.clock);
    this.clock = isOn ? setInterval(() => this.draw(), 1000) : undefined;
    this.node.hidden = !isOn;
    this.onTurn(isOn);
    if (isOn && !since()) this.begin();
    else this.draw();
  }

  begin() {
    since(String(Date.now()));
    this.node.blur(); // keys are the picture's
    this.draw();
  }

  draw() {
    const seconds = Math.max(0, Math.round((Date.now() - since()) / 1000));
    this.node.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  stop() {
    clearInterval(this.clock);
    this.watch.disconnect();
  }
}
