// The live component. Python sends a scene once; during a drag everything is computed and drawn here, inside
// one requestAnimationFrame, without a message to the server. On release the values are committed once.

import { Bars } from "./block_bars.js";
import { Canvas } from "./block_canvas.js";
import { Slider } from "./block_slider.js";
import { element } from "./dom.js";
import { FigureTable } from "./figure_table.js";
import { Gallery } from "./block_gallery.js";
import { firstOnes } from "./grip_keys.js";
import { lead } from "./lead.js";
import { Lines } from "./block_lines.js";
import { loadScript, loadStylesheet } from "./load.js";
import { writeIn } from "./labels.js";
import { Matrix } from "./block_matrix.js";
import { Overlay, figureBox } from "./overlay.js";
import { fetchScene } from "./payload.js";
import { Program } from "./program.js";
import { bolder, leastType } from "./projector.js";
import { ReadoutGroup } from "./block_readouts.js";
import { offerAgain } from "./retry.js";
import { Room } from "./room.js";
import { Said } from "./said.js";
import { offerSkip, retractSkip } from "./skip.js";
import { Sprites } from "./block_sprites.js";
import { recordSteps } from "./steps.js";
import { Table } from "./block_table.js";
import { themed, watchTheme } from "./theme.js";
import { Waterfall } from "./block_waterfall.js";

const CONFIG = { displayModeBar: false, doubleClick: false, scrollZoom: false, showTips: false };
const BLOCKS = {
  control: Slider, readouts: ReadoutGroup, bars: Bars, gallery: Gallery, sprites: Sprites, canvas: Canvas, table: Table,
  lines: Lines, matrix: Matrix,
  waterfall: Waterfall,
};
const RESEND_MS = 5000; // longer than a rerun takes in a full hall
const RESEND_AT_MOST_MS = 15_000;
const views = new WeakMap();
recordSteps();
const same = (values, others) => Object.keys(values).every((name) => values[name] === others[name]);

export default async function mount({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!views.has(parentElement)) views.set(parentElement, new View(parentElement, data.name));
  const view = views.get(parentElement);
  view.sendState = setStateValue;
  view.askAgain = () => setTriggerValue("missing", view.address);
  await view.receive(data);
  return () => parentElement.isConnected || view.remove();
}

class View {
  constructor(parent, name) {
    this.root = element("div", { class: "hw9-live", "data-testid": `live-${name}`, "data-ready": "false" });
    parent.append(this.root);
    this.room = new Room(this.root);
    this.blocks = {};
    this.figures = {};
    this.overlays = {};
    this.values = {}; // of the controls
    this.locals = {}; // such as the image that was clicked; never sent
    this.readings = {};
    this.serial = 0; // of the last commit sent
    this.heard = 0; // the server's last one
    this.resize = new ResizeObserver(() => this.fit());
    watchTheme(this.root, () => this.scene && this.drawFigures());
    this.said = new Said(name);
    this.tables = new FigureTable();
    this.root.append(this.said.element, this.tables.element);
    this.kept = [...this.root.children];
    this.host = {
      moved: (control, value) => this.move(control, value),
      committed: () => this.commit(),
      local: (local, value) => this.setLocal(local, value),
      send: (key, value) => this.sendState(key, value),
    };
  }

  /** What the server says: the scene, if it is another one, the values and the readings. */
  async receive(data) {
    if (data.put > this.data?.put) this.comeIntoSight();
    this.data = data;
    this.hear(data);
    if (data.scene === this.address) {
      if (this.loading) return; // it shows what came last
      this.accept(data);
      this.schedule();
      return;
    }
    const turn = (this.turn = (this.turn ?? 0) + 1);
    try {
      await this.load(data, turn);
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    }
  }

  // What a button of the page set is to be seen, also where the button is far below.
  comeIntoSight() {
    const { top } = this.root.getBoundingClientRect();
    if (top >= 0 && top < innerHeight / 2) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.root.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
  }

  // Within a session the server's serial never falls. Where it does, the session that knew the last commit is
  // gone, after a long time offline or with the server: that commit is sent again, unless its address tells it.
  hear({ values, serial }) {
    const forgotten = serial < this.heard;
    this.heard = serial;
    if (serial >= this.serial) clearTimeout(this.unanswered);
    if (!forgotten || this.dragging) return;
    if (same(values, this.committed)) this.serial = serial;
    else this.send(RESEND_MS);
  }

