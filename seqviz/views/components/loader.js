// Hands what Streamlit gives to its program, which may arrive later than what it shows: the viewer's,
// or the one that the data name.

export default function load(component) {
  const page = (globalThis.seqviz ??= { waiting: [] });
  const name = component.data.program ?? "show";
  if (page[name]) return page[name](component);
  let leave = null;
  const start = () => {
    if (page[name]) leave = page[name](component);
    else page.waiting.push(start);
  };
  page.waiting.push(start);
  return () => {
    page.waiting = page.waiting.filter((one) => one !== start);
    leave?.();
  };
}
