// Lights up parts of the picture, and pieces of them, by name; rules of style, so that what is drawn
// anew is lit, too.

const PIECES = {
  "sentence.source": [".words.source"],
  "sentence.translation": [".words.output"],
  "heatmap.row": [".band"],
  "heatmap.column": [".beam", ".kept"],
  "heatmap.cell": [".cursor"],
  "next.chosen": [".chosen"],
  "tree.best": [".is-best .box"],
  "tree.kept": [".is-kept .box"],
  "tree.cut": [".is-pruned .box"],
};
const GLOW = "outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 0.25rem; background-color: color-mix(in srgb, var(--accent) 8%, transparent);";

export class Spotlight {
  // root: Document or ShadowRoot.
  constructor(root) {
    Object.assign(this, { root, sheet: new CSSStyleSheet(), kept: [] });
    root.adoptedStyleSheets.push(this.sheet);
  }

  // Names that stay lit until others do.
  keep(names) {
    this.kept = names;
    this.light(names);
  }

  // Names that are pointed at; none: those that stay.
  point(names) {
    this.light(names.length ? names : this.kept);
  }

  light(names) {
    const selectors = names.flatMap((name) => {
      const [part, piece] = name.split(".");
      const inside = piece ? PIECES[name] ?? [`[data-piece~="${CSS.escape(piece)}"]`] : [""];
      return inside.map((one) => `[data-part="${CSS.escape(part)}"] ${one}`);
    });
    this.sheet.replaceSync(selectors.length ? `${selectors.join(",")} { ${GLOW} }` : "");
  }

  stop() {
    this.root.adoptedStyleSheets = this.root.adoptedStyleSheets.filter((one) => one !== this.sheet);
  }
}
