// A filter over the rows of a report: comparisons and quoted texts, joined by "and". The page and the
// program know a larger language; what is written here means the same there.

const PART = /^\s*(?:(\w+)\s*(<=|>=|==|!=|=|<|>|≤|≥|≠)\s*([-−]?\d+(?:\.\d+)?)|(?:"([^"]*)"|“([^”]*)”)\s+(not\s+)?in\s+(\w+))\s*(?:and\b|$)/u;
const ORDERS = {
  "<": (a, b) => a < b, ">": (a, b) => a > b, "<=": (a, b) => a <= b, ">=": (a, b) => a >= b,
  "=": (a, b) => a === b, "!=": (a, b) => a !== b,
};
const SPELLED = { "≤": "<=", "≥": ">=", "≠": "!=", "==": "=" };

// The numbers of the rows that pass; null: it is no filter.
export function passing(text, { numbers, texts, count }) {
  const tests = [];
  for (let rest = text; rest.trim();) {
    const found = PART.exec(rest);
    if (!found) return null;
    const [whole, name, sign, number, straight, curly, not, within] = found;
    const column = name ? numbers[name] : texts[within];
    if (!column) return null;
    tests.push(name ? compared(column, sign, number) : held(column, straight ?? curly, Boolean(not)));
    rest = rest.slice(whole.length);
    if (/and\s*$/u.test(whole) && !rest.trim()) return null;
  }
  return Array.from({ length: count }, (_, row) => row).filter((row) => tests.every((test) => test(row)));
}

// A missing number is smaller and larger than none, and equals none.
function compared(column, sign, number) {
  const order = ORDERS[SPELLED[sign] ?? sign], limit = Number(number.replace("−", "-"));
  return (row) => order(Number(column[row] ?? NaN), limit);
}

function held(column, needle, not) {
  return (row) => (column[row] ?? "").includes(needle) !== not;
}
