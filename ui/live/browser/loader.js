// The one inline script of a component: all modules come in one request, where thirty take longer, and each
// becomes a module of its own again. BUNDLE is their address, MODULE the one that mounts the component; retry.js
// stands in front of this text.

async function load() {
  const bundle = await patiently(() => answer("BUNDLE"));
  const addresses = {};
  for (const [name, source] of await bundle.json()) {
    const linked = source.replace(/from "\.\/([\w.]+)"/g, (_, other) => `from "${addresses[other]}"`);
    const module = new Blob([linked, `\n//# sourceURL=${name}`], { type: "text/javascript" });
    addresses[name] = URL.createObjectURL(module);
  }
  return addresses;
}

export default async function mount(component) {
  const loaded = (globalThis.hw9Modules ??= {}); // by address, as the browser keeps modules
  const latest = (globalThis.hw9Mounts ??= new WeakMap()); // what a second attempt must show
  latest.set(component.parentElement, component);
  const loading = (loaded["BUNDLE"] ??= load());
  try {
    return (await import((await loading)["MODULE"])).default(component);
  } catch (error) {
    delete loaded["BUNDLE"];
    const parent = component.parentElement;
    parent.querySelector(":scope > .hw9-notice")?.remove();
    offerAgain(parent, error, () => mount(latest.get(parent)));
  }
}
