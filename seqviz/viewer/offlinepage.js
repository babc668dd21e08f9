// A page that shows one trace: puts its parts together, and anew when its language changes.

import { html } from "./dom.js";
import { Facts, warnings } from "./facts.js";
import { header } from "./header.js";
import { compose, LAYOUTS, PARTS } from "./parts.js";
import { presentedParts, Presenter } from "./presenter.js";
import { Stage } from "./stage.js";

const KNOWN = { ...PARTS, facts: Facts };

export class OfflinePage {
  // settings: of the page, a Settings; footer: a key of the words.
  constructor(record, settings, footer = "viewer.footer") {
    Object.assign(this, { record, settings, footer });
    document.addEventListener("keydown", (event) => this.stage.press(event));
    const presenter = new Presenter(() => presentedParts(document), "html", (key) => settings.say(key));
    settings.present = () => presenter.present(true);
    settings.draw = () => this.compose();
    this.compose();
  }

  compose() {
    this.stage?.stop();
    for (const part of this.composed ?? []) part.stop();
    const { settings } = this;
    const stage = new Stage({ record: this.record, words: settings.words[settings.language], state: this.stage?.state });
    this.stage = stage;
    document.documentElement.lang = settings.language;
    const { data: { compare, tree }, kinds } = this.record;
    const [search, comparing] = [tree.sampled ? "samples" : "search", compare ? "compare" : "hypotheses"];
    const sections = [
      ["attention", "attention", kinds.length ? "viewer.attention.caption" : null, kinds.length ? LAYOUTS.attention : []],
      ["search", search, `viewer.${search}.caption`, [["tree", "node"]]],
      ["compare", comparing, `viewer.${comparing}.lead`, compare ? LAYOUTS.compare : ["hypotheses"]],
      ["facts", "facts", "viewer.facts.caption", ["facts"]],
    ].map(([id, name, caption, layout]) => ({ id, caption, title: stage.say(`viewer.nav.${name}`), part: compose(stage, layout, KNOWN) }));
    this.composed = sections.map(({ part }) => part);
    document.body.replaceChildren(header(stage, settings),
      html("nav", { "aria-label": stage.say("viewer.nav") }, ...sections.map(({ id, title }) => html("a", { href: `#${id}` }, title))),
      html("main", ...sections.map(({ id, caption, title, part }, place) => html("section", { id, "aria-labelledby": `${id}-title` },
        html("div.section-head", html("h2", { id: `${id}-title` }, title), caption && html("p", stage.say(caption))),
        ...(place ? [] : [...warnings(stage), this.notice()]), part.node))),
      html("footer", html("p", stage.say(this.footer))));
    for (const part of this.composed) part.start();
  }

  // Why there is no attention, or not all of it.
  notice() {
    const { record, record: { data: { attention: { averaged } } }, stage } = this;
    const key = record.kinds.length ? averaged && "averaged" : `missing.${record.missing}`;
    return key ? html("p.notice", stage.say(`viewer.${key}`)) : null;
  }
}
