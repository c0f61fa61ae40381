// Marks that fill: the part of a curve on one side of a line, and boxes.

import { svg } from "./dom.js";
import { EdgeArrow, brief } from "./mark_edge.js";
import { PlotWindow, identifier, stripes } from "./paint.js";

export class Area {
  constructor({ x, y, at, side, color, label }, arrays) {
    this.points = [arrays[x], arrays[y]];
    this.at = at;
    this.side = side;
    const id = identifier("area");
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
    const pixel = this.x.inside(this.x.toPixel(values[this.at]));
    const [from, to] = this.side === "left" ? [this.x.start, pixel] : [pixel, this.x.end];
    this.window.setAttribute("x", from);
    this.window.setAttribute("width", to - from);
  }
}

export class Box {
  constructor({ at, low, high, width, color, label, hatch }) {
    this.names = [at, low, high];
    this.width = width;
    this.rect = svg("rect", { width, stroke: color, "data-box": label });
    this.window = new PlotWindow(this.rect);
    this.edges = [new EdgeArrow(color), new EdgeArrow(color)];
    this.element = svg("g", {}, this.window.defs, this.rect, ...this.edges.map((edge) => edge.element));
    if (hatch) this.element.prepend(svg("defs", {}, stripes(this.rect, color)));
    else this.rect.setAttribute("fill", color);
  }

  place(x, y) {
    this.window.place(x, y);
    this.axes = [x, y];
  }

  show(values) {
    const [at, low, high] = this.names.map((name) => values[name]);
    const [x, y] = this.axes;
    const ends = [low, high].map(y.toPixel);
    const known = ![at, low, high].some(Number.isNaN);
    this.element.style.display = known ? "" : "none";
    if (!known) return;
    this.rect.setAttribute("x", x.toPixel(at) - this.width / 2);
    this.rect.setAttribute("y", Math.min(...ends));
    this.rect.setAttribute("height", Math.abs(ends[0] - ends[1]));
    this.edges.forEach((edge, i) => edge.show(x, y, x.toPixel(at), ends[i], brief([low, high][i])));
  }
}
