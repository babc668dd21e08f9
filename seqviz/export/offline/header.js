// The head of the page: the sentence, its translation, and the page's own settings.

const THEMES = ["auto", "light", "dark"];

function wordmark() {
  const strength = [1, 0.25, 0.1, 0.2, 0.9, 0.3, 0.08, 0.35, 0.8];
  return svg("svg", { viewBox: "0 0 30 30", class: "mark", "aria-hidden": "true" }, ...strength.map((opacity, n) => svg("rect", {
    x: (n % 3) * 10.5, y: Math.floor(n / 3) * 10.5, width: 9, height: 9, rx: 2, "fill-opacity": opacity })));
}

function sentence(kind, { text, language }) {
  return html("div", { class: `sentence ${kind}` },
    html("p", { class: "side" }, say(`offline.${kind}`), language ? html("span", { class: "code" }, language) : null),
    html("p", { class: text.length > 240 ? "text long" : "text", dir: "auto", lang: language || null }, text || "∅"));
}

function header() {
  const languages = Object.keys(data.words).map((code) => [code, data.words[code]["page.own_name"]]);
  const themes = THEMES.map((theme) => [theme, say(`offline.theme.${theme}`)]);
  return html("header", {},
    html("a", { class: "skip", href: "#attention" }, say("offline.skip")),
    html("div", { class: "bar" }, html("p", { class: "brand" }, wordmark(), "SeqViz"),
      html("div", { class: "settings" },
        choices("language", languages, state.language, (language) => { set({ language }); compose("language"); }),
        choices("theme", themes, state.theme, (theme) => { set({ theme }); dress(); }),
        html("button", { type: "button", class: "plain", click: () => window.print() }, say("offline.print")))),
    html("h1", { class: "unseen" }, say("offline.heading")),
    html("div", { class: "hero" }, sentence("source", data.source), sentence("translation", data.translation)),
    html("ul", { class: "tags" }, ...tags().map((text) => html("li", {}, html("bdi", {}, text)))));
}

function tags() {
  const found = Object.fromEntries([...data.facts.model, ...data.facts.search, ...data.facts.run]);
  const [best] = data.hypotheses;
  return [value(found.model), value(found.kind),
    data.forced ? say("offline.forced") : data.tree.sampled ? say("offline.samples", { count: data.beam })
      : data.beam === 1 ? say("figure.compare.greedy") : say("figure.compare.beam", { beam: data.beam }),
    `${say("figure.score")} ${fixed(best.score, 3)}`, say("offline.lengths", { source: data.source.tokens.length, target: best.length }),
    ...(found.notice ? [value(found.notice)] : [])];
}

function dress() {
  if (state.theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = state.theme;
}

// A fact is a text, or the key of a sentence and what stands in it; what has no name here shows as
// its code.
function value(found) {
  if (typeof found === "string") return found;
  const [key, facts] = found;
  return key in data.words[state.language] ? say(key, facts) : key.split(".").at(-1);
}
