// The live component. Python sends a scene once; during a drag everything is computed and drawn here, inside
// one requestAnimationFrame, without a message to the server. On release the values are committed once.

import { Slider } from "./controls.js";
import { element } from "./dom.js";
import * as kernels from "./kernels.js";
import { Overlay, figureBox } from "./overlay.js";
import { fetchScene } from "./payload.js";
import { ReadoutGroup } from "./readouts.js";
import { themed, watchTheme } from "./theme.js";

const CONFIG = { displayModeBar: false, doubleClick: false, scrollZoom: false, showTips: false };
const views = new WeakMap();

export default async function mount({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!views.has(parentElement)) views.set(parentElement, new View(parentElement, data.name));
  const view = views.get(parentElement);
  view.send = (values, serial) => setStateValue("state", { values, serial });
  view.askAgain = () => setTriggerValue("missing", view.address);
  try {
    await view.update(data);
  } catch (error) {
    view.fail(error);
  }
  return () => parentElement.isConnected || view.remove();
}

class View {
  constructor(parent, name) {
    this.root = element("div", { class: "hw9-live", "data-testid": `live-${name}`, "data-ready": "false" });
    parent.append(this.root);
    this.controls = {};
    this.values = {};
    this.serial = 0;
    this.figures = {};
    this.overlays = {};
    this.readouts = {};
    this.resize = new ResizeObserver(() => this.fit());
    watchTheme(this.root, () => this.scene && this.drawFigures());
  }

  async update(data) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    if (data.scene !== this.address) {
      this.address = data.scene;
      this.root.dataset.ready = "false";
      await Promise.all([loadScript(data.plotly), loadStylesheet(data.stylesheet)]);
      const scene = await this.fetch(data.scene);
      if (turn !== this.turn) return;
      this.accept(data);
      this.build(scene);
      await this.drawFigures();
      this.root.dataset.ready = "true";
    } else {
      this.accept(data);
      this.schedule();
    }
  }

  // A scene may have had to leave the server's bounded store: a rerun of the page puts it back.
  async fetch(url) {
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const scene = await fetchScene(url);
      if (scene !== null) return scene;
      this.askAgain();
      await new Promise((resolve) => setTimeout(resolve, 300 * attempt));
    }
    throw new Error("the server no longer has its data");
  }

  // A rerun that answers an older commit must not pull a control back from under the pointer.
  accept({ values, serial }) {
    if (this.dragging || serial < this.serial) return;
    this.values = { ...values };
    this.committed = { ...values };
    this.serial = serial;
  }

  build(scene) {
    this.scene = scene;
    for (const spec of scene.controls) this.block("controls", spec.name, Slider, this.listener(spec.name)).update(spec);
    for (const spec of scene.readouts) this.block("readouts", spec.name, ReadoutGroup).update(spec);
    for (const [name, spec] of Object.entries(scene.figures)) {
      const box = (this.figures[name] ??= figureBox(name));
      box.style.height = `${spec.height}px`;
      box.setAttribute("aria-label", spec.description);
      this.resize.observe(box);
    }
    this.program = scene.values.map((value) => this.compile(value));
    const rows = scene.rows.map((cells) => element("div", { class: "hw9-row" }, ...cells.map((cell) => this.cell(cell))));
    this.root.replaceChildren(...rows, this.root.querySelector(".hw9-theme-probe"));
  }

  block(kind, name, Block, ...rest) {
    return (this[kind][name] ??= new Block(name, ...rest));
  }

  cell({ blocks, weight }) {
    const children = blocks.map((block) => {
      const [kind, name] = block.split(":");
      if (kind === "figure") return this.figures[name];
      return (kind === "control" ? this.controls : this.readouts)[name].element;
    });
    const node = element("div", { class: "hw9-cell" }, ...children);
    node.style.setProperty("--weight", weight);
    return node;
  }

  // A string argument names a control, an earlier value or an array.
  compile({ name, kernel, arguments: names }) {
    const compute = kernels[kernel];
    const read = names.map((item) => {
      if (typeof item === "number") return () => item;
      const array = this.scene.arrays[item];
      return array ? () => array : (values) => values[item];
    });
    return (values) => (values[name] = compute(...read.map((get) => get(values))));
  }

  listener(name) {
    return {
      moved: (value) => {
        this.dragging = true;
        this.values[name] = value;
        this.schedule();
      },
      committed: () => {
        this.dragging = false;
        this.commit();
      },
    };
  }

  schedule() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.show();
    });
  }

  show() {
    const values = { ...this.values };
    for (const step of this.program) step(values);
    for (const { name } of this.scene.controls) this.controls[name].show(values);
    for (const { name } of this.scene.readouts) this.readouts[name].show(values);
    for (const overlay of Object.values(this.overlays)) overlay.show(values);
  }

  commit() {
    const same = Object.keys(this.values).every((name) => this.values[name] === this.committed[name]);
    if (same) return;
    this.committed = { ...this.values };
    this.serial += 1;
    this.send(this.committed, this.serial);
  }

  async drawFigures() {
    const drawn = Object.entries(this.scene.figures).map(([name, { height, plotly }]) => {
      const layout = themed({ ...plotly.layout, height }, this.root);
      return globalThis.Plotly.react(this.figures[name], plotly.data, layout, CONFIG);
    });
    await Promise.all(drawn);
    for (const name of Object.keys(this.scene.figures)) this.overlay(name);
    this.show();
  }

  overlay(name) {
    this.overlays[name]?.remove();
    const specs = this.scene.marks.filter((mark) => mark.figure === name);
    const draggable = specs.find((spec) => spec.drag);
    const control = (at) => this.controls[at];
    const overlay = new Overlay(this.figures[name], specs, this.scene.arrays, control, draggable && this.listener(draggable.at));
    overlay.place();
    this.overlays[name] = overlay;
  }

  fit() {
    cancelAnimationFrame(this.fitting);
    this.fitting = requestAnimationFrame(async () => {
      if (this.root.dataset.ready !== "true" || !this.root.isConnected) return;
      await Promise.all(Object.values(this.figures).map((box) => globalThis.Plotly.Plots.resize(box)));
      for (const overlay of Object.values(this.overlays)) overlay.place();
      this.show();
    });
  }

  fail(error) {
    const text = `This figure could not be drawn (${error.message}). Reload the page to try again.`;
    this.root.replaceChildren(element("p", { role: "alert" }, text));
  }

  remove() {
    this.resize.disconnect();
    for (const box of Object.values(this.figures)) globalThis.Plotly?.purge(box);
  }
}

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

const loadScript = (url) => once(url, Object.assign(document.createElement("script"), { src: url }));
const loadStylesheet = (url) => once(url, Object.assign(document.createElement("link"), { rel: "stylesheet", href: url }));
