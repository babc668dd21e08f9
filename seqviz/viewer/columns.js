// Columns of numbers, as seqviz.viewer.columns packs them: base64 of zlib of planes of bytes.

const TYPES = { d: Float64Array, f: Float32Array, i: Int32Array, w: Uint16Array, u: Uint8Array };

// All columns as typed arrays, by name; a promise.
export async function unpackedColumns({ sizes, text }) {
  const bytes = Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Response(bytes).body.pipeThrough(new DecompressionStream("deflate")); // a blob is another process's
  const planes = new Uint8Array(await new Response(stream).arrayBuffer());
  let from = 0;
  return Object.fromEntries(Object.entries(sizes).map(([name, [kind, length]]) => {
    const numbers = new TYPES[kind](length);
    const own = new Uint8Array(numbers.buffer);
    const size = numbers.BYTES_PER_ELEMENT;
    for (let plane = 0; plane < size; plane += 1) {
      for (let place = plane; place < own.length; place += size) own[place] = planes[from++];
    }
    return [name, numbers];
  }));
}
