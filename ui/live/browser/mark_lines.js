// Marks that are lines: one across the plot, polylines of a table's rows, and those computed in every frame.

import { straight } from "./axes.js";
import { svg } from "./dom.js";
import { fill, template } from "./format.js";
import { grip } from "./grips.js";
import { LINE, Label } from "./labels.js";
import { EdgeArrow, brief } from "./mark_edge.js";
import { PlotWindow, stripes } from "./paint.js";

const ROOM = 14; // pixels from a line to its words

export class VerticalLine {
  constructor({ at, label, color, drag }) {
    this.at = at;
    this.words = template(label);
    this.line = svg("line", { class: "hw9-line" });
    if (color) this.line.style.stroke = color;
    this.knob = svg("circle", { class: "hw9-grip", r: 7 });
    this.label = new Label();
    this.inside = svg("g", {}, this.line, ...(drag ? [this.knob] : []));
    this.edge = new EdgeArrow(color);
    this.element = svg("g", {}, this.inside, this.label.text, this.edge.element);
    this.grips = drag ? [this.gripOf(at)] : [];
  }

  gripOf(control) {
    return grip({
      controls: [control],
      at: () => this.pixel !== undefined && [this.pixel, NaN],
      from: (px) => [this.x.toData(px)],
    });
  }

  place(x, y) {
    [this.x, this.y] = [x, y];
    this.line.setAttribute("y1", y.start);
    this.line.setAttribute("y2", y.end);
    this.knob.setAttribute("cy", y.start + 9);
  }

  /** For the table of its figure; what has a handle stands there with its control. */
  listed(values) {
    const value = values[this.at];
    if (this.grips.length || Number.isNaN(value)) return [];
    return [{ name: fill(this.words, values) || "line", x: [value] }];
  }

  /** Where no words should be. */
  obstacles() {
    if (this.hidden) return [];
    return [{ left: this.pixel - ROOM / 2, right: this.pixel + ROOM / 2, top: this.y.start, bottom: this.y.end }];
  }

  show(values) {
    const { x, y } = this;
    const value = values[this.at];
    const known = !Number.isNaN(value);
    const pixel = (this.pixel = x.toPixel(value));
    const words = fill(this.words, values);
    const row = y.start + ROOM;
    const outside = known ? this.edge.show(x, y, pixel, row, words || brief(value)) : this.edge.hide();
    this.hidden = outside || !known;
    this.inside.style.display = this.hidden ? "none" : "";
    if (this.hidden) return this.label.hide();
    this.inside.setAttribute("transform", `translate(${pixel} 0)`);
    const right = pixel > x.start + 0.75 * (x.end - x.start);
    const beside = (end, k) => ({ x: pixel + (end ? -ROOM : ROOM), y: row + k * LINE, end });
    this.label.show(words, [0, 1, 2].flatMap((k) => [beside(right, k), beside(!right, k)]));
  }
}

// Where a curve leaves the plot through its top or bottom: arrows with its highest and lowest value.
class Leaving {
  constructor(color) {
    this.arrows = [new EdgeArrow(color), new EdgeArrow(color)];
    this.elements = this.arrows.map((arrow) => arrow.element);
  }

  place(x, y) {
    this.axes = [x, y];
  }

  show(ends) {
    const [x, y] = this.axes;
    this.arrows.forEach((arrow, k) => (ends ? arrow.show(x, y, ends[k].px, y.toPixel(ends[k].value), brief(ends[k].value)) : arrow.hide()));
  }
}

// Where a path leaves the plot: on each side it leaves through, an arrow with the coordinate it reaches there.
class Reaching {
  constructor(color) {
    this.arrows = [0, 1, 2, 3].map(() => new EdgeArrow(color));
    this.elements = this.arrows.map((arrow) => arrow.element);
  }

  /** `points` are x, y, x, y, ... in the units of the axes. */
  show(x, y, points) {
    const farthest = [0, 0, 0, 0]; // the offsets of the points of largest and smallest x, largest and smallest y
    for (let i = 2; i < points.length; i += 2) {
      if (points[i] > points[farthest[0]]) farthest[0] = i;
      if (points[i] < points[farthest[1]]) farthest[1] = i;
      if (points[i + 1] > points[farthest[2] + 1]) farthest[2] = i;
      if (points[i + 1] < points[farthest[3] + 1]) farthest[3] = i;
    }
    const sides = new Set();
    farthest.forEach((i, k) => {
      const [px, py] = [x.toPixel(points[i]), y.toPixel(points[i + 1])];
      const [across, down] = [x.side(px), y.side(py)];
      const words = [across ? brief(points[i]) : "", down ? brief(points[i + 1]) : ""].filter(Boolean).join(", ");
      if (sides.has(`${across} ${down}`)) this.arrows[k].hide();
      else this.arrows[k].show(x, y, px, py, words);
      sides.add(`${across} ${down}`);
    });
  }
}

/** The highest and the lowest of `count` heights whose pixels lie across the plot, with the pixel of each. */
function extremes(x, count, pixelOf, heightOf) {
  const ends = [{ value: -Infinity }, { value: Infinity }];
  for (let i = 0; i < count; i += 1) {
    const px = pixelOf(i);
    const value = heightOf(i);
    if (x.side(px) || Number.isNaN(value)) continue;
    if (value > ends[0].value) ends[0] = { value, px };
    if (value < ends[1].value) ends[1] = { value, px };
  }
  return ends[0].px === undefined || ends[1].px === undefined ? null : ends;
}

