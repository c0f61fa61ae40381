// An answer and the truth on the figure: where the visitor put a handle, where it belongs, and what lies between.

import { svg } from "./dom.js";
import { LINE, Label } from "./labels.js";
import { EdgeArrow } from "./mark_edge.js";

const RADIUS = 9; // pixels
const ROOM = 13; // from a ghost to its words
const ABOVE_EDGE = 34; // pixels from the bottom of the plot to the line between two lines

export class Ghosts {
  constructor() {
    this.kinds = ["said", "truth"].map((kind) => new Ghost(kind));
    this.between = svg("line", { class: "hw9-ghost-between" });
    this.distance = new Label();
    const drawn = this.kinds.flatMap((ghost) => ghost.elements);
    this.element = svg("g", { class: "hw9-ghosts" }, this.between, ...drawn, this.distance.text);
    this.hide();
  }

  /** `places` in pixels of the answer and of the truth, NaN across; `words` for each and for the distance. */
  show(axes, places, words) {
    this.element.style.display = "";
    this.kinds.forEach((ghost, k) => ghost.show(axes, places[k], words[k]));
    this.join(axes, places, words[2]);
    return true;
  }

  hide() {
    this.element.style.display = "none";
    this.distance.hide();
    this.kinds.forEach((ghost) => ghost.hide());
    return false;
  }

  // Between what lies outside there is no line: arrows stand for it.
  join(axes, places, words) {
    const [x, y] = axes;
    const across = y.end - ABOVE_EDGE;
    const [from, to] = places.map(([px, py]) => [px, Number.isNaN(py) ? across : py]);
    const inside = [from, to].every(([px, py]) => !x.side(px) && !y.side(py));
    this.between.style.display = inside ? "" : "none";
    if (!inside) return this.distance.hide();
    Object.entries({ x1: from[0], y1: from[1], x2: to[0], y2: to[1] }).forEach(([name, at]) => this.between.setAttribute(name, at));
    const [middle, height] = [(from[0] + to[0]) / 2, Math.min(from[1], to[1])];
    const place = (k) => ({ x: middle, y: height - 8 - k * LINE, end: middle > (x.start + x.end) / 2 });
    this.distance.show(words, [0, 1, 2, 3].map(place));
  }
}

class Ghost {
  constructor(kind) {
    this.line = svg("line", { class: `hw9-ghost hw9-ghost-${kind}` });
    this.ring = svg("circle", { class: `hw9-ghost hw9-ghost-${kind}`, r: RADIUS });
    this.label = new Label();
    this.edge = new EdgeArrow();
    this.elements = [this.line, this.ring, this.label.text, this.edge.element];
  }

  show([x, y], [px, py], words) {
    const wide = Number.isNaN(py);
    const outside = this.edge.show(x, y, px, wide ? y.start + LINE : py, words);
    this.line.style.display = wide && !outside ? "" : "none";
    this.ring.style.display = wide || outside ? "none" : "";
    if (outside) return this.label.hide();
    if (wide) Object.entries({ x1: px, x2: px, y1: y.start, y2: y.end }).forEach(([name, at]) => this.line.setAttribute(name, at));
    else Object.entries({ cx: px, cy: py }).forEach(([name, at]) => this.ring.setAttribute(name, at));
    const top = wide ? y.end - ABOVE_EDGE - LINE : py;
    const beside = (end, k) => ({ x: px + (end ? -ROOM : ROOM), y: top - k * LINE, end });
    this.label.show(words, [0, 1, 2, 3].flatMap((k) => [beside(false, k), beside(true, k)]));
  }

  hide() {
    this.label.hide();
    this.edge.hide();
  }
}
