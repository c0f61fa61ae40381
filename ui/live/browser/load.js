// Loads a script or a stylesheet once per page.

import { patiently } from "./retry.js";

const loaded = new Map();

function once(url, node) {
  if (!loaded.has(url)) {
    const loading = patiently(() => arrival(node()));
    loading.catch(() => loaded.delete(url));
    loaded.set(url, loading);
  }
  return loaded.get(url);
}

function arrival(node) {
  return new Promise((resolve, reject) => {
    node.onload = resolve;
    node.onerror = () => {
      node.remove();
      reject(new Error("a file of the program did not arrive"));
    };
    document.head.append(node);
  });
}

export const loadScript = (url) => once(url, () => Object.assign(document.createElement("script"), { src: url }));

export const loadStylesheet = (url) =>
  once(url, () => Object.assign(document.createElement("link"), { rel: "stylesheet", href: url }));
