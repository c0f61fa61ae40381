// What moves over a figure: an SVG on top of the drawn Plotly plot. Marks are placed when the plot is drawn
// (`place`) and follow the values in every frame (`show`) by changing attributes only.

import { axisMap } from "./axes.js";
import { element, svg } from "./dom.js";
import { fill, template } from "./format.js";

let identifiers = 0;

export class Overlay {
  constructor(plot, specs, arrays, blocks) {
    this.plot = plot;
    this.svg = svg("svg", { class: "hw9-overlay", "aria-hidden": "true" });
    this.marks = specs.map((spec) => new MARKS[spec.kind](spec, arrays));
    this.svg.append(...this.marks.map((mark) => mark.element));
    plot.append(this.svg);
    const handle = specs.find((spec) => spec.drag);
    this.handles = specs.filter((spec) => HANDLES[spec.kind]);
    plot.classList.toggle("hw9-draggable", Boolean(handle));
    plot.classList.toggle("hw9-handles", this.handles.length > 0);
    this.abort = new AbortController();
    if (handle) this.listen(() => this.along(blocks[`control:${handle.at}`]));
    else if (specs.some((spec) => spec.kind === "atoms")) this.grabAtoms(specs, blocks);
    else if (this.handles.length) this.listen((px, py) => this.inPlane(this.nearest(px, py), blocks));
  }

  place() {
    const { xaxis, yaxis } = this.plot._fullLayout;
    if (!xaxis) return; // a figure in three dimensions has no marks
    this.x = axisMap(xaxis);
    this.y = axisMap(yaxis);
    for (const mark of this.marks) mark.place(this.x, this.y);
  }

  show(values) {
    this.values = values;
    for (const mark of this.marks) mark.show(values);
  }

  // A line's control follows the pointer across the plot.
  along(control) {
    return { follow: (px) => control.moved(control.snap(this.x.toData(px))), release: () => control.committed() };
  }

  // A handle's two controls follow it in the plane; one commit sends both.
  inPlane(spec, blocks) {
    const { names, from } = HANDLES[spec.kind];
    const controls = names(spec).map((name) => blocks[`control:${name}`]);
    const follow = (px, py) => {
      const numbers = from(spec, this.values, this.x.toData(px), this.y.toData(py));
      controls.forEach((control, i) => control.moved(control.snapToStep(numbers[i])));
    };
    return { follow, release: () => controls[0].committed() };
  }

  nearest(px, py) {
    const distance = (spec) => {
      const [x, y] = HANDLES[spec.kind].at(spec, this.values);
      return Math.hypot(this.x.toPixel(x) - px, this.y.toPixel(y) - py);
    };
    return this.handles.reduce((best, handle) => (distance(handle) < distance(best) ? handle : best));
  }

  // The atom nearest to the press follows the pointer across, as far as its control goes.
  grabAtoms(specs, blocks) {
    const atoms = this.marks[specs.findIndex((spec) => spec.kind === "atoms")];
    this.plot.classList.add("hw9-draggable");
    this.listen((px, py) => {
      const i = atoms.nearest(px, py);
      const control = blocks[`control:${atoms.handles[i]}`];
      const follow = (x) => control.moved(control.snapToStep(atoms.before(i, this.x.toData(x), this.values)));
      return { follow, release: () => control.committed() };
    });
  }

  // The whole plot takes the press: what `grab` gives moves to the pointer, and follows it until release.
  listen(grab) {
    const options = { signal: this.abort.signal };
    let held = null;
    const position = ({ clientX, clientY }, box) => [clientX - box.left, clientY - box.top];
    this.plot.addEventListener("pointerdown", (event) => {
      const box = this.plot.getBoundingClientRect();
      const [px, py] = position(event, box);
      if (event.button !== 0 || px < this.x.start || px > this.x.end || py < this.y.start || py > this.y.end) return;
      held = { box, ...grab(px, py) };
      this.plot.setPointerCapture(event.pointerId);
      held.follow(px, py);
    }, options);
    this.plot.addEventListener("pointermove", (event) => held && held.follow(...position(event, held.box)), options);
    for (const name of ["pointerup", "pointercancel"]) {
      this.plot.addEventListener(name, () => {
        const { release } = held ?? {};
        held = null;
        release?.();
      }, options);
    }
  }

  remove() {
    this.abort.abort();
    this.svg.remove();
  }
}

class VerticalLine {
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

class Area {
  constructor({ x, y, at, side, color, label }, arrays) {
    this.points = [arrays[x], arrays[y]];
    this.at = at;
    this.side = side;
    const id = `hw9-area-${(identifiers += 1)}`;
    const stripes = side === "right" ? "rotate(45)" : "rotate(-45)";
    const pattern = svg("pattern", {
      id: `${id}-hatch`, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: stripes,
    }, svg("rect", { width: 6, height: 6, fill: color, "fill-opacity": 0.35 }),
    svg("rect", { width: 2.5, height: 6, fill: color }));
    this.window = svg("rect");
    const clip = svg("clipPath", { id }, this.window);
    this.path = svg("path", { fill: `url(#${id}-hatch)`, stroke: color, "clip-path": `url(#${id})` });
    this.element = svg("g", { "data-area": label }, svg("defs", {}, pattern, clip), this.path);
  }

