// A sentence and its translation, word by word, with what is to be said of single words: a line below
// each such word, of its own kind and weight, and all of it in words where one points or tabs.
//
// Of the page, not of the viewer: it knows no trace. Which word is pressed, is told by "word".

import { html, isBrowsers, take } from "./dom.js";
import { languageTag } from "./text.js";

// {name, title, language, words: [{text, kind, weight, said, span}]}; kind: how its line looks. Of what
// nothing is said, that is plain text.
function row({ name, title, language, words }, tell, say) {
  const buttons = [];
  const nodes = words.flatMap((word) => {
    const text = word.text.trim();
    if (!word.said) return [word.text];
    const place = words.indexOf(word);
    const button = html(`button.word`, {
      type: "button", "data-span": word.span || null, "data-weight": word.weight || null, "data-kind": word.kind, "data-place": place,
      "aria-label": `${text}: ${word.said}`, tabindex: buttons.length ? -1 : 0,
      click: () => tell("word", { row: name, place }), focus: () => say(word), pointerenter: () => say(word),
    }, text);
    buttons.push(button);
    return [/^\s/.test(word.text) ? " " : "", button, /\s$/.test(word.text) ? " " : ""];
  });
  const walk = (event) => {
    const at = buttons.indexOf(event.target);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (isBrowsers(event) || !buttons[next]) return;
    take(event);
    buttons[at].tabIndex = -1;
    buttons[next].tabIndex = 0;
    buttons[next].focus();
  };
  const facts = { dir: "auto", lang: languageTag(language) };
  return html("p.judged", buttons.length ? { ...facts, role: "group", "aria-label": title, keydown: walk } : facts, ...nodes);
}

export default function show({ data, parentElement, setTriggerValue }) {
  let count = 0;
  const said = html("p.caption.said", { "aria-live": "polite" }, data.hint);
  const say = (word) => said.replaceChildren(`${word.text.trim()}: ${word.said}`);
  const tell = (name, what) => setTriggerValue(name, { ...what, sentence: data.sentence, count: (count += 1) });
  const rows = data.rows.flatMap((one) => [html("p.side", one.title), row(one, tell, say)]);
  parentElement.seqvizJudged?.remove();
  parentElement.append((parentElement.seqvizJudged = html("div.sentence", ...rows, said)));
}
