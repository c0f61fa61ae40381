// Reads a scene: a safetensors file (8-byte header length, JSON header, raw arrays) whose metadata holds the spec.

import { answer, patiently } from "./retry.js";

const TYPES = { F32: Float32Array, F64: Float64Array, I32: Int32Array, U8: Uint8Array };

/** The scene at an address. It may have had to leave the server's bounded store: a rerun of the page puts it back. */
export async function fetchScene(url, askAgain) {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const scene = await look(url);
    if (scene !== null) return scene;
    askAgain();
    await new Promise((resolve) => setTimeout(resolve, 300 * attempt));
  }
  throw new Error("the server no longer has its data");
}

/** The same, null where the server does not have it. */
function look(url) {
  return patiently(async () => {
    const response = await answer(url, 404);
    return response.ok ? decode(await response.arrayBuffer()) : null;
  });
}

export function decode(buffer) {
  const headerLength = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, headerLength)));
  const { __metadata__: metadata, ...tensors } = header;
  const arrays = {};
  for (const [name, { dtype, shape, data_offsets: [start, end] }] of Object.entries(tensors)) {
    const origin = 8 + headerLength;
    arrays[name] = Object.assign(new TYPES[dtype](buffer.slice(origin + start, origin + end)), { shape });
  }
  return { ...JSON.parse(metadata.scene), arrays };
}
