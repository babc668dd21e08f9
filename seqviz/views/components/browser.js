// What the page asks of the browser itself: its language, Streamlit's own words in that language,
// which changes of the address are steps of Back, and a word when the server is back. Draws nothing.

const NAMES = ["aria-label", "data-title", "placeholder", "title"];
// Where the words are Streamlit's, and nothing that anybody typed or translated.
const PLACES = ["InputInstructions", "stFileUploaderDropzone", "stFileUploaderFileErrorMessage",
  "stElementToolbar", "stTooltipContent", "stDataFrameColumnMenu",
  "stDataFrameColumnFormattingMenu", "stDataFrameColumnVisibilityMenu",
  "stSelectboxVirtualDropdown", "stMultiSelectVirtualDropdown", "stStatusWidget",
  "stMainMenuPopover", "stMainMenuList", "stSkipToContent", "stDialog", "stNumberInput",
  "stTextInput", "stToast", "search-result-area"]
  .map((name) => `[data-testid="${name}"]`).join(",")
  + ",[role=tooltip],[role=dialog],[role=alertdialog],[data-live-announcer],.modebar";
// Streamlit gives it a name, and says that it has none.
const NAMELESS = "[data-testid=stFileUploaderDropzone][role=presentation]";
const OURS = "[data-testid=stWidgetLabel],[data-testid=stDialog] [data-testid=stMarkdown]";

const shared = (window.seqvizPage ??= { words: new Map(), patterns: [], moves: new Set(), sent: "" });

const escaped = (text) => text.replace(/[.*+?^$()|[\]\\]/g, "\\$&");

// From pairs of a text and what to say in its place; {names} stand for what differs.
function learn(pairs) {
  shared.words = new Map(pairs);
  shared.patterns = pairs.filter(([text]) => text.includes("{")).map(([text, instead]) =>
    [new RegExp(`^${escaped(text).replace(/\{(\w+)\}/g, "(?<$1>.+)")}$`, "su"), instead]);
}

function inWords(text) {
  const found = text.trim();
  if (!found || found.length > 300) return null;
  if (shared.words.has(found)) return shared.words.get(found);
  for (const [pattern, instead] of shared.patterns) {
    const parts = pattern.exec(found)?.groups;
    const part = (_, name) => inWords(parts[name]) ?? parts[name];
    if (parts) return instead.replace(/\{(\w+)\}/g, part);
  }
  return null;
}

function sayText(node) {
  const place = node.parentElement;
  if (!(place instanceof HTMLElement)) return; // a chart's text is ours
  if (!place.closest(PLACES) || place.closest(OURS)) return;
  const instead = inWords(node.data);
  if (instead !== null && instead !== node.data) node.data = instead;
}

function sayNames(element) {
  if (element.matches(NAMELESS)) element.setAttribute("role", "group");
  for (const name of NAMES) {
    const said = element.getAttribute(name);
    const instead = said === null ? null : inWords(said);
    if (instead !== null && instead !== said) element.setAttribute(name, instead);
  }
}

function say(root) {
  if (root.nodeType === Node.TEXT_NODE) return sayText(root);
  if (!(root instanceof HTMLElement)) return; // a chart adds thousands of nodes, none with our words
  sayNames(root);
  const all = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  while (all.nextNode()) {
    (all.currentNode.nodeType === Node.TEXT_NODE ? sayText : sayNames)(all.currentNode);
  }
}

function listen() {
  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      if (type === "childList") addedNodes.forEach(say);
      else if (type === "attributes") sayNames(target);
      else sayText(target);
    }
    markUnsent(); // the box is filled after this component has heard what was sent
  }).observe(document.body, { subtree: true, childList: true, characterData: true,
    attributes: true, attributeFilter: NAMES });
}

// The settings in which two addresses differ.
function changedCodes(...addresses) {
  const [before, after] = addresses.map((address) => new URL(address, window.location.href).searchParams);
  const codes = new Set([...before.keys(), ...after.keys()]);
  return [...codes].filter((code) => before.get(code) !== after.get(code));
}

// Streamlit makes every change of the link a step of Back; one that only moves what is pointed at
// takes the place of the step before. After Back and Forward, a run that began before may still write
// what it shows: until the page tells the address to which one went, or one does something, no other
// counts.
function keepHistory() {
  const push = window.history.pushState.bind(window.history);
  let here = window.location.href;
  let wentTo = null;
  window.history.pushState = (state, unused, url) => {
    if (wentTo && changedCodes(wentTo, url ?? "").length) return;
    wentTo = null;
    const changed = changedCodes(window.location.href, url ?? "");
    if (!changed.length) return;
    if (changed.every((code) => shared.moves.has(code))) window.history.replaceState(state, unused, url);
    else push(state, unused, url);
    here = window.location.href;
  };
  window.addEventListener("popstate", () => {
    if (changedCodes(here, window.location.href).length) wentTo = window.location.href;
    here = window.location.href;
  });
  for (const act of ["pointerdown", "keydown"]) document.addEventListener(act, () => { wentTo = null; }, true);
}

function areSettingsOpen() {
  return document.querySelector('[data-testid=stSidebar][data-collapsed="false"]') !== null;
}

// A server that was started again knows nothing of this page until it is asked; who is asked first
// by a button reads the link, not what was typed or pressed. So it is asked as soon as it is back.
function listenToConnection() {
  const app = document.querySelector("[data-testid=stApp]");
  const name = "data-test-connection-state";
  let isLost = false;
  new MutationObserver(() => {
    const wasLost = isLost;
    isLost = app.getAttribute(name) !== "CONNECTED";
    if (wasLost && !isLost) shared.tellBack();
  }).observe(app, { attributeFilter: [name] });
}

export default function ({ data, setTriggerValue }) {
  shared.tellBack = () => setTriggerValue("back", { settings: areSettingsOpen() });
  shared.moves = new Set(data.moves);
  shared.sent = data.sent;
  shared.present = data.present;
  shared.charts = data.charts;
  if (!shared.listens) {
    shared.listens = true;
    listen();
    keepHistory();
    listenToKeys();
    listenToPresenter();
    listenToConnection();
    loadCharts();
  }
  if (shared.language !== data.language) {
    document.documentElement.lang = shared.language = data.language;
    learn(data.words);
    say(document.body); // what comes later is heard of
  }
  markUnsent();
}
