// Loads a script or a stylesheet once per page.

const loaded = new Map();

function once(url, node) {
  if (!loaded.has(url)) {
    const promise = new Promise((resolve, reject) => {
      node.onload = resolve;
      node.onerror = () => reject(new Error("a file of the program did not arrive"));
    });
    promise.catch(() => loaded.delete(url));
    loaded.set(url, promise);
    document.head.append(node);
  }
  return loaded.get(url);
}

export const loadScript = (url) => once(url, Object.assign(document.createElement("script"), { src: url }));

export const loadStylesheet = (url) => once(url, Object.assign(document.createElement("link"), { rel: "stylesheet", href: url }));
