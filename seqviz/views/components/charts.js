// Charts need a program of 5 MB, which takes a second to start: it is there before somebody turns to
// one, once nothing else is to be done or the groups are pointed at.
const REST_MS = 5000;

function loadCharts(file) {
  const own = document.querySelector("script[type=module][src*='/static/js/']");
  if (!file || !own || navigator.connection?.saveData) return;
  const load = () => import(new URL(file, own.src).href).catch(() => null);
  const isTurning = ({ target }) => target.closest?.(".st-key-group") && load();
  for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, isTurning);
  setTimeout(() => (window.requestIdleCallback ?? setTimeout)(load), REST_MS);
}
