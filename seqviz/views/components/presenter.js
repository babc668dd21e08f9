// What the page presents, and the button (st-key-present) that begins it.

const PICTURES = ".st-key-screen :is([data-testid=stPlotlyChart],.stBidiComponent)";
const UNSEEN = "[class*=st-key-viewer-notes]"; // components that draw nothing

function listenToPresenter() {
  const pictures = () => [...document.querySelectorAll(PICTURES)].filter((one) => !one.closest(UNSEEN));
  const presenter = new Presenter(pictures, "[data-testid=stMain]");
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.(".st-key-present button")) return;
    event.stopImmediatePropagation(); // Python has nothing to do
    presenter.present(true);
  }, true);
}
