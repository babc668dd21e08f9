// How the tree is walked with the arrows: to the parent, to the best child, to the next of the step.

Object.assign(Tree.prototype, {
  press(event) {
    const here = Number(event.target.closest?.("[data-node]")?.dataset.node ?? -1);
    if (here < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const { parent, step } = data.tree;
    const rows = this.rows();
    const column = this.shown.filter((node) => step[node] === step[here]).sort((a, b) => rows[a] - rows[b]);
    const best = new Set(nodesOf(hypothesis()));
    const children = this.shown.filter((node) => parent[node] === here);
    const place = column.indexOf(here);
    const next = {
      ArrowUp: () => column[place - 1],
      ArrowDown: () => column[place + 1],
      ArrowLeft: () => parent[here],
      ArrowRight: () => children.find((node) => best.has(node)) ?? children[0],
      Home: () => this.shown[0],
      End: () => [...best].at(-1),
      Enter: () => here,
      " ": () => here,
    }[event.key];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    const node = next();
    if (!this.nodes.has(node)) return;
    this.select(node);
  },

  // Scroll its box into the frame, and nothing else.
  show(node) {
    const box = this.nodes.get(node)?.getBoundingClientRect();
    const frame = this.frame.getBoundingClientRect();
    if (!box) return;
    const room = 24 * this.u;
    const over = (low, high, from, to) => (low < from + room ? low - from - room : high > to - room ? high - to + room : 0);
    this.frame.scrollBy(over(box.left, box.right, frame.left, frame.right), over(box.top, box.bottom, frame.top, frame.bottom));
  },
});
