// The card of a trace in a notebook: the screen with its three views, in a frame of its own; folded below
// it what was recorded of the model, the options and the run.

import { html } from "./dom.js";
import { Facts, warnings } from "./facts.js";
import { Record } from "./record.js";
import { Stage } from "./stage.js";
import { Watch } from "./watch.js";

const content = JSON.parse(document.getElementById("data").textContent);
Record.open(content.payload).then((record) => {
  const stage = new Stage({ record, words: content.words });
  const screen = new Watch(stage);
  document.body.append(...warnings(stage), screen.node,
    html("details", html("summary", stage.say("viewer.nav.facts")), new Facts(stage).node));
  screen.start();
  document.addEventListener("keydown", (event) => stage.press(event));
});
