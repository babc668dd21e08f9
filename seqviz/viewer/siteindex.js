// The first page of a site: its cards stand in the file; here they learn languages and are searched.

import { html } from "./dom.js";
import { bar } from "./header.js";
import { SitePage } from "./sitepage.js";

export class IndexPage extends SitePage {
  constructor(site, page) {
    super(site, page);
    this.input = html("input", { type: "search", input: () => this.search() });
    this.status = html("p.status", { role: "status" });
    this.sought = html("span");
    document.querySelector("header").append(html("div.seek", html("label", this.sought, this.input), this.status));
    this.draw();
  }

  get home() {
    return null;
  }

  draw() {
    document.documentElement.lang = this.language;
    document.querySelector(".bar").replaceWith(bar(this));
    for (const node of document.querySelectorAll("[data-say]")) node.textContent = this.said(node, "say");
    for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", this.said(node, "label"));
    for (const node of document.querySelectorAll("[data-texts]")) node.textContent = JSON.parse(node.dataset.texts)[this.language];
    for (const node of document.querySelectorAll("[data-links]")) node.href = JSON.parse(node.dataset.links)[this.language];
    this.sought.textContent = this.say("gallery.search");
    this.input.placeholder = this.say("gallery.search_hint");
    this.search();
  }

  said(node, name) {
    return this.say(node.dataset[name], JSON.parse(node.dataset.facts ?? "{}"));
  }

  // Cards that hold every word that was typed, in any order and however it is accented.
  search() {
    const words = folded(this.input.value).split(" ").filter(Boolean);
    const cards = [...document.querySelectorAll(".cards > li")];
    for (const card of cards) card.hidden = !words.every((word) => folded(card.textContent).includes(word));
    for (const section of document.querySelectorAll("main > section")) section.hidden = !section.querySelector(".cards > li:not([hidden])");
    const found = cards.filter((card) => !card.hidden).length;
    this.status.textContent = words.length ? this.say("gallery.found", { found, all: cards.length }) : "";
  }
}

// Letters alone, small, accents left out, one space between words.
function folded(text) {
  return text.normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase().replace(/\s+/g, " ");
}
