// What every part builds with. Each text becomes a text node, so that no token is read as markup.

import { isolate } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  first: "M6 5h2v14H6zM20 5v14l-10-7z",
  previous: "M15.5 5 8 12l7.5 7 1.5-1.6L11.2 12 17 6.6z",
  next_step: "M8.5 5 16 12l-7.5 7L7 17.4 12.8 12 7 6.6z",
  play: "M7 4.5v15L20 12z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  save: "M11 4h2v8l3-3 1.4 1.4L12 16l-5.4-5.6L8 9l3 3zM5 18h14v2H5z",
};

// Attributes: functions listen, null and undefined leave out.
export function build(node, attributes, children = []) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

// name: the element's with its classes, such as "p.caption"; its attributes may stand before what it
// holds.
export function html(name, ...rest) {
  return element(name, rest, (tag) => document.createElement(tag));
}

export function svg(name, ...rest) {
  return element(name, rest, (tag) => document.createElementNS(SVG, tag));
}

// A key with one of these is the browser's.
export function isBrowsers({ altKey, ctrlKey, metaKey }) {
  return altKey || ctrlKey || metaKey;
}

// Nobody else hears of an event.
export function take(event) {
  event.preventDefault();
  event.stopPropagation();
}

function element(name, rest, create) {
  const [tag, ...classes] = name.split(".");
  const node = create(tag);
  if (classes.length) node.setAttribute("class", classes.join(" "));
  return rest[0]?.constructor === Object ? build(node, rest[0], rest.slice(1)) : build(node, {}, rest);
}

// A text in an SVG picture, around its place.
export function write(text, attributes) {
  return svg("text", { "dominant-baseline": "central", "text-anchor": "middle", ...attributes }, isolate(text));
}

export function icon(name) {
  return svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" },
    svg("path", { d: ICONS[name], fill: "currentColor" }));
}

export function iconButton(name, text, act) {
  return html("button.icon", { click: act, "aria-label": text, title: text },
    icon(name));
}

// Choices beside each other, of which one holds; arrows walk, as radio buttons do. In a form of their
// own: what is chosen among a whole shadow root's radio buttons, Chromium keeps there for ever.
export function choices(name, text, options, chosen, onChoose) {
  const inputs = options.map(([value, told]) => {
    const input = html("input", { type: "radio", name, value, change: () => onChoose(value) });
    input.checked = value === chosen;
    return html("label", input, html("span", told));
  });
  return html("form.chosen-of", { submit: (event) => event.preventDefault() },
    html("div.choices", { role: "radiogroup", "aria-label": text }, ...inputs));
}

// Options are numbers with their names.
export function menu(text, options, chosen, onChoose) {
  const select = html("select", { "aria-label": text, change: () => onChoose(Number(select.value)) },
    ...options.map(([value, told]) => html("option", { value }, told)));
  select.value = chosen;
  return html("label.menu", html("span", text), select);
}

// A switch that is on or off.
export function toggle(text, isOn, onChange) {
  const input = html("input", { type: "checkbox", role: "switch", "aria-label": text, change: () => onChange(input.checked) });
  input.checked = isOn;
  return html("label.toggle", input, html("span", text));
}

// The same facts as a picture, for those who cannot see it or want to copy them: renew(heads, rows())
// gives it others; filled while it is open.
export function table(summary) {
  const body = html("table");
  const node = html("details.table", { toggle: () => fill() }, html("summary", summary),
    html("div.scroll", { tabindex: 0, role: "group", "aria-label": summary }, body));
  let [names, make] = [[], () => []];
  const fill = () => body.replaceChildren(...(node.open ? [
    html("thead", html("tr", ...names.map((name) => html("th", { scope: "col" }, name)))),
    html("tbody", ...make().map((cells) => html("tr", ...cells.map((cell) => html("td", { dir: "auto" }, String(cell))))))] : []));
  node.renew = (heads, rows) => {
    [names, make] = [heads, rows];
    fill();
  };
  return node;
}
