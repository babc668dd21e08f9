// A page by itself in the language and the colours that are chosen on it. Who extends it has draw().

import { filled } from "./text.js";

export class Settings {
  // words: templates by language and key; language: the first one.
  constructor(words, language) {
    Object.assign(this, { words, language });
    this.languages = Object.keys(words).map((code) => [code, words[code]["page.own_name"]]);
  }

  // Where its name leads, as attributes of a link; null: nowhere.
  get home() {
    return null;
  }

  say(key, facts = {}) {
    return filled(this.words[this.language][key], facts);
  }

  dress(theme) {
    this.theme = theme;
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }

  speak(language) {
    this.language = language;
    this.draw();
    document.querySelector("input[name=language]:checked").focus();
  }
}
