// Puts the page together, and anew when its language or its size changes.

function section(id, title, caption, ...children) {
  return html("section", { id, "aria-labelledby": `${id}-title` },
    html("div", { class: "section-head" }, html("h2", { id: `${id}-title` }, title), caption && html("p", {}, caption)), ...children);
}

function missing() {
  const codes = data.attention.missing;
  const code = codes.cross ?? Object.values(codes)[0] ?? "not_recorded";
  return html("p", { class: "notice" }, say(`offline.missing.${code}`));
}

function notices() {
  return data.attention.averaged ? [html("p", { class: "notice" }, say("offline.averaged"))] : [];
}

function compose(focus) {
  watchers.length = 0;
  document.documentElement.lang = state.language;
  const attention = state.kind ? new Attention() : null;
  const search = new Search();
  const compare = new Compare();
  const comparing = data.compare ? "compare" : "hypotheses";
  const parts = [
    ["attention", say("offline.nav.attention"), attention && say("offline.attention.caption"), ...notices(), attention?.node ?? missing()],
    ["search", say(data.tree.sampled ? "offline.nav.samples" : "offline.nav.search"),
      say(data.tree.sampled ? "offline.samples.caption" : "offline.search.caption"), search.node],
    ["compare", say(`offline.nav.${comparing}`), say(`offline.${comparing}.lead`), compare.node],
    ["facts", say("offline.nav.facts"), say("offline.facts.caption"), factsSection()],
  ];
  const nav = html("nav", { "aria-label": say("offline.nav") }, ...parts.map(([id, title]) => html("a", { href: `#${id}` }, title)));
  const main = html("main", {}, ...parts.map((part) => section(...part)));
  const footer = html("footer", {}, html("p", {}, say("offline.footer")));
  document.body.replaceChildren(header(), nav, main, footer);
  for (const part of [attention, search, compare]) part?.start();
  redraw = () => [attention, search, compare].forEach((part) => part?.draw());
  if (focus) document.querySelector(`input[name="${focus}"]:checked`).focus();
}

// Arrows step through the translation wherever nothing else wants them.
function press(event) {
  const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const isTaken = event.target.closest?.("input, select, [role=application], .scroll, summary");
  if (!move || isTaken || event.altKey || event.ctrlKey || event.metaKey || !state.kind) return;
  event.preventDefault();
  moveTo(current() + move);
}

let redraw = () => {};
let width = window.innerWidth;
let waiting;
dress();
compose();
document.addEventListener("keydown", press);
window.addEventListener("resize", () => {
  if (window.innerWidth === width) return;
  width = window.innerWidth;
  clearTimeout(waiting);
  waiting = setTimeout(() => redraw(), 120);
});