/** Row `row` of a table, or all of what is one row for all. */
function rowOf(table, row) {
  const length = table.shape.at(-1);
  return table.shape.length === 2 ? table.subarray(row * length, (row + 1) * length) : table;
}

// A polyline for every row of `y`; `x` is one row for all or a row for each.
export class Curve {
  constructor({ x, y, row, color, label, fill: filled, dash, hatch }, arrays) {
    this.name = label;
    this.points = [arrays[x], arrays[y]];
    this.row = row;
    this.path = svg("path", {
      stroke: color, "stroke-width": 2, "stroke-dasharray": dash, fill: filled ? color : "none", "data-curve": label,
    });
    this.window = new PlotWindow(this.path);
    this.leaving = new Leaving(color);
    this.element = svg("g", {}, this.window.defs, this.path, ...this.leaving.elements);
    if (hatch) this.element.prepend(svg("defs", {}, stripes(this.path, color)));
    else this.path.style.fillOpacity = 0.25;
  }

  place(x, y) {
    this.window.place(x, y);
    this.leaving.place(x, y);
    this.axes = [x, y];
    this.rows = [];
    this.shown = undefined;
  }

  // A path is made when its row is first shown: most rows of a long family never are.
  drawn(row) {
    const [xs, ys] = this.points;
    const [x, y] = this.axes;
    const m = ys.shape[1];
    const first = xs.shape.length === 2 ? row * m : 0;
    const corner = (_, i) => `${x.toPixel(xs[first + i])} ${y.toPixel(ys[row * m + i])}`;
    const path = `M${Array.from({ length: m }, corner).join("L")}`;
    return { path, ends: extremes(x, m, (i) => x.toPixel(xs[first + i]), (i) => ys[row * m + i]) };
  }

  show(values) {
    const row = Math.round(values[this.row]);
    if (row === this.shown) return;
    this.shown = row;
    this.element.style.display = Number.isNaN(row) ? "none" : "";
    if (Number.isNaN(row)) return;
    const { path, ends } = (this.rows[row] ??= this.drawn(row));
    this.path.setAttribute("d", path);
    this.leaving.show(ends);
  }

  listed() {
    if (Number.isNaN(this.shown)) return [];
    const [x, y] = this.points.map((table) => rowOf(table, this.shown));
    return [{ name: this.name, x, y }];
  }
}

// A polyline whose y is computed in every frame: `y` names a value that is an array.
export class LiveCurve {
  constructor({ x, y, color, label }, arrays) {
    this.name = label;
    this.xs = arrays[x];
    this.y = y;
    this.path = svg("path", { stroke: color, "stroke-width": 2, fill: "none", "data-curve": label });
    this.window = new PlotWindow(this.path);
    this.leaving = new Leaving(color);
    this.element = svg("g", {}, this.window.defs, this.path, ...this.leaving.elements);
  }

  place(x, y) {
    this.window.place(x, y);
    this.leaving.place(x, y);
    this.x = x;
    this.pixels = Array.from(this.xs, x.toPixel);
    this.columns = this.pixels.map((pixel) => pixel.toFixed(2));
    this.toPixel = y.toPixel;
  }

  show(values) {
    const heights = values[this.y];
    const path = this.columns.map((column, i) => `${column} ${this.toPixel(heights[i]).toFixed(2)}`);
    this.path.setAttribute("d", `M${path.join("L")}`);
    this.leaving.show(extremes(this.x, heights.length, (i) => this.pixels[i], (i) => heights[i]));
  }

  listed(values) {
    return [{ name: this.name, x: this.xs, y: values[this.y] }];
  }
}

// A line through points computed in every frame: `points` names a value x, y, x, y, ... It may leave the plot.
export class LivePath {
  constructor({ points, color, label, dash, closed, fill: filled }) {
    this.name = label;
    this.points = points;
    this.end = closed ? "Z" : "";
    this.path = svg("path", { stroke: color, "stroke-width": 2, fill: filled ? color : "none", "data-curve": label });
    this.path.style.fillOpacity = 0.12;
    if (dash) this.path.setAttribute("stroke-dasharray", dash);
    this.window = new PlotWindow(this.path);
    this.reaching = new Reaching(color);
    this.element = svg("g", {}, this.window.defs, this.path, ...this.reaching.elements);
  }

  place(x, y) {
    this.window.place(x, y);
    this.axes = [x, y];
  }

  show(values) {
    const points = values[this.points];
    const [x, y] = this.axes;
    const [[x0, dx], [y0, dy]] = this.axes.map(straight);
    const corners = [];
    for (let i = 0; i < points.length; i += 2) {
      corners.push(`${(x0 + dx * points[i]).toFixed(2)} ${(y0 + dy * points[i + 1]).toFixed(2)}`);
    }
    this.path.setAttribute("d", `M${corners.join("L")}${this.end}`);
    this.reaching.show(x, y, points);
  }

  listed(values) {
    const [x, y] = [0, 1].map((k) => Array.from(values[this.points]).filter((_, i) => i % 2 === k));
    return [{ name: this.name, x, y }];
  }
}
