// A matrix as a table of numbers in colour. Numbers follow the values in every frame; buttons change the order
// in which it is written down; the sentence below belongs to the entry under the pointer or with the focus.

import { element } from "./dom.js";
import { fill, formatter, template } from "./format.js";

const MOVE_MS = 500;
const KEYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const POSITIVE = "var(--hw9-in-distribution)";
const NEGATIVE = "var(--hw9-anomaly)";
const STRONGEST = 65; // per cent: light enough for text in both themes

export class Matrix {
  constructor(name, host) {
    this.name = name;
    this.host = host;
    this.buttons = element("div", { class: "hw9-orders", role: "group", "aria-label": "Order of the coordinates" });
    this.table = element("table", { class: "hw9-matrix", "data-testid": `matrix-${name}` });
    this.text = element("p", { class: "hw9-path", "data-testid": `path-${name}`, id: `hw9-path-${name}` });
    this.legend = legend();
    this.element = element("section", { class: "hw9-matrix-box" }, this.buttons, this.table, this.legend.element, this.text);
    for (const kind of ["pointerover", "focusin", "click"]) {
      this.table.addEventListener(kind, ({ target }) => target.closest("td") && this.point(target.closest("td")));
    }
    this.table.addEventListener("keydown", (event) => this.step(event));
  }

  update(spec, scene) {
    this.entries = scene.arrays[spec.entries];
    this.parts = scene.arrays[spec.parts];
    this.shown = undefined;
    const written = JSON.stringify(spec);
    if (written === this.written) return; // the cells stay, and with them the focus
    const { picks } = spec.orders[0];
    this.written = written;
    this.spec = spec;
    this.n = picks.length;
    this.format = formatter(spec.format);
    this.texts = spec.texts.map(template);
    this.legend.label(spec.limit);
    this.legend.element.hidden = !spec.legend;
    this.text.hidden = !spec.texts.length;
    this.buttons.hidden = spec.orders.length < 2;
    this.buttons.replaceChildren(...spec.orders.map(({ label }, i) => this.orderButton(label, i)));
    this.table.style.setProperty("--size", this.n);
    this.build();
    this.order = undefined;
    this.pointed = undefined;
  }

  orderButton(label, index) {
    const button = element("button", { type: "button", class: "hw9-button" }, label);
    button.addEventListener("click", () => {
      this.host.moved(this.spec.order, index);
      this.host.committed();
    });
    return button;
  }

  build() {
    const indices = Array.from({ length: this.n }, (_, i) => i);
    const attributes = this.texts.length ? { tabindex: -1, "aria-describedby": this.text.id } : {};
    this.columnHeads = indices.map(() => element("th", { scope: "col" }));
    this.rowHeads = indices.map(() => element("th", { scope: "row" }));
    this.cells = indices.map((row) => indices.map((column) => {
      const written = new Text();
      const node = element("td", attributes, written);
      return Object.assign(node, { row, column, written });
    }));
    this.all = this.cells.flat();
    const corner = element("td", { class: "hw9-corner", "aria-hidden": "true" });
    const head = element("thead", {}, element("tr", {}, corner, ...this.columnHeads));
    const body = element("tbody", {}, ...indices.map((i) => element("tr", {}, this.rowHeads[i], ...this.cells[i])));
    this.table.replaceChildren(element("caption", {}, this.spec.title), head, body);
    if (this.texts.length) this.cells[0][0].tabIndex = 0;
  }

  show(values) {
    const order = Math.round(values[this.spec.order]) || 0;
    const place = values[this.spec.place];
    if (order !== this.order) this.arrange(order);
    else if (place === this.shown) return;
    this.shown = place;
    const places = this.entries.shape[1];
    for (const cell of this.all) this.showCell(cell, this.entries[cell.entry * places + place] ?? NaN);
    this.describe();
  }

