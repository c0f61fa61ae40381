// Marks that are dots.

import { svg } from "./dom.js";
import { fill, template } from "./format.js";

export class Point {
  constructor({ x, y, color, label }) {
    this.at = [x, y];
    this.label = template(label);
    const dot = svg("circle", { class: "hw9-point", r: 7, fill: color });
    this.text = svg("text", { class: "hw9-mark-text", x: 12, y: 24 });
    this.element = svg("g", {}, dot, this.text);
  }

  place(x, y) {
    this.axes = [x, y];
  }

  show(values) {
    const [px, py] = this.axes.map((axis, i) => axis.toPixel(values[this.at[i]]));
    const [x] = this.axes;
    const right = px > x.start + 0.6 * (x.end - x.start);
    this.element.setAttribute("transform", `translate(${px} ${py})`);
    this.text.setAttribute("x", right ? -12 : 12);
    this.text.setAttribute("text-anchor", right ? "end" : "start");
    this.text.textContent = fill(this.label, values);
  }
}

export class Dots {
  constructor({ x, y, row, color }, arrays) {
    this.points = [arrays[x], arrays[y]];
    this.row = row;
    this.dots = Array.from(this.points[1], () => svg("circle", { r: 3.5, fill: color, "fill-opacity": 0.75 }));
    this.element = svg("g", {}, ...this.dots);
  }

  place(x, y) {
    this.x = x;
    this.dots.forEach((dot, i) => dot.setAttribute("cy", y.toPixel(this.points[1][i])));
  }

  show(values) {
    const first = Math.round(values[this.row]) * this.dots.length;
    this.dots.forEach((dot, i) => dot.setAttribute("cx", this.x.toPixel(this.points[0][first + i])));
  }
}

// Dots with an area in proportion to their weights, and the polygon that they span.
export class Atoms {
  constructor({ x, y, weights, color, handles }) {
    this.names = [x, y, weights];
    this.handles = handles;
    this.hull = svg("path", { fill: color, "fill-opacity": 0.12, stroke: color, "stroke-dasharray": "5 4" });
    this.dots = handles.map((name, i) => ({
      circle: svg("circle", { class: "hw9-point", fill: color, "data-atom": name }),
      text: svg("text", { class: "hw9-mark-text", "text-anchor": "middle" }, `${i + 1}`),
    }));
    this.element = svg("g", {}, this.hull, ...this.dots.flatMap(({ circle, text }) => [circle, text]));
  }

  place(x, y) {
    this.axes = [x, y];
  }

  show(values) {
    const [xs, ys, weights] = this.names.map((name) => values[name]);
    const [x, y] = this.axes;
    // An atom of ratio 0 is infinitely high: it waits at the edge of the plot.
    this.centres = Array.from(xs, (value, i) => [x.toPixel(value), y.toPixel(ys[i])]);
    this.element.style.display = xs.some(Number.isNaN) ? "none" : "";
    this.dots.forEach(({ circle, text }, i) => {
      const [px, py] = this.centres[i];
      const radius = Math.max(2.5, 20 * Math.sqrt(weights[i])); // an area in proportion to the weight
      for (const [name, value] of [["cx", px], ["cy", py], ["r", radius]]) circle.setAttribute(name, value);
      text.setAttribute("x", px);
      text.setAttribute("y", py - radius - 4);
    });
    const corners = [...this.centres].sort((a, b) => a[0] - b[0]);
    this.hull.setAttribute("d", `M${corners.map((corner) => corner.join(" ")).join("L")}Z`);
  }

  nearest(px, py) {
    const distances = this.centres.map(([x, y]) => Math.hypot(x - px, y - py));
    return distances.indexOf(Math.min(...distances));
  }

  /** What atom i must be before the renormalisation to end at `target`: w target < 1 can be reached. */
  before(i, target, values) {
    const weights = values[this.names[2]];
    const others = this.handles.reduce((sum, name, j) => sum + (j === i ? 0 : weights[j] * values[name]), 0);
    const room = 1 - weights[i] * target;
    return room > 0 ? (target * others) / room : Infinity;
  }
}
