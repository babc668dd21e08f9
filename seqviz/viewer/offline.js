// The offline page: puts its parts together, and anew when its language changes.

import { html } from "./dom.js";
import { header } from "./header.js";
import { compose } from "./parts.js";
import { Presenter } from "./presenter.js";
import { Record } from "./record.js";
import { Stage } from "./stage.js";

class OfflinePage {
  constructor(record, { words, language }) {
    Object.assign(this, { record, words, language, theme: "auto" });
    this.languages = Object.keys(words).map((code) => [code, words[code]["page.own_name"]]);
    document.addEventListener("keydown", (event) => this.stage.press(event));
    this.presenter = new Presenter(() => [...document.querySelectorAll("main > section")], "html",
      () => this.stage.say("page.present.leave"));
    this.dress("auto");
    this.compose();
  }

  dress(theme) {
    this.theme = theme;
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }

  speak(language) {
    this.language = language;
    this.compose();
    document.querySelector("input[name=language]:checked").focus();
  }

  compose() {
    this.stage?.stop();
    for (const part of this.composed ?? []) part.stop();
    const stage = new Stage({ record: this.record, words: this.words[this.language], state: this.stage?.state });
    this.stage = stage;
    document.documentElement.lang = this.language;
    const { data, data: { tree }, kinds } = this.record;
    const comparing = data.compare ? "compare" : "hypotheses";
    const attention = kinds.length ? compose(stage, ["sentence", "player", "lines", "choose", ["heatmap", "next"], "heads"]) : null;
    const [search, compare, facts] = [[["tree", "node"]], data.compare ? ["compare", "hypotheses"] : ["hypotheses"], ["facts"]].map((layout) => compose(stage, layout));
    const sections = [
      ["attention", "attention", attention && stage.say("viewer.attention.caption"), ...this.notices(), ...(attention ? [attention.node] : [])],
      ["search", tree.sampled ? "samples" : "search", stage.say(tree.sampled ? "viewer.samples.caption" : "viewer.search.caption"), search.node],
      ["compare", comparing, stage.say(`viewer.${comparing}.lead`), compare.node],
      ["facts", "facts", stage.say("viewer.facts.caption"), facts.node],
    ];
    const title = (name) => stage.say(`viewer.nav.${name}`);
    const nav = html("nav", { "aria-label": stage.say("viewer.nav") }, ...sections.map(([id, name]) => html("a", { href: `#${id}` }, title(name))));
    const main = html("main", ...sections.map(([id, name, caption, ...children]) => html("section", { id, "aria-labelledby": `${id}-title` },
      html("div.section-head", html("h2", { id: `${id}-title` }, title(name)),
        caption && html("p", caption)), ...children)));
    const footer = html("footer", html("p", stage.say("viewer.footer")));
    document.body.replaceChildren(header(stage, { ...this, speak: (one) => this.speak(one), dress: (one) => this.dress(one), present: () => this.presenter.present(true) }),
      nav, main, footer);
    this.composed = [attention, search, compare, facts].filter(Boolean);
    for (const part of this.composed) part.start();
  }

  notices() {
    const { averaged, missing } = this.record.data.attention;
    const code = missing.cross ?? Object.values(missing)[0] ?? "not_recorded";
    const key = this.record.kinds.length ? averaged && "averaged" : `missing.${code}`;
    return key ? [html("p.notice", this.stage.say(`viewer.${key}`))] : [];
  }
}

const payload = JSON.parse(document.getElementById("data").textContent);
Record.open(payload).then((record) => new OfflinePage(record, payload));