  showCell(cell, value) {
    if (value === cell.value || (Number.isNaN(value) && Number.isNaN(cell.value))) return;
    cell.value = value;
    const strength = STRONGEST * Math.min(1, Math.sqrt(Math.abs(value) / this.spec.limit));
    cell.dataset.value = String(value);
    // What the structure sets is an exact 0 or 1 and is written so.
    cell.written.data = value === 0 || value === 1 ? String(value) : this.format(value);
    if ((value === 0) !== cell.zero) cell.classList.toggle("hw9-zero", (cell.zero = value === 0));
    const color = value > 0 ? POSITIVE : NEGATIVE;
    const mixed = `color-mix(in srgb, ${color} ${strength.toFixed(1)}%, transparent)`;
    cell.style.backgroundColor = strength > 0 ? mixed : "";
  }

  /** Writes the matrix in another order; the entries travel from where they stood. */
  arrange(index) {
    const before = new Map(this.all.map((cell) => [cell.entry, cell]));
    const still = this.order === undefined || matchMedia("(prefers-reduced-motion: reduce)").matches;
    const { picks, headings, split, diagonal } = this.spec.orders[index];
    const box = still ? null : this.cells[0][0].getBoundingClientRect();
    this.order = index;
    [...this.buttons.children].forEach((button, i) => button.setAttribute("aria-pressed", i === index));
    this.head(headings, split);
    for (const cell of this.all) {
      const { row, column } = cell;
      cell.entryNext = picks[row] * this.n + picks[column];
      cell.dataset.testid = `cell-${this.name}-${headings[row] + 1}-${headings[column] + 1}`;
      cell.classList.toggle("hw9-below", split > 0 && row === split);
      cell.classList.toggle("hw9-after", split > 0 && column === split);
      cell.classList.toggle("hw9-diagonal", diagonal && row === column);
    }
    for (const cell of this.all) {
      cell.entry = cell.entryNext;
      const from = before.get(cell.entry);
      if (!box || from === cell) continue;
      const shift = [(from.column - cell.column) * box.width, (from.row - cell.row) * box.height];
      const start = { transform: `translate(${shift[0]}px, ${shift[1]}px)` };
      cell.animate([start, { transform: "none" }], { duration: MOVE_MS, easing: "ease-in-out" });
    }
  }

  head(headings, split) {
    const [rows, columns] = this.spec.labels;
    headings.forEach((heading, i) => {
      for (const [head, label] of [[this.rowHeads[i], rows[heading]], [this.columnHeads[i], columns[heading]]]) {
        head.replaceChildren(label, element("small", {}, this.spec.notes[heading]));
      }
      this.rowHeads[i].classList.toggle("hw9-below", split > 0 && i === split);
      this.columnHeads[i].classList.toggle("hw9-after", split > 0 && i === split);
    });
  }

  point(cell) {
    if (!this.texts.length) return;
    this.pointed?.classList.remove("hw9-pointed");
    for (const other of this.all) other.tabIndex = other === cell ? 0 : -1;
    cell.classList.add("hw9-pointed");
    this.pointed = cell;
    this.describe();
  }

  step(event) {
    const move = KEYS[event.key];
    const cell = event.target.closest("td");
    if (!move || !cell) return;
    event.preventDefault();
    this.cells[cell.row + move[0]]?.[cell.column + move[1]]?.focus();
  }

  describe() {
    if (!this.texts.length) return;
    const cell = this.pointed;
    if (!cell) return void (this.text.textContent = this.spec.invitation);
    const entry = cell.value;
    const part = this.parts ? this.parts[cell.entry * this.parts.shape[1] + this.shown] ?? NaN : 0;
    const text = fill(this.texts[cell.entry], { entry, part, rest: entry - part });
    if (this.text.textContent !== text) this.text.textContent = text;
  }
}

// Strength grows with the square root of the size: small entries stay visible beside large ones.
function legend() {
  const ticks = [-1, -0.25, 0, 0.25, 1].map((share) => ({ share, node: element("span") }));
  const bar = element("div", { class: "hw9-scale-bar", "aria-hidden": "true" });
  const label = (limit) => {
    for (const { share, node } of ticks) {
      const sign = share === -1 ? "\u2264 " : share === 1 ? "\u2265 " : "";
      node.textContent = `${sign}${String(share * limit).replace("-", "\u2212")}`;
    }
  };
  const numbers = element("div", { class: "hw9-scale-ticks" }, ...ticks.map(({ node }) => node));
  return { element: element("div", { class: "hw9-scale" }, bar, numbers), label };
}
