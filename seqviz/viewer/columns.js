// Columns of numbers, as seqviz.viewer.columns packs them: base64 of zlib of planes of bytes.

// Type: of a typed array, such as Float32Array.
export async function unpackedColumn(text, Type) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < bytes.length; place += 1) bytes[place] = letters.charCodeAt(place);
  const stream = new Response(bytes).body.pipeThrough(new DecompressionStream("deflate")); // a blob is another process's
  const planes = new Uint8Array(await new Response(stream).arrayBuffer());
  const size = Type.BYTES_PER_ELEMENT;
  const length = planes.length / size;
  const numbers = new Uint8Array(planes.length);
  for (let plane = 0; plane < size; plane += 1) {
    for (let place = 0; place < length; place += 1) numbers[place * size + plane] = planes[plane * length + place];
  }
  return new Type(numbers.buffer);
}

const TYPES = { f: Float32Array, d: Float64Array, i: Int32Array, u: Uint8Array };

// All columns of an object at once: {name: [type, text]}.
export async function unpackedColumns(columns) {
  const found = Object.entries(columns).map(async ([name, [type, text]]) => [name, await unpackedColumn(text, TYPES[type])]);
  return Object.fromEntries(await Promise.all(found));
}
