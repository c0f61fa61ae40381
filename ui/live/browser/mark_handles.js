// Dots to drag in the plane.

import { svg } from "./dom.js";
import { fill, template } from "./format.js";
import { Point } from "./mark_points.js";

export class Handle extends Point {
  constructor(spec, arrays) {
    super(spec, arrays);
    this.element.setAttribute("data-handle", `${spec.x} ${spec.y}`);
    this.element.querySelector("circle").setAttribute("r", 10);
  }
}

// A handle at the end of a spoke: at `radius` from (`x`, `y`), `turn` degrees past `angle`.
export class Spoke {
  constructor({ color, label, ...spec }) {
    this.spec = spec;
    this.label = template(label);
    this.line = svg("line", { stroke: color, "stroke-width": 1.5, "stroke-dasharray": "4 3" });
    this.dot = svg("circle", { class: "hw9-point", r: 8, fill: color });
    this.text = svg("text", { class: "hw9-mark-text" });
    this.element = svg("g", { "data-handle": `${spec.radius} ${spec.turn}` }, this.line, this.dot, this.text);
  }

  place(x, y) {
    this.axes = [x, y];
  }

  show(values) {
    const [x, y] = this.axes;
    const end = spokeEnd(this.spec, values);
    const [px, py] = [x.toPixel(end[0]), y.toPixel(end[1])];
    const [fromX, fromY] = [x.toPixel(values[this.spec.x]), y.toPixel(values[this.spec.y])];
    Object.entries({ x1: fromX, y1: fromY, x2: px, y2: py }).forEach(([name, at]) => this.line.setAttribute(name, at));
    Object.entries({ cx: px, cy: py }).forEach(([name, at]) => this.dot.setAttribute(name, at));
    Object.entries({ x: px + 12, y: py - 8 }).forEach(([name, at]) => this.text.setAttribute(name, at));
    this.text.textContent = fill(this.label, values);
  }
}

function spokeEnd({ x, y, radius, angle, turn }, values) {
  const direction = ((values[angle] + turn) * Math.PI) / 180;
  return [values[x] + values[radius] * Math.cos(direction), values[y] + values[radius] * Math.sin(direction)];
}

function spokeFrom({ x, y, turn }, values, toX, toY) {
  const [dx, dy] = [toX - values[x], toY - values[y]];
  const angle = (Math.atan2(dy, dx) * 180) / Math.PI - turn;
  return [Math.hypot(dx, dy), angle - 360 * Math.round(angle / 360)];
}

// What is dragged in the plane: where it is, which controls it moves, and to which numbers.
export const HANDLES = {
  handle: { at: ({ x, y }, values) => [values[x], values[y]], names: ({ x, y }) => [x, y], from: (_, __, x, y) => [x, y] },
  spoke: { at: spokeEnd, names: ({ radius, angle }) => [radius, angle], from: spokeFrom },
};
