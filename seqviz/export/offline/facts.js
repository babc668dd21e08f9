// Model, options and run, as lists of facts.

function factsSection() {
  return html("div", { class: "groups" }, ...Object.entries(data.facts).map(([group, facts]) => html("div", {},
    html("h3", {}, say(`offline.group.${group}`)),
    html("dl", { class: "facts" }, ...facts.flatMap(([name, found]) => {
      const key = `offline.fact.${name}`;
      return fact(key in data.words[state.language] ? say(key) : name, value(found));
    })))));
}
