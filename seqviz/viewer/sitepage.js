// A page of a site of traces and lessons: the browser keeps its language and colours for the others.

import { Settings } from "./settings.js";

const KEPT_THEMES = ["auto", "light", "dark"];

export class SitePage extends Settings {
  // site: words; page: what its file holds: the language that it is written in, and the way to the
  // site's root, such as "../".
  constructor({ words }, page) {
    super(words, keptLanguage(Object.keys(words)) ?? page.language);
    this.page = page;
    super.dress(KEPT_THEMES.find((one) => one === kept("theme")) ?? "auto");
  }

  get home() {
    return { href: `${this.page.root}index.html`, title: this.say("gallery.home") };
  }

  dress(theme) {
    keep("theme", theme);
    super.dress(theme);
  }

  speak(language) {
    keep("language", language);
    super.speak(language);
  }
}

// What was chosen, else the first that the browser asks for.
function keptLanguage(languages) {
  const wanted = [kept("language"), ...navigator.languages].map((one) => one?.split("-")[0]);
  return wanted.find((one) => languages.includes(one));
}

// A browser may keep nothing, and say so by an error.
function kept(name) {
  try {
    return localStorage.getItem(`seqviz.${name}`);
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(`seqviz.${name}`, value);
  } catch {
    // the choice holds for this page
  }
}