  place(x, y) {
    this.x = x;
    const [xs, ys] = this.points;
    const corners = Array.from(xs, (value, i) => `${x.toPixel(value)} ${y.toPixel(ys[i])}`);
    this.path.setAttribute("d", `M${corners.join("L")}Z`);
    this.window.setAttribute("y", y.start);
    this.window.setAttribute("height", y.end - y.start);
  }

  show(values) {
    const pixel = this.x.toPixel(values[this.at]);
    const [from, to] = this.side === "left" ? [this.x.start, pixel] : [pixel, this.x.end];
    this.window.setAttribute("x", from);
    this.window.setAttribute("width", to - from);
  }
}

class Point {
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

class Handle extends Point {
  constructor(spec, arrays) {
    super(spec, arrays);
    this.element.setAttribute("data-handle", `${spec.x} ${spec.y}`);
    this.element.querySelector("circle").setAttribute("r", 10);
  }
}

// A handle at the end of a spoke: at `radius` from (`x`, `y`), `turn` degrees past `angle`.
class Spoke {
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
const HANDLES = {
  handle: { at: ({ x, y }, values) => [values[x], values[y]], names: ({ x, y }) => [x, y], from: (_, __, x, y) => [x, y] },
  spoke: { at: spokeEnd, names: ({ radius, angle }) => [radius, angle], from: spokeFrom },
};

// A line through points computed in every frame: `points` names a value x, y, x, y, ... It may leave the plot.
class LivePath {
  constructor({ points, color, label, dash, closed, fill: filled }) {
    this.points = points;
    this.end = closed ? "Z" : "";
    this.path = svg("path", { stroke: color, "stroke-width": 2, fill: filled ? color : "none", "data-curve": label });
    this.path.style.fillOpacity = 0.12;
    if (dash) this.path.setAttribute("stroke-dasharray", dash);
    const id = `hw9-path-${(identifiers += 1)}`;
    this.path.setAttribute("clip-path", `url(#${id})`);
    this.window = svg("rect");
    this.element = svg("g", {}, svg("defs", {}, svg("clipPath", { id }, this.window)), this.path);
  }

  place(x, y) {
    const size = { x: x.start, y: y.start, width: x.end - x.start, height: y.end - y.start };
    for (const [name, value] of Object.entries(size)) this.window.setAttribute(name, value);
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

// A linear axis as pixel = origin + scale * value, also outside the plot.
function straight({ start, end, toData }) {
  const [low, high] = [toData(start), toData(end)];
  const scale = (end - start) / (high - low);
  return [start - scale * low, scale];
}

// A polyline for every row of `y`; `x` is one row for all or a row for each.
class Curve {
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
class LiveCurve {
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

class Dots {
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
class Atoms {
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

class Box {
  constructor({ at, low, high, width, color, label, hatch }) {
    this.names = [at, low, high];
    this.width = width;
    this.rect = svg("rect", { width, stroke: color, "data-box": label });
    this.element = svg("g", {}, this.rect);
    if (hatch) this.element.prepend(svg("defs", {}, stripes(this.rect, color)));
    else this.rect.setAttribute("fill", color);
  }

  place(x, y) {
    this.axes = [x, y];
  }

  show(values) {
    const [at, low, high] = this.names.map((name) => values[name]);
    const [x, y] = this.axes;
    const [from, to] = [low, high].map(y.toPixel);
    this.element.style.display = [at, low, high].some(Number.isNaN) ? "none" : "";
    this.rect.setAttribute("x", x.toPixel(at) - this.width / 2);
    this.rect.setAttribute("y", Math.min(from, to));
    this.rect.setAttribute("height", Math.abs(to - from));
  }
}

/** A hatch in `color`, set as the fill of `node`. */
function stripes(node, color) {
  const id = `hw9-stripes-${(identifiers += 1)}`;
  node.setAttribute("fill", `url(#${id})`);
  return svg("pattern", {
    id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)",
  }, svg("rect", { width: 6, height: 6, fill: color, "fill-opacity": 0.3 }), svg("rect", { width: 2, height: 6, fill: color }));
}

const MARKS = {
  "vertical-line": VerticalLine, area: Area, point: Point, curve: Curve, "live-curve": LiveCurve, handle: Handle, dots: Dots,
  atoms: Atoms, box: Box,
  spoke: Spoke, "live-path": LivePath,
};

/** The box of one figure; it keeps its height while nothing is drawn yet. */
export function figureBox(name) {
  return element("div", { class: "hw9-figure", role: "img", "data-figure": name });
}
