// The words of a text that another one lacks. As seqviz.analysis.compare, whose blocks are those of
// Python's difflib: the longest first, then what is left on either side of it.

const A_WORD = /([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\u{20000}-\u{3ffff}]|[\p{L}\p{N}_][\p{L}\p{N}_'’-]*|[^\p{L}\p{N}_\s])\s*|\s+/gu;

// [word, 1 or 0] of the second text; joined again, the words are the text.
export function markedWords(first, second) {
  const [a, b] = [first, second].map((text) => text.match(A_WORD) ?? []);
  const same = new Set();
  const places = new Map();
  b.forEach((word, place) => places.set(word.trim(), [...(places.get(word.trim()) ?? []), place]));
  const queue = [[0, a.length, 0, b.length]];
  while (queue.length) {
    const [fromA, toA, fromB, toB] = queue.pop();
    const [atA, atB, size] = longest(a, places, [fromA, toA, fromB, toB]);
    if (!size) continue;
    for (let place = atB; place < atB + size; place += 1) same.add(place);
    queue.push([fromA, atA, fromB, atB], [atA + size, toA, atB + size, toB]);
  }
  return b.map((word, place) => [word, same.has(place) ? 0 : 1]);
}

// The first of the longest runs that both have within these bounds: where it begins, and its length.
function longest(a, places, [fromA, toA, fromB, toB]) {
  let best = [fromA, fromB, 0];
  let runs = new Map(); // lengths of runs that end one word before, by place in b
  for (let at = fromA; at < toA; at += 1) {
    const next = new Map();
    for (const place of places.get(a[at].trim()) ?? []) {
      if (place < fromB || place >= toB) continue;
      const size = (runs.get(place - 1) ?? 0) + 1;
      next.set(place, size);
      if (size > best[2]) best = [at - size + 1, place - size + 1, size];
    }
    runs = next;
  }
  return best;
}
