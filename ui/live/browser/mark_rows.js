// Many points that move together: a swarm of dots, and the lines of a mesh. Where they stand is a row of a
// table; between two rows each point is on the straight line from the one to the other.
//
// A node for every dot would cost a frame's time in attributes alone: each colour is one path.

import { straight } from "./axes.js";
import { between } from "./between.js";
import { svg } from "./dom.js";
import { PlotWindow } from "./paint.js";

const DOT = 5.5; // pixels across

class Rows {
  constructor({ points, row }, arrays, paths) {
    this.points = arrays[points];
    this.size = this.points.length / this.points.shape[0];
    this.pixels = new Float64Array(this.size); // x, y, x, y, ...
    this.row = row;
    this.paths = svg("g", {}, ...paths);
    this.window = new PlotWindow(this.paths);
    this.element = svg("g", {}, this.window.defs, this.paths);
  }

  place(x, y) {
    this.window.place(x, y);
    this.axes = [x, y].map(straight);
    this.shown = undefined;
  }

  show(values) {
    const row = values[this.row];
    if (row === this.shown) return;
    this.shown = row;
    this.element.style.display = Number.isNaN(row) ? "none" : "";
    if (Number.isNaN(row)) return;
    this.move(row);
    this.draw();
  }

  move(row) {
    const { points, size, pixels, axes: [[x0, dx], [y0, dy]] } = this;
    const last = points.shape[0] - 1;
    const at = Math.min(Math.max(row, 0), last);
    const from = Math.floor(at) * size;
    const to = Math.ceil(at) * size;
    const share = at - Math.floor(at);
    const stands = (i) => between(points[from + i], points[to + i], share);
    for (let i = 0; i < size; i += 2) {
      pixels[i] = x0 + dx * stands(i);
      pixels[i + 1] = y0 + dy * stands(i + 1);
    }
  }

  /** Point number i as a path writes it; a tenth of a pixel is as fine as anyone sees. */
  corner(i) {
    return `${Math.round(10 * this.pixels[2 * i]) / 10} ${Math.round(10 * this.pixels[2 * i + 1]) / 10}`;
  }
}

export class Swarm extends Rows {
  constructor(spec, arrays) {
    const paths = spec.colors.map((color) => svg("path", {
      stroke: color, "stroke-width": DOT, "stroke-linecap": "round", "stroke-opacity": 0.8, fill: "none",
    }));
    super(spec, arrays, paths);
    this.element.setAttribute("data-swarm", spec.points);
    const groups = Array.from(arrays[spec.groups]);
    this.colors = paths.map((path, color) => ({ path, members: groups.flatMap((g, i) => (g === color ? [i] : [])) }));
  }

  // A stroke of no length with round ends is a dot.
  draw() {
    for (const { path, members } of this.colors) {
      path.setAttribute("d", members.map((i) => `M${this.corner(i)}h0`).join(""));
    }
  }
}

export class Mesh extends Rows {
  constructor(spec, arrays) {
    const path = svg("path", { stroke: spec.color, "stroke-width": 1, fill: "none" });
    super(spec, arrays, [path]);
    this.element.setAttribute("data-mesh", spec.points);
    this.path = path;
    [, this.lines, this.length] = this.points.shape;
  }

  draw() {
    let path = "";
    for (let i = 0; i < this.lines * this.length; i += 1) path += (i % this.length ? "L" : "M") + this.corner(i);
    this.path.setAttribute("d", path);
  }
}
