// A chapter of a lesson as a page of a site, in one language; another language is another page.

import { html } from "./dom.js";
import { bar } from "./header.js";
import { walkThrough } from "./lessonwalk.js";
import { SitePage } from "./sitepage.js";

export class LessonPage extends SitePage {
  constructor(site, page) {
    super(site, page);
    this.language = page.language; // that of the file
    this.header = html("header");
    const main = html("main.root", html("h1.unseen", document.title));
    document.body.append(this.header, main);
    const files = Object.fromEntries(page.menu.map(([id, , file]) => [id, file]));
    const menu = page.menu.map(([id, title]) => [id, title]);
    const lesson = walkThrough(this.words[this.language], main, (id) => location.assign(files[id]));
    const open = (at) => lesson.open({ ...page.chapter, own: false }, { at, menu });
    const follow = () => open(location.hash.slice(1));
    window.addEventListener("hashchange", follow);
    this.draw();
    follow();
  }

  draw() {
    const file = this.page.languages[this.language];
    if (this.language !== this.page.language && file) location.assign(`${file}${location.hash}`);
    this.header.replaceChildren(bar(this));
  }
}
