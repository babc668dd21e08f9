// Charts need a program of 5 MB, which takes a second to start: it is there before somebody turns to
// one, once nothing else is to be done or a screen with charts is pointed at. No other screen waits
// for it.
const REST_MS = 5000;

function loadCharts() {
  const own = document.querySelector("script[type=module][src*='/static/js/']");
  const { file } = shared.charts;
  if (!file || !own || navigator.connection?.saveData) return;
  const load = () => import(new URL(file, own.src).href).catch(() => null);
  const isTurning = ({ target }) => {
    const name = target.closest?.(":is(.st-key-group, .st-key-view) button")?.textContent;
    if (name && shared.charts.screens.some((screen) => name.endsWith(screen))) load();
  };
  for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, isTurning);
  setTimeout(() => (window.requestIdleCallback ?? setTimeout)(load), REST_MS);
}
