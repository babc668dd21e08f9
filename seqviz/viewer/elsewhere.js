// Files from an address or from this device, no more of them than may be read. The one module that
// asks a server: for what the visitor's address names.

import { Refused } from "./refused.js";

const MEGABYTE = 2 ** 20;

// The bytes at an address, relative ones beside this page. tell([key, facts]): how far it is.
export async function fileAt(address, { bytes: most }, tell) {
  const url = URL.canParse(address, document.baseURI) ? new URL(address, document.baseURI) : { protocol: "" };
  if (!/^https?$/.test(url.protocol.slice(0, -1))) throw new Refused("address", { address });
  tell(["gallery.loading", { host: url.host, size: "0.0" }]);
  let answer;
  try {
    answer = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer" });
  } catch {
    throw new Refused("unreachable", { host: url.host });
  }
  if (!answer.ok) throw new Refused("status", { host: url.host, status: answer.status });
  const parts = [];
  let size = 0;
  try {
    const reader = answer.body.getReader();
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      size += value.length;
      if (size > most) {
        await reader.cancel();
        throw new Refused("large", { limit: most / MEGABYTE });
      }
      parts.push(value);
      tell(["gallery.loading", { host: url.host, size: (size / MEGABYTE).toFixed(1) }]);
    }
  } catch (error) {
    throw error instanceof Refused ? error : new Refused("unreachable", { host: url.host });
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

// The bytes of a file of this device.
export async function bytesOf(file, { bytes: most }) {
  if (file.size > most) throw new Refused("large", { limit: most / MEGABYTE });
  return new Uint8Array(await file.arrayBuffer());
}
