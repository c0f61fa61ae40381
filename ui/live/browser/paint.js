// What marks are painted with: hatches, and the window that keeps them inside the plot.

import { svg } from "./dom.js";

let identifiers = 0;

/** A name that no other element of the page has. */
export const identifier = (kind) => `hw9-${kind}-${(identifiers += 1)}`;

/** A hatch in `color`, set as the fill of `node`. */
export function stripes(node, color) {
  const id = identifier("stripes");
  node.setAttribute("fill", `url(#${id})`);
  return svg("pattern", {
    id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)",
  }, svg("rect", { width: 6, height: 6, fill: color, "fill-opacity": 0.3 }), svg("rect", { width: 2, height: 6, fill: color }));
}

/** Clips `node` to the plot area; `defs` belongs beside it. */
export class PlotWindow {
  constructor(node) {
    const id = identifier("window");
    node.setAttribute("clip-path", `url(#${id})`);
    this.rect = svg("rect");
    this.defs = svg("defs", {}, svg("clipPath", { id }, this.rect));
  }

  place(x, y) {
    const size = { x: x.start, y: y.start, width: x.end - x.start, height: y.end - y.start };
    for (const [name, value] of Object.entries(size)) this.rect.setAttribute(name, value);
  }
}
