// What is pressed before the page's program is there: the presenter hears it then.

globalThis.seqvizEarly = {
  pressed: [],
  hear: (event) => event.target === document.body && seqvizEarly.pressed.push(event),
};
addEventListener("keydown", seqvizEarly.hear);