  async load({ scene: address, plotly, stylesheet }, turn) {
    this.address = address;
    this.loading = true;
    this.root.dataset.ready = "false";
    const files = [loadScript(plotly), loadStylesheet(stylesheet)];
    const [scene] = await Promise.all([fetchScene(address, () => this.askAgain()), ...files]);
    if (turn !== this.turn) return;
    this.build(scene);
    this.loading = false;
    this.accept(this.data);
    await this.drawFigures();
    if (turn !== this.turn) return;
    this.notice?.remove();
    this.root.dataset.ready = "true";
    if (this.outgrown) this.fit();
  }

  accept({ values, serial, readings, tables, drawing, answer }) {
    this.readings = Object.fromEntries(Object.entries(readings).map(([name, value]) => [name, value ?? NaN]));
    for (const [name, rows] of Object.entries(tables)) this.blocks[`table:${name}`]?.fill(rows);
    for (const block of this.shown) block.restore?.(drawing);
    // A rerun that answers an older commit must not pull a control back from under the pointer.
    if (this.dragging || serial < this.serial) return;
    this.values = { ...values };
    this.committed = { ...values };
    this.serial = serial;
    this.answer = answer;
    this.answerDue = true;
  }

  build(scene) {
    this.scene = scene;
    this.program = new Program(scene);
    const specs = [...scene.controls.map((spec) => ({ kind: "control", ...spec })), ...scene.blocks];
    this.shown = specs.map((spec) => this.block(spec));
    for (const [name, spec] of Object.entries(scene.figures)) {
      const box = (this.figures[name] ??= figureBox(name, () => this.openTable(name)));
      box.style.setProperty("--height", `${spec.height}px`);
      box.lastElementChild.setAttribute("aria-label", `View as table: ${spec.description}`);
      this.resize.observe(box);
    }
    // Nodes that leave the document for a moment lose the focus and end a native drag: same rows, same nodes.
    const layout = JSON.stringify([scene.rows, scene.stage]);
    if (layout === this.layout) return;
    this.layout = layout;
    const rows = scene.rows.map((cells) => this.row(cells));
    const named = { role: "group", "aria-label": "Stage: figures, controls and numbers", tabindex: -1 };
    this.stage = element("div", { class: "hw9-stage", ...named }, ...rows.slice(0, scene.stage));
    this.root.replaceChildren(this.stage, ...rows.slice(scene.stage), ...this.kept);
    this.room.leading = lead(this.stage);
    offerSkip();
    this.room.read();
  }

  row(cells) {
    const row = element("div", { class: "hw9-row" }, ...cells.map((cell) => this.cell(cell)));
    row.classList.toggle("hw9-yields", row.querySelector(".hw9-figure") !== null);
    return row;
  }

  // Blocks are kept from scene to scene, so that a control keeps the focus when the page computes anew.
  block(spec) {
    const block = (this.blocks[`${spec.kind}:${spec.name}`] ??= new BLOCKS[spec.kind](spec.name, this.host));
    block.update(spec, this.scene);
    return block;
  }

  cell({ blocks, weight }) {
    const children = blocks.map((name) => {
      const [kind, figure] = name.split(":");
      return kind === "figure" ? this.figures[figure] : this.blocks[name].element;
    });
    const node = element("div", { class: "hw9-cell" }, ...children);
    node.style.setProperty("--weight", weight);
    return node;
  }

  move(name, value) {
    this.dragging = true;
    if (this.answer && name !== this.answer.control) this.dropAnswer();
    const { drives, slope, intercept } = this.scene.controls.find((control) => control.name === name) ?? {};
    if (drives) this.values[drives] = intercept + slope * value;
    else this.values[name] = value;
    this.schedule();
  }

  setLocal(name, value) {
    this.locals[name] = value;
    this.schedule();
  }

