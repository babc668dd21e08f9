// The drawing of attention lines: source on the left, target on the right, a line for each weight.
// The same class draws for the screen and for the file; only the paint differs.

const ROW = 22;
const TOP = 34;
const PAD = 10;
const LABEL = 190; // widest label
const GAP = [130, 380]; // narrowest and widest space between the columns

class Picture {
  // data: source, target, heads, weights (T times S), threshold; room: the width to fill, in pixels.
  constructor(data, paint, room) {
    Object.assign(this, { data, paint });
    this.font = `14px ${paint.font}`;
    const widest = Math.max(60, Math.min(LABEL, (room - GAP[0]) / 2 - 2 * PAD));
    const [source, target] = ["source", "target"].map((side) => this.labels(data[side], widest));
    const free = room - source.width - target.width - 4 * PAD;
    this.left = source.width + 2 * PAD;
    this.right = this.left + Math.max(GAP[0], Math.min(GAP[1], free));
    this.width = this.right + target.width + 2 * PAD;
    this.height = TOP + ROW * Math.max(data.source.length, data.target.length) + 4;
    this.all = svg("g", { style: `stroke:${paint.accent};fill:none` });
    this.some = svg("g", { style: `stroke:${paint.accent};fill:none` });
    this.pills = svg("g", { "font-size": 12, "aria-hidden": "true" });
    this.tokens = { source: this.column("source", source), target: this.column("target", target) };
    this.node = svg("svg", { width: this.width, height: this.height, role: "group",
      viewBox: `0 0 ${this.width} ${this.height}`, "font-size": 14,
      style: `fill:${paint.ink};font-family:${paint.font}` },
    this.all, this.some, this.pills, this.group("source"), this.group("target"));
    for (let t = 0; t < data.target.length; t += 1) {
      for (let s = 0; s < data.source.length; s += 1) {
        if (this.weight(s, t) >= data.threshold) this.all.append(this.line(s, t));
      }
    }
  }

  weight(s, t) {
    return this.data.weights[t * this.data.source.length + s];
  }

  labels(tokens, widest) {
    const texts = tokens.map((token) => shorten(printable(token), widest, this.font));
    return { texts, width: Math.max(48, ...texts.map((text) => textWidth(text, this.font))) };
  }

  column(side, { texts, width }) {
    const isSource = side === "source";
    return texts.map((text, place) => {
      const y = this.y(place);
      const x = isSource ? 0 : this.right;
      return svg("g", { "data-side": side, "data-place": place },
        svg("title", {}, printable(this.data[side][place])),
        svg("rect", { x: x + 2, y: y - ROW / 2 + 1, width: width + 2 * PAD - 4, height: ROW - 2,
          rx: 5, fill: "transparent" }),
        label({ x: isSource ? this.left - PAD : this.right + PAD, y },
          text, isSource ? "end" : "start"));
    });
  }

  group(side) {
    const isSource = side === "source";
    const head = label({ x: isSource ? this.left - PAD : this.right + PAD, y: 14, "font-size": 12,
      style: `fill:${this.paint.soft}` }, this.data.heads[side], isSource ? "end" : "start");
    return svg("g", { role: "group", "aria-label": this.data.heads[side] }, head,
      ...this.tokens[side]);
  }

  y(place) {
    return TOP + ROW * (place + 0.5);
  }

  line(s, t, least = 0.06) {
    const [x1, x2, y1, y2] = [this.left, this.right, this.y(s), this.y(t)];
    const middle = (x1 + x2) / 2;
    const weight = this.weight(s, t);
    return svg("path", { d: `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`,
      "stroke-width": (0.6 + 4 * weight).toFixed(2),
      "stroke-opacity": (least + (1 - least) * weight).toFixed(3) });
  }

  // Places of the other side that a token has lines to, as [place, weight], strongest first.
  partners({ side, place }) {
    const count = this.data[side === "source" ? "target" : "source"].length;
    return Array.from({ length: count }, (_, other) =>
      [other, side === "source" ? this.weight(place, other) : this.weight(other, place)])
      .filter(([, weight]) => weight >= this.data.threshold).sort((a, b) => b[1] - a[1]);
  }

  // Bring out the lines of one token with their numbers; null: all lines alike.
  show(choice) {
    const partners = choice ? this.partners(choice) : [];
    const isSource = choice?.side === "source";
    this.all.setAttribute("opacity", choice ? 0.12 : 1);
    this.some.replaceChildren(...partners.map(([other]) =>
      isSource ? this.line(choice.place, other, 0.4) : this.line(other, choice.place, 0.4)));
    this.pills.replaceChildren(...partners.map(([other, weight]) =>
      this.pill(isSource ? this.right - 26 : this.left + 26, this.y(other), weight)));
    const lit = new Set(partners.map(([other]) => other));
    for (const [side, tokens] of Object.entries(this.tokens)) {
      tokens.forEach((token, place) => {
        const isLit = side === choice?.side ? place === choice.place : lit.has(place);
        token.setAttribute("opacity", choice && !isLit ? 0.35 : 1);
        token.setAttribute("font-weight", side === choice?.side && isLit ? 600 : 400);
      });
    }
  }

  pill(x, y, weight) {
    return svg("g", {},
      svg("rect", { x: x - 20, y: y - 9, width: 40, height: 18, rx: 9,
        style: `fill:${this.paint.paper};stroke:${this.paint.accent}` }),
      label({ x, y }, weight.toFixed(2), "middle"));
  }
}

// The picture on a page of its own, with a title and a line below it.
function framed(picture, title, caption) {
  const font = `bold 16px ${PRINT_FONT}`;
  const small = `12px ${PRINT_FONT}`;
  const width = 40 + Math.max(picture.width, textWidth(title, font), textWidth(caption, small));
  const height = picture.height + 96;
  picture.node.setAttribute("x", (width - picture.width) / 2);
  picture.node.setAttribute("y", 48);
  picture.node.setAttribute("overflow", "visible"); // another machine's font may be wider
  return svg("svg", { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`,
    "font-family": PRINT_FONT, fill: PRINT.ink },
  svg("title", {}, printable(title)),
  svg("rect", { width, height, fill: PRINT.paper }),
  label({ x: 20, y: 26, "font-size": 16, "font-weight": "bold" }, title),
  picture.node,
  label({ x: 20, y: height - 22, "font-size": 12, fill: PRINT.soft }, caption));
}
