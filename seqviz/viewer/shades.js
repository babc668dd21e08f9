// How dark a share is, and what is read on it.

// Which letters are read well on a cell: dark ones in the middle of the ramp in both themes.
export function tone(portion) {
  return portion > 0.595 ? "strong" : portion > 0.475 ? "middle" : "";
}

export function highest(values) {
  return values.reduce((most, row) => row.reduce((one, value) => Math.max(one, value), most), 0);
}
