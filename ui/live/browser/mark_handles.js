// Dots to drag in the plane.

import { svg } from "./dom.js";
import { fill, template } from "./format.js";
import { grip } from "./grips.js";
import { Label } from "./labels.js";
import { EdgeArrow, brief } from "./mark_edge.js";
import { Point } from "./mark_points.js";

// Where a spoke's letter may stand from its end, across and down in pixels, the best first.
const SIDES = [12, 26, 40].flatMap((away) => [[away, 4 - away], [-away, 4 - away], [away, 8 + away], [-away, 8 + away]]);

export class Handle extends Point {
  constructor(spec, arrays) {
    super(spec, arrays);
    this.element.setAttribute("data-handle", `${spec.x} ${spec.y}`);
    this.dot.setAttribute("r", 10);
    const pixel = (k) => this.axes[k].toPixel(this.values[this.at[k]]);
    this.grips = [grip({
      controls: [spec.x, spec.y],
      at: () => this.values && [pixel(0), pixel(1)],
      from: (px, py) => [this.axes[0].toData(px), this.axes[1].toData(py)],
    })];
  }

  show(values) {
    this.values = values;
    super.show(values);
  }
}

// A handle at the end of a spoke: at `radius` from (`x`, `y`), `turn` degrees past `angle`.
export class Spoke {
  constructor({ color, label, ...spec }) {
    this.spec = spec;
    this.words = template(label);
    this.line = svg("line", { stroke: color, "stroke-width": 1.5, "stroke-dasharray": "4 3" });
    this.dot = svg("circle", { class: "hw9-point", r: 8, fill: color });
    this.label = new Label();
    this.inside = svg("g", {}, this.line, this.dot, this.label.text);
    this.edge = new EdgeArrow(color);
    const name = `${spec.radius} ${spec.turn}`;
    this.element = svg("g", { "data-handle": name }, this.inside, this.edge.element);
    this.grips = [grip({
      controls: [spec.radius, spec.angle],
      turning: spec.angle,
      at: () => this.end,
      from: (px, py, values) => spokeFrom(spec, values, this.axes[0].toData(px), this.axes[1].toData(py)),
    })];
  }

  place(x, y) {
    this.axes = [x, y];
  }

  show(values) {
    const [x, y] = this.axes;
    const end = spokeEnd(this.spec, values);
    const [px, py] = (this.end = [x.toPixel(end[0]), y.toPixel(end[1])]);
    const words = fill(this.words, values);
    const outside = this.edge.show(x, y, px, py, `${words} = ${brief(values[this.spec.radius])}`);
    this.inside.style.display = outside ? "none" : "";
    if (outside) return this.label.hide();
    const [fromX, fromY] = [x.toPixel(values[this.spec.x]), y.toPixel(values[this.spec.y])];
    Object.entries({ x1: fromX, y1: fromY, x2: px, y2: py }).forEach(([name, at]) => this.line.setAttribute(name, at));
    Object.entries({ cx: px, cy: py }).forEach(([name, at]) => this.dot.setAttribute(name, at));
    this.label.show(words, SIDES.map(([along, down]) => ({ x: px + along, y: py + down, end: along < 0 })));
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
