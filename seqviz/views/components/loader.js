// Hands what Streamlit gives to the viewer's program, which may arrive later than what it shows.

export default function load(component) {
  const page = (globalThis.seqviz ??= { waiting: [] });
  let leave = null;
  if (page.show) return page.show(component);
  const start = () => { leave = page.show(component); };
  page.waiting.push(start);
  return () => {
    page.waiting = page.waiting.filter((one) => one !== start);
    leave?.();
  };
}
