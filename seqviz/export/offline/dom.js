// What every part builds with. Each text becomes a text node, so that no token is read as markup.

const SVG = "http://www.w3.org/2000/svg";
const FONT = getComputedStyle(document.documentElement).fontFamily;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;
const UNSPACED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u312f\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function html(tag, attributes = {}, ...children) {
  return build(document.createElement(tag), attributes, children);
}

function svg(tag, attributes = {}, ...children) {
  return build(document.createElementNS(SVG, tag), attributes, children);
}

// A text that may run in another direction than what stands beside it.
function isolate(text) {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}

// A sentence of the page's language; {names} in it are replaced by facts.
function say(key, facts = {}) {
  return data.words[state.language][key]
    .replace(/\{(\w+)\}/g, (_, name) => isolate(String(facts[name])));
}

// A piece as people read it: a word without its "▁", the rest of a word after a dot.
function label(piece) {
  if (piece.startsWith("▁")) return piece.slice(1) || "▁";
  return /^[\p{L}\p{N}]/u.test(piece) && !UNSPACED.test(piece) ? `·${piece}` : piece;
}

// Of a row of tokens: from right to left where most of its words are.
function direction(names) {
  const score = names.reduce((sum, name) => sum
    + (RIGHT_TO_LEFT.test(name) ? 1 : /\p{L}/u.test(name.replace(/^⟨.*⟩$/, "")) ? -1 : 0), 0);
  return score > 0 ? "rtl" : "ltr";
}

function token(id) {
  return id < 0 ? label(data.start) : label(data.labels[id] ?? "");
}

const NEVER = -1e4; // stands for the logarithm of 0

// Numbers are in English everywhere, so that they can be compared with a table's.
function fixed(value, digits) {
  if (value === null) return "–";
  if (value <= NEVER) return "−∞";
  return value.toFixed(digits).replace(/^-(?=[0.]*$)/, "").replace("-", "−");
}

function signed(value, digits) {
  return value === null ? "–" : (value > 0 ? "+" : "") + fixed(value, digits);
}

function share(value, digits = 2) {
  const least = 10 ** -digits;
  return value > 0 && value < least / 2 ? `<${least}` : value.toFixed(digits);
}

function clamp(value, low, high) {
  return Math.max(low, Math.min(value, high));
}

// Pixels of a page whose letters are 16 pixels high; a projector's are larger.
function unit() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}

const ruler = document.createElement("canvas").getContext("2d");

function textWidth(text, size) {
  ruler.font = `${size}px ${FONT}`;
  return ruler.measureText(text).width;
}

// The text, cut with an ellipsis where it would be wider than that many pixels.
function shorten(text, width, size) {
  if (textWidth(text, size) <= width) return text;
  const letters = Array.from(text).slice(0, 200);
  while (letters.length > 1 && textWidth(`${letters.join("")}…`, size) > width) letters.pop();
  return `${letters.join("")}…`;
}

function write(text, attributes) {
  return svg("text", { "dominant-baseline": "central", ...attributes }, isolate(text));
}

// Choices beside each other, of which one holds; arrows walk, as radio buttons do.
function choices(name, options, chosen, onChoose) {
  const inputs = options.map(([value, text]) => {
    const input = html("input", { type: "radio", name, value, change: () => onChoose(value) });
    input.checked = value === chosen;
    return html("label", {}, input, html("span", {}, text));
  });
  return html("div", { class: "choices", role: "radiogroup", "aria-label": say(`offline.${name}`) },
    ...inputs);
}

function menu(name, options, chosen, onChoose) {
  const select = html("select", { "aria-label": say(`offline.${name}`), change: () => onChoose(Number(select.value)) },
    ...options.map(([value, text]) => html("option", { value }, text)));
  select.value = chosen;
  return html("label", { class: "menu" }, html("span", {}, say(`offline.${name}`)), select);
}

// The same facts as a picture, for those who cannot see it or want to copy them.
function table(summary, heads, rows) {
  const body = html("tbody");
  const fill = () => {
    if (body.firstChild) return;
    body.append(...rows().map((cells) => html("tr", {}, ...cells.map(
      (cell) => html("td", { dir: "auto" }, String(cell))))));
  };
  return html("details", { class: "table", toggle: fill }, html("summary", {}, summary),
    html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": summary },
      html("table", {}, html("thead", {}, html("tr", {}, ...heads.map(
        (head) => html("th", { scope: "col" }, head)))), body)));
}
