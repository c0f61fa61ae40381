// Every figure as tables, behind a button in its corner: its marks and its traces as they stand when it is opened.

import { axesOf, flat, nameOf, tracesOf } from "./describe.js";
import { element, svg } from "./dom.js";
import { brief } from "./mark_edge.js";
import { identifier } from "./paint.js";

const ROWS = 40; // of one table: enough to read a shape from
const HINT = "In the figure a handle is dragged, or pressed and then its new place; with the keyboard Tab takes "
  + "hold of it, arrows move it by a step, with Shift by ten, Home and End to its ends.";

export class FigureTable {
  constructor() {
    const heading = identifier("table");
    this.title = element("h2", { class: "hw9-title", id: heading });
    const close = element("button", { type: "button", class: "hw9-button" }, "close");
    close.addEventListener("click", () => this.element.close());
    this.body = element("div", { class: "hw9-dialog-body", tabindex: 0, role: "group", "aria-labelledby": heading });
    const head = element("div", { class: "hw9-dialog-head" }, this.title, close);
    this.element = element("dialog", { class: "hw9-dialog", "aria-labelledby": heading }, head, this.body);
  }

  /** `overlay` moves over the drawn `plot`. */
  open(plot, description, overlay) {
    this.title.textContent = description;
    const stands = overlay.marks.flatMap((mark) => mark.listed?.(overlay.values) ?? []);
    const moving = stands.filter(({ x }) => x.length > 1).map((lines) => listing(lines.name, lines));
    const still = tracesOf(plot).map((trace) => listing(nameOf(trace), columns(trace)));
    const words = [axesOf(plot._fullLayout), overlay.grips.length ? HINT : ""].filter(Boolean);
    const paragraphs = words.map((text) => element("p", {}, text));
    this.body.replaceChildren(...paragraphs, ...standing(overlay, stands), ...moving, ...still);
    this.body.scrollTop = 0;
    this.element.showModal();
  }
}

/** The button in a figure's corner. */
export function tableButton(open) {
  const lines = svg("path", { d: "M1 1h12v12h-12zM1 5h12M1 9h12M5 1v12", fill: "none", stroke: "currentColor" });
  const icon = svg("svg", { width: 14, height: 14, viewBox: "0 0 14 14", "aria-hidden": "true" }, lines);
  const attributes = { type: "button", class: "hw9-as-table", title: "View as table", "aria-haspopup": "dialog" };
  const button = element("button", attributes, icon);
  button.addEventListener("click", open);
  return button;
}

/** What its handles and single marks stand at, if there are any. */
function standing({ grips, blocks, values }, stands) {
  const controls = [...new Set(grips.flatMap((grip) => grip.controls))];
  const moved = controls.map((name) => [blocks[`control:${name}`].spec.label, values[name]]);
  const single = stands.filter(({ x }) => x.length === 1);
  const marked = single.map(({ name, x, y }) => [name, [x[0], ...(y ? [y[0]] : [])].map(cell).join(", ")]);
  const rows = [...moved, ...marked];
  return rows.length ? [table("What stands on it", ["mark", "at"], rows)] : [];
}

/** The columns of a trace: a grid's node by node, row after row. */
function columns(trace) {
  const { z } = trace;
  const width = z?.[0]?.length;
  if (!width) return trace;
  const [xs, ys, zs] = [flat(trace.x), flat(trace.y), flat(z)];
  const spread = (list, place) => (list.length === zs.length ? list : zs.map((_, i) => list[place(i)] ?? place(i)));
  return { x: spread(xs, (i) => i % width), y: spread(ys, (i) => Math.floor(i / width)), z: zs };
}

/** At most ROWS points, evenly chosen, with a sentence where that is not all. */
function listing(name, columnsOf) {
  const names = ["x", "y", "z"].filter((axis) => columnsOf[axis]?.length);
  const lists = names.map((axis) => flat(columnsOf[axis]));
  const count = Math.min(...lists.map((list) => list.length));
  const shown = Math.min(count, ROWS);
  const places = Array.from({ length: shown }, (_, k) => Math.round((k * (count - 1)) / Math.max(shown - 1, 1)));
  const rows = places.map((i) => lists.map((list) => list[i]));
  const part = shown < count ? ` (${shown} of ${count} points, evenly chosen)` : "";
  return table(`${name}${part}`, names, rows);
}

function table(caption, columns_, rows) {
  const head = element("tr", {}, ...columns_.map((name) => element("th", { scope: "col" }, name)));
  const body = rows.map((row) => element("tr", {}, ...row.map((value) => element("td", {}, cell(value)))));
  const parts = [element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, ...body)];
  return element("table", { class: "hw9-table" }, ...parts);
}

const cell = (value) => (typeof value === "number" ? brief(value) : String(value ?? "\u2013"));
