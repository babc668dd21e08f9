// How a heatmap is clicked, and walked with the arrows.

Object.assign(Heatmap.prototype, {
  click(event) {
    const here = this.at(event);
    if (!here) return;
    this.column = here.s;
    this.onMove(here.t);
  },

  press(event) {
    const { key } = event;
    const t = current();
    const last = this.found.rows.length - 1;
    const rows = { ArrowUp: t - 1, ArrowDown: t + 1, Home: 0, End: last };
    const columns = { ArrowLeft: this.column - 1, ArrowRight: this.column + 1 };
    if (event.ctrlKey || event.altKey || event.metaKey || !(key in rows || key in columns)) return;
    event.preventDefault();
    event.stopPropagation();
    if (key in rows) this.onMove(clamp(rows[key], 0, last));
    this.point(current(), columns[key] ?? this.column);
  },
});