  schedule() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.show();
    });
  }

  /** Every value of the scene where the controls stand at `controls`. */
  computed(controls) {
    return this.program.run({ ...this.readings, ...this.locals, ...controls });
  }

  /** What was answered beside the truth, on the figures that have a handle for it, or on the control itself. */
  showAnswer(answer) {
    const { said, truth, control } = answer ?? {};
    const at = (value) => this.computed({ ...this.values, [control]: value });
    const drawn = answer && { ...answer, said: at(said), truth: at(truth) };
    const figures = Object.values(this.overlays).map((overlay) => overlay.showAnswer(drawn));
    for (const block of this.shown) block.showAnswer?.(figures.some(Boolean) ? null : answer);
  }

  // Once another control moves the truth may be another: the server says it after the release.
  dropAnswer() {
    this.answer = null;
    this.showAnswer(null);
  }

  show() {
    const values = this.computed(this.values);
    for (const block of this.shown) block.show?.(values);
    for (const overlay of Object.values(this.overlays)) overlay.show(values);
    if (!this.dragging) this.settle(values);
  }

  // What changes nothing that is seen is written when nothing moves.
  settle(values) {
    for (const block of this.shown) block.settle?.(values);
    for (const overlay of Object.values(this.overlays)) overlay.settle();
    if (this.unsaid) this.said.say(this.shown, this.stage);
    this.unsaid = false;
    if (this.answerDue) this.showAnswer(this.answer);
    this.answerDue = false;
  }

  openTable(name) {
    const overlay = this.overlays[name];
    if (overlay) this.tables.open(this.figures[name], this.scene.figures[name].description, overlay);
  }

  commit() {
    this.dragging = false;
    this.schedule();
    if (same(this.values, this.committed)) return;
    this.committed = { ...this.values };
    this.unsaid = true;
    this.send(RESEND_MS);
  }

  // A commit that finds no server, or one that was started anew, is lost: it is sent until it is answered.
  send(patience) {
    this.serial += 1;
    this.sendState("state", { values: this.committed, serial: this.serial });
    clearTimeout(this.unanswered);
    this.unanswered = setTimeout(() => this.removed || this.send(Math.min(2 * patience, RESEND_AT_MOST_MS)), patience);
  }

  async drawFigures() {
    const { scene } = this;
    this.outgrown = false;
    const least = leastType(this.root);
    const drawn = Object.entries(this.scene.figures).map(([name, { plotly }]) => {
      const layout = themed(plotly.layout, this.root, this.figures[name]);
      return globalThis.Plotly.react(this.figures[name], least ? bolder(plotly.data) : plotly.data, layout, CONFIG);
    });
    await Promise.all(drawn);
    if (this.isGone(scene)) return;
    const focused = Object.entries(this.overlays).find(([, overlay]) => overlay.focused);
    const grip = focused?.[1].focused;
    for (const overlay of Object.values(this.overlays)) overlay.remove();
    writeIn(leastType(this.root));
    const isFirst = firstOnes();
    const names = Object.keys(this.scene.figures);
    this.overlays = Object.fromEntries(names.map((name) => [name, this.overlay(name, isFirst)]));
    this.answerDue = true;
    this.show();
    if (grip) this.overlays[focused[0]]?.focus(grip); // a new scene leaves the focus on its handle
  }

  overlay(name, isFirst) {
    const specs = this.scene.marks.filter((mark) => mark.figure === name);
    const { description } = this.scene.figures[name];
    const { blocks, scene: { arrays } } = this;
    const overlay = new Overlay({ plot: this.figures[name], description, specs, arrays, blocks, isFirst });
    overlay.place();
    return overlay;
  }

  fit() {
    cancelAnimationFrame(this.fitting);
    this.fitting = requestAnimationFrame(async () => {
      this.outgrown = this.root.dataset.ready !== "true"; // a figure that changes its size while it is drawn
      if (this.outgrown || !this.root.isConnected) return;
      const { scene } = this;
      const shown = Object.keys(scene.figures);
      await Promise.all(shown.map((name) => globalThis.Plotly.Plots.resize(this.figures[name])));
      if (this.isGone(scene)) return;
      for (const overlay of Object.values(this.overlays)) overlay.place();
      this.answerDue = true;
      this.show();
    });
  }

  // The controls and their values stay, and so does what is drawn, if anything is.
  fail(error) {
    this.address = undefined;
    this.notice?.remove();
    this.notice = offerAgain(this.root, error, () => this.receive(this.data));
  }

  /** While Plotly drew a scene, another one may have come, or the page may have left. */
  isGone(scene) {
    return this.removed || scene !== this.scene;
  }

  remove() {
    this.removed = true;
    this.resize.disconnect();
    this.room.remove();
    for (const box of Object.values(this.figures)) globalThis.Plotly?.purge(box);
    retractSkip();
  }
}
