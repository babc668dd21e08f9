// The report of a test set: a table to sort and to filter; under a row, its words.

import { html, toggle } from "./dom.js";
import { wordsTogether } from "./gains.js";
import { reportWords } from "./reportwords.js";
import { passing } from "./rowfilter.js";
import { filled, fixed, isolate } from "./text.js";

const AT_ONCE = 100; // rows

class Report {
  constructor(data) {
    const texts = { source: data.source, reference: data.reference, translation: data.translation, baseline: data.baseline };
    Object.assign(this, { data, texts, language: data.language, filter: "", weak: false, open: null, most: AT_ONCE });
    this.count = data.number.length;
    this.sorted = { name: "worst3", down: false };
    this.compose();
  }

  say(key, facts = {}) {
    return filled(this.data.words[this.language][key], facts);
  }

  compose() {
    document.documentElement.lang = this.language;
    document.title = this.say("inspect.report.title", this.data.facts);
    this.field = html("input", { type: "text", value: this.filter, spellcheck: "false", id: "filter", "aria-describedby": "told", input: () => this.sift() });
    this.told = html("p.status", { id: "told", role: "status" });
    this.table = html("div.scroll.rows", { tabindex: "0", role: "region", "aria-label": document.title });
    this.more = html("button", { type: "button", click: () => this.showMore() }, this.say("inspect.report.more"));
    document.body.replaceChildren(
      html("header", html("div.bar", html("h1", document.title), this.switcher()), html("p", this.say("inspect.report.lead")),
        ...this.data.significance.map((one) => html("p", this.say("inspect.report.significance", one))),
        wordsTogether(this.data, (key) => this.say(key))),
      html("main", html("div.controls",
        html("label.field", this.say("inspect.report.filter"), this.field),
        toggle(this.say("inspect.report.weak"), this.weak, (on) => { this.weak = on; this.compose(); document.querySelector("[role=switch]").focus(); })),
      html("p.caption", this.weak ? this.say("inspect.report.weak.help") : this.say("inspect.report.filter.help")),
      this.told, this.table, this.more),
      html("footer", html("p", this.say("inspect.report.footer"))));
    this.sift();
  }

  switcher() {
    const other = Object.keys(this.data.words).find((code) => code !== this.language);
    return html("button", { type: "button", lang: other, click: () => { this.language = other; this.compose(); } },
      this.say("inspect.report.language"));
  }

  sift() {
    this.filter = this.field.value;
    const found = passing(this.filter, { numbers: this.data.features, texts: this.texts, count: this.count });
    this.field.toggleAttribute("aria-invalid", found === null);
    if (found === null) {
      this.told.textContent = this.say("inspect.report.filter.wrong", { found: this.filter, help: this.say("inspect.report.filter.help") });
      return;
    }
    this.most = AT_ONCE;
    this.passed = found;
    this.arrange();
  }

  arrange() {
    const { name, down } = this.sorted;
    const column = this.data.features[name] ?? this.data[name];
    const sign = down ? -1 : 1;
    const isText = column.some((value) => typeof value === "string");
    const compare = isText ? (a, b) => a.localeCompare(b) : (a, b) => a - b;
    const missing = (row) => column[row] === null;
    this.passed.sort((a, b) => missing(a) - missing(b) || (missing(a) ? a - b : sign * compare(column[a], column[b])) || a - b);
    this.draw();
  }

  columns() {
    const names = Object.keys(this.data.groups).filter((name) => this.weak || this.data.groups[name] !== "weak");
    return names.filter((name) => this.data.features[name].some((value) => value !== null));
  }

  sides() {
    return ["source", "reference", "translation", "baseline"].filter((name) => this.texts[name].some((text) => text !== null));
  }

  draw() {
    const [columns, sides, rows] = [this.columns(), this.sides(), this.passed.slice(0, this.most)];
    const heads = [["number", "№", ""], ...sides.map((name) => [name, this.say(`inspect.report.${name}`), ""]),
      ...columns.map((name) => [name, this.say(`inspect.feature.${name}`), this.say(`inspect.feature.${name}.help`)])];
    this.width = heads.length;
    this.body = html("tbody", { role: "rowgroup" }, ...rows.flatMap((row) => this.row(row, sides, columns)));
    this.table.replaceChildren(html("table", { role: "table" }, html("thead", { role: "rowgroup" }, html("tr", { role: "row" }, ...heads.map((head) => this.head(...head)))), this.body));
    this.told.textContent = this.say("inspect.report.shown", { shown: rows.length, matching: this.passed.length, all: this.count });
    this.more.hidden = rows.length === this.passed.length;
  }

  head(name, label, help) {
    const chosen = this.sorted.name === name;
    const order = chosen ? (this.sorted.down ? "descending" : "ascending") : "none";
    const sort = () => {
      this.sorted = { name, down: chosen && !this.sorted.down };
      this.arrange();
      this.table.querySelector(`[data-column="${name}"]`).focus();
    };
    return html("th", { scope: "col", role: "columnheader", "aria-sort": order }, html("button", { type: "button", click: sort, title: help || null, "data-column": name },
      label, chosen ? (this.sorted.down ? " ▼" : " ▲") : ""));
  }

  row(row, sides, columns) {
    const isOpen = this.open === row;
    const act = () => { this.open = isOpen ? null : row; this.draw(); this.body.querySelector(`[data-row="${row}"]`).focus(); };
    const cell = (kind, label, child) => html(`td.${kind}`, { role: "cell", "data-label": label }, child);
    const cells = sides.map((name) => cell("text", this.say(`inspect.report.${name}`), html("bdi", isolate(this.texts[name][row] ?? "–"))));
    const numbers = columns.map((name) => cell("number", this.say(`inspect.feature.${name}`), this.number(name, row)));
    const line = html("tr", { role: "row" }, cell("open", "№", html("button", { type: "button", click: act, "aria-expanded": String(isOpen), "data-row": String(row) },
      String(this.data.number[row]))), ...cells, ...numbers);
    return isOpen ? [line, this.words(row)] : [line];
  }

  number(name, row) {
    const value = this.data.features[name][row];
    return value === true ? "✓" : value === false ? "✗" : fixed(value, this.data.digits[name]);
  }

  // Its texts word by word, with all marks and what they mean.
  words(row) {
    return html("tr.opened", { role: "row" }, html("td", { role: "cell", colspan: String(this.width) },
      ...reportWords(row, this.data, (key, facts) => this.say(key, facts)), html("p.caption", this.say("inspect.report.surprisal.help"))));
  }

  showMore() {
    this.most += AT_ONCE;
    this.draw();
  }
}

new Report(JSON.parse(document.getElementById("data").textContent));
