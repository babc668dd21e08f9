// What both components draw with. Stands before each of them in the same module.
// Every text becomes a text node, so that no token is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";
const PRINT = { ink: "#0d1520", soft: "#566373", accent: "#1b5e9b", paper: "#ffffff" };
const PRINT_FONT = "'Noto Sans', Arial, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function html(tag, attributes = {}, ...children) {
  return build(document.createElement(tag), attributes, children);
}

function svg(tag, attributes = {}, ...children) {
  return build(document.createElementNS(SVG, tag), attributes, children);
}

function icon(path) {
  const shape = svg("path", { d: path, fill: "currentColor" });
  return svg("svg", { viewBox: "0 0 24 24", width: 18, height: 18, "aria-hidden": "true" }, shape);
}

const DOWNLOAD_ICON = "M11 4h2v8l3-3 1.4 1.4L12 16l-5.4-5.6L8 9l3 3zM5 18h14v2H5z";

function downloadButton(onClick) {
  const button = html("button", { type: "button", class: "text-button" },
    icon(DOWNLOAD_ICON), html("span"));
  button.addEventListener("click", onClick);
  return button;
}

// The words of the page's language; {names} in them are replaced by facts.
function say(words, key, facts = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => facts[name]);
}

function number(value) {
  return value > 0 && value < 0.0005 ? "<0.001" : value.toFixed(3);
}

// XML knows neither most control characters nor halves of surrogate pairs.
function printable(text) {
  return text.toWellFormed().replace(/[\u0000-\u001f\u007f\ufffe\uffff]/g, "\ufffd");
}

// Base64 of little-endian uint16, row by row, as weights between 0 and 1.
function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  return Float32Array.from(new Uint16Array(bytes.buffer), (level) => level / 65535);
}

// Whether more tokens are written from right to left than from left to right.
function direction(tokens) {
  const rtl = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
  const score = tokens.reduce(
    (sum, token) => sum + (rtl.test(token) ? 1 : /\p{L}/u.test(token) ? -1 : 0), 0);
  return score > 0 ? "rtl" : "ltr";
}

const ruler = document.createElement("canvas").getContext("2d");

function textWidth(text, font) {
  ruler.font = font;
  return ruler.measureText(text).width;
}

// The text, cut with an ellipsis where it would be wider than that many pixels.
function shorten(text, width, font) {
  if (textWidth(text, font) <= width) return text;
  const letters = Array.from(text);
  while (letters.length > 1 && textWidth(letters.join("") + "…", font) > width) letters.pop();
  return letters.join("") + "…";
}

function label(attributes, text, anchor = "start") {
  return svg("text", { "text-anchor": anchor, "dominant-baseline": "central", ...attributes },
    printable(text));
}

// Offer a picture as a file, made in the browser; nothing leaves it.
function save(picture, name) {
  const text = new XMLSerializer().serializeToString(picture);
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  html("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
