// Marks that are dots.

import { svg } from "./dom.js";
import { fill, template } from "./format.js";
import { grip } from "./grips.js";
import { Label } from "./labels.js";
import { EdgeArrow, brief } from "./mark_edge.js";
import { PlotWindow } from "./paint.js";

const REACH = 8; // pixels around a dot in which no other words should be

export class Point {
  constructor({ x, y, color, label }) {
    this.at = [x, y];
    this.words = template(label);
    this.dot = svg("circle", { class: "hw9-point", r: 7, fill: color });
    this.label = new Label();
    this.edge = new EdgeArrow(color);
    this.element = svg("g", {}, this.dot, this.label.text, this.edge.element);
  }

  place(x, y) {
    this.axes = [x, y];
  }

  show(values) {
    const [x, y] = this.axes;
    const numbers = this.at.map((name) => values[name]);
    const known = !numbers.some(Number.isNaN);
    const [px, py] = [x.toPixel(numbers[0]), y.toPixel(numbers[1])];
    const words = fill(this.words, values);
    const outside = known
      ? this.edge.show(x, y, px, py, words || brief(y.side(py) ? numbers[1] : numbers[0]))
      : this.edge.hide();
    this.hidden = !known || outside;
    this.dot.style.display = this.hidden ? "none" : "";
    if (this.hidden) return this.label.hide();
    this.dot.setAttribute("cx", px);
    this.dot.setAttribute("cy", py);
    const right = px > x.start + 0.6 * (x.end - x.start);
    const high = py > y.end - 30; // or the words would be over those of the axis
    const beside = (above, end) => ({ x: px + (end ? -12 : 12), y: py + (above ? -14 : 24), end });
    const sides = [[high, right], [high, !right], [!high, right], [!high, !right]];
    this.label.show(words, sides.map((side) => beside(...side)));
  }

  /** For the table of its figure; what has a handle stands there with its controls. */
  listed(values) {
    const [x, y] = this.at.map((name) => values[name]);
    if (this.grips || Number.isNaN(x) || Number.isNaN(y)) return [];
    return [{ name: fill(this.words, values) || "dot", x: [x], y: [y] }];
  }

  /** Where no words of others should be. */
  obstacles() {
    if (this.hidden) return [];
    const [px, py] = ["cx", "cy"].map((name) => Number(this.dot.getAttribute(name)));
    return [{ left: px - REACH, right: px + REACH, top: py - REACH, bottom: py + REACH }];
  }
}

export class Dots {
  constructor({ x, y, row, color }, arrays) {
    this.points = [arrays[x], arrays[y]];
    this.row = row;
    this.dots = Array.from(this.points[1], () => svg("circle", { r: 3.5, fill: color, "fill-opacity": 0.75 }));
    const group = svg("g", {}, ...this.dots);
    this.window = new PlotWindow(group);
    this.element = svg("g", {}, this.window.defs, group);
  }

  place(x, y) {
    this.window.place(x, y);
    this.x = x;
    this.dots.forEach((dot, i) => dot.setAttribute("cy", y.toPixel(this.points[1][i])));
  }

  show(values) {
    const row = Math.round(values[this.row]);
    this.element.style.display = Number.isNaN(row) ? "none" : "";
    if (Number.isNaN(row)) return;
    const first = row * this.dots.length;
    this.dots.forEach((dot, i) => dot.setAttribute("cx", this.x.toPixel(this.points[0][first + i])));
  }
}

// Dots with an area in proportion to their weights, and the polygon that they span.
export class Atoms {
  constructor({ x, y, weights, color, handles }) {
    this.names = [x, y, weights];
    this.handles = handles;
    this.hull = svg("path", { fill: color, "fill-opacity": 0.12, stroke: color, "stroke-dasharray": "5 4" });
    this.window = new PlotWindow(this.hull);
    this.dots = handles.map((name, i) => ({
      circle: svg("circle", { class: "hw9-point", fill: color, "data-atom": name }),
      text: svg("text", { class: "hw9-mark-text", "text-anchor": "middle" }, `${i + 1}`),
      edge: new EdgeArrow(color),
    }));
    const drawn = this.dots.flatMap(({ circle, text, edge }) => [circle, text, edge.element]);
    this.element = svg("g", {}, this.window.defs, this.hull, ...drawn);
    this.grips = handles.map((name, i) => grip({
      controls: [name],
      at: () => this.centres?.[i],
      from: (px, _, values) => [this.before(i, this.axes[0].toData(px), values)],
    }));
  }

  place(x, y) {
    this.window.place(x, y);
    this.axes = [x, y];
  }

  show(values) {
    const [xs, ys, weights] = this.names.map((name) => values[name]);
    const [x, y] = this.axes;
    this.centres = Array.from(xs, (value, i) => [x.toPixel(value), y.toPixel(ys[i])]);
    this.element.style.display = xs.some(Number.isNaN) ? "none" : "";
    this.dots.forEach((dot, i) => this.showDot(dot, i, ys[i], weights[i]));
    const corners = [...this.centres].sort((a, b) => a[0] - b[0]);
    this.hull.setAttribute("d", `M${corners.map((corner) => corner.join(" ")).join("L")}Z`);
  }

  listed(values) {
    const [xs, ys] = this.names.map((name) => values[name]);
    return this.handles.map((_, i) => ({ name: `atom ${i + 1}`, x: [xs[i]], y: [ys[i]] }));
  }

  // An atom of ratio 0 is infinitely high: an arrow at the edge stands for it.
  showDot({ circle, text, edge }, i, height, weight) {
    const [x, y] = this.axes;
    const [px, py] = this.centres[i];
    const outside = edge.show(x, y, px, py, `${i + 1}: ${brief(height)}`);
    circle.style.display = text.style.display = outside ? "none" : "";
    if (outside) return;
    const radius = Math.max(2.5, 20 * Math.sqrt(weight)); // an area in proportion to the weight
    for (const [name, value] of [["cx", px], ["cy", py], ["r", radius]]) circle.setAttribute(name, value);
    text.setAttribute("x", px);
    text.setAttribute("y", py - radius - 4);
  }

  /** What atom i must be before the renormalisation to end at `target`: w target < 1 can be reached. */
  before(i, target, values) {
    const weights = values[this.names[2]];
    const others = this.handles.reduce((sum, name, j) => sum + (j === i ? 0 : weights[j] * values[name]), 0);
    const room = 1 - weights[i] * target;
    return room > 0 ? (target * others) / room : Infinity;
  }
}
