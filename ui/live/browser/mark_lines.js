// Marks that are lines: one across the plot, polylines of a table's rows, and those computed in every frame.

import { straight } from "./axes.js";
import { svg } from "./dom.js";
import { fill, template } from "./format.js";
import { PlotWindow, stripes } from "./paint.js";

export class VerticalLine {
  constructor({ at, label, color, drag }) {
    this.at = at;
    this.label = template(label);
    this.line = svg("line", { class: "hw9-line" });
    if (color) this.line.style.stroke = color;
    this.raised = drag ? 0 : 22; // labels of two lines that meet stay readable
    this.grip = svg("circle", { class: "hw9-grip", r: 7 });
    this.text = svg("text", { class: "hw9-mark-text" });
    this.element = svg("g", {}, this.line, ...(drag ? [this.grip] : []), this.text);
  }

  place(x, y) {
    this.x = x;
    this.line.setAttribute("y1", y.start);
    this.line.setAttribute("y2", y.end);
    this.grip.setAttribute("cy", y.start + 9);
    this.text.setAttribute("y", y.start + 14 + this.raised);
  }

  show(values) {
    this.element.style.display = Number.isNaN(values[this.at]) ? "none" : "";
    const pixel = this.x.toPixel(values[this.at]);
    const right = pixel > this.x.start + 0.75 * (this.x.end - this.x.start);
    this.element.setAttribute("transform", `translate(${pixel} 0)`);
    this.text.setAttribute("x", right ? -14 : 14);
    this.text.setAttribute("text-anchor", right ? "end" : "start");
    this.text.textContent = fill(this.label, values);
  }
}

// A polyline for every row of `y`; `x` is one row for all or a row for each.
export class Curve {
  constructor({ x, y, row, color, label, fill: filled, dash, hatch }, arrays) {
    this.points = [arrays[x], arrays[y]];
    this.row = row;
    this.path = svg("path", {
      stroke: color, "stroke-width": 2, "stroke-dasharray": dash, fill: filled ? color : "none", "data-curve": label,
    });
    this.element = svg("g", {}, this.path);
    if (hatch) this.element.prepend(svg("defs", {}, stripes(this.path, color)));
    else this.path.style.fillOpacity = 0.25;
  }

  place(x, y) {
    this.axes = [x, y];
    this.paths = [];
    this.shown = undefined;
  }

  // A path is made when its row is first shown: most rows of a long family never are.
  drawn(row) {
    const [xs, ys] = this.points;
    const [x, y] = this.axes;
    const m = ys.shape[1];
    const first = xs.shape.length === 2 ? row * m : 0;
    const corner = (_, i) => `${x.toPixel(xs[first + i])} ${y.toPixel(ys[row * m + i])}`;
    return `M${Array.from({ length: m }, corner).join("L")}`;
  }

  show(values) {
    const row = Math.round(values[this.row]);
    if (row === this.shown) return;
    this.shown = row;
    this.element.style.display = Number.isNaN(row) ? "none" : "";
    if (!Number.isNaN(row)) this.path.setAttribute("d", (this.paths[row] ??= this.drawn(row)));
  }
}

// A polyline whose y is computed in every frame: `y` names a value that is an array.
export class LiveCurve {
  constructor({ x, y, color, label }, arrays) {
    this.x = arrays[x];
    this.y = y;
    this.element = svg("path", { stroke: color, "stroke-width": 2, fill: "none", "data-curve": label });
  }

  place(x, y) {
    this.columns = Array.from(this.x, (value) => x.toPixel(value).toFixed(2));
    this.toPixel = y.toPixel;
  }

  show(values) {
    const heights = values[this.y];
    const path = this.columns.map((column, i) => `${column} ${this.toPixel(heights[i]).toFixed(2)}`);
    this.element.setAttribute("d", `M${path.join("L")}`);
  }
}

// A line through points computed in every frame: `points` names a value x, y, x, y, ... It may leave the plot.
export class LivePath {
  constructor({ points, color, label, dash, closed, fill: filled }) {
    this.points = points;
    this.end = closed ? "Z" : "";
    this.path = svg("path", { stroke: color, "stroke-width": 2, fill: filled ? color : "none", "data-curve": label });
    this.path.style.fillOpacity = 0.12;
    if (dash) this.path.setAttribute("stroke-dasharray", dash);
    this.window = new PlotWindow(this.path);
    this.element = svg("g", {}, this.window.defs, this.path);
  }

  place(x, y) {
    this.window.place(x, y);
    this.axes = [x, y].map(straight);
  }

  show(values) {
    const points = values[this.points];
    const [[x0, dx], [y0, dy]] = this.axes;
    const corners = [];
    for (let i = 0; i < points.length; i += 2) {
      corners.push(`${(x0 + dx * points[i]).toFixed(2)} ${(y0 + dy * points[i + 1]).toFixed(2)}`);
    }
    this.path.setAttribute("d", `M${corners.join("L")}${this.end}`);
  }
}
