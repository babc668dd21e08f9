// The head of the page: the sentence, its translation, and the page's own settings.

import { choices, html, svg } from "./dom.js";
import { factText } from "./facts.js";
import { fixed, languageTag } from "./text.js";

const THEMES = ["auto", "light", "dark"];

function wordmark() {
  const strength = [1, 0.25, 0.1, 0.2, 0.9, 0.3, 0.08, 0.35, 0.8];
  return svg("svg", { viewBox: "0 0 30 30", class: "mark", "aria-hidden": "true" }, ...strength.map((opacity, n) => svg("rect", {
    x: (n % 3) * 10.5, y: Math.floor(n / 3) * 10.5, width: 9, height: 9, rx: 2, "fill-opacity": opacity })));
}

function told(stage, kind, { text, language }) {
  return html(`div.sentence.${kind}`,
    html("p.side", stage.say(`viewer.${kind}`), language ? html("span.code", language) : null),
    html("p", { class: text.length > 240 ? "text long" : "text", dir: "auto", lang: languageTag(language) }, text || "∅"));
}

// The page's name and its own settings: its language, its colours, and more that is given.
export function bar(page, ...more) {
  const themes = THEMES.map((one) => [one, page.say(`viewer.theme.${one}`)]);
  const brand = [wordmark(), "SeqViz"];
  return html("div.bar", page.home ? html("a.brand", page.home, ...brand) : html("p.brand", ...brand),
    html("div.settings",
      choices("language", page.say("viewer.language"), page.languages, page.language, (one) => page.speak(one)),
      choices("theme", page.say("viewer.theme"), themes, page.theme, (one) => page.dress(one)), ...more));
}

// Of a page that shows a trace: it can be presented and printed, too.
export function header(stage, page) {
  const { data } = stage.record;
  return html("header",
    html("a.skip", { href: "#attention" }, stage.say("viewer.skip")),
    bar(page, html("button.plain", { title: "P", click: () => page.present() }, stage.say("page.present")),
      html("button.plain", { click: () => window.print() }, stage.say("viewer.print"))),
    html("h1.unseen", stage.say("viewer.heading")),
    html("div.hero", told(stage, "source", data.source), told(stage, "translation", data.translation)),
    html("ul.tags", ...tags(stage).map((text) => html("li", html("bdi", text)))));
}

function tags(stage) {
  const { data, hypotheses: [best], source } = stage.record;
  const found = Object.fromEntries([...data.facts.model, ...data.facts.search, ...data.facts.run]);
  return [factText(stage, found.model), factText(stage, found.kind),
    data.forced ? stage.say("viewer.forced") : data.tree.sampled ? stage.say("viewer.samples", { count: data.beam })
      : data.beam === 1 ? stage.say("figure.compare.greedy") : stage.say("figure.compare.beam", { beam: data.beam }),
    `${stage.say("figure.score")} ${fixed(best.score, 3)}`, stage.say("viewer.lengths", { source: source.length, target: best.length }),
    ...(found.notice ? [factText(stage, found.notice)] : [])];
}
