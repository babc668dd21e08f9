// How the tree is walked with the arrows: to the parent, to the best child, to the next of the step.

// The node that a key leads to from here; undefined: the key means nothing to the tree.
export function walked(record, here, key, { shown, rowOf, path }) {
  const { parent, step } = record.tree;
  const column = shown.filter((node) => step[node] === step[here]).sort((a, b) => rowOf(a) - rowOf(b));
  const place = column.indexOf(here);
  const stay = (node) => node ?? here;
  return {
    ArrowUp: () => stay(column[place - 1]),
    ArrowDown: () => stay(column[place + 1]),
    ArrowLeft: () => (parent[here] < 0 ? here : parent[here]),
    ArrowRight: () => {
      const children = shown.filter((node) => parent[node] === here);
      return stay(children.find((node) => path.includes(node)) ?? children[0]);
    },
    Home: () => 0,
    End: () => stay(path.at(-1)),
    Enter: () => here,
    " ": () => here,
  }[key]?.();
}
