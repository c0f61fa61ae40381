// What is drawn of a miniature. Points come in rows over the states, one grid of them for each thing; between rows
// they are on the straight way from the one to the other.

import { svg } from "./dom.js";
import { identifier, stripes } from "./paint.js";

export class Drawn {
  /** `points` are (rows across, rows up, m, 2) in the units of the drawing. */
  constructor({ kind, color, dash, hatch, small, side, text, anchor }, points, { width, height, margin }) {
    this.kind = kind;
    this.points = points;
    this.now = new Float32Array(2 * points.shape[2]);
    this.inner = [margin, width - margin];
    this.node = kind === "word" ? svg("text", { "text-anchor": anchor }, text) : svg("path");
    const looks = Object.entries({ dash, hatch, small }).flatMap(([look, on]) => (on ? [`hw9-mini-${look}`] : []));
    this.node.setAttribute("class", [`hw9-mini-${kind}`, ...looks].join(" "));
    if (color) this.node.style.setProperty("--color", color);
    this.element = svg("g", {}, this.node);
    if (hatch) this.element.prepend(svg("defs", {}, stripes(this.node, color)));
    if (side) this.clip(side, height);
  }

  clip(side, height) {
    const id = identifier("side");
    this.side = side;
    this.window = svg("rect", { y: 0, height });
    this.node.setAttribute("clip-path", `url(#${id})`);
    this.element.prepend(svg("defs", {}, svg("clipPath", { id }, this.window)));
  }

  /** Draw it where the controls stand, as shares of their ways. */
  show(shares) {
    if (this.side) this.showSide(shares[0]);
    if (this.still) return;
    this.still = this.points.shape[0] === 1 && this.points.shape[1] === 1;
    this.place(shares);
    if (this.kind === "word") {
      this.node.setAttribute("x", this.now[0]);
      this.node.setAttribute("y", this.now[1]);
    } else {
      this.node.setAttribute("d", this.path());
    }
  }

  showSide(share) {
    const [start, end] = this.inner;
    const at = start + share * (end - start);
    this.window.setAttribute("x", this.side === "left" ? 0 : at);
    this.window.setAttribute("width", this.side === "left" ? at : start + end - at);
  }

  /** The points between the four rows around the state. */
  place(shares) {
    const [across, up, m] = this.points.shape;
    const [i, right, s] = neighbours(shares[0], across);
    const [j, above, t] = neighbours(shares[1], up);
    const row = (a, b) => (a * up + b) * 2 * m;
    const [a, b, c, d] = [row(i, j), row(right, j), row(i, above), row(right, above)];
    for (let k = 0; k < 2 * m; k += 1) {
      const lower = this.points[a + k] + s * (this.points[b + k] - this.points[a + k]);
      const upper = this.points[c + k] + s * (this.points[d + k] - this.points[c + k]);
      this.now[k] = lower + t * (upper - lower);
    }
  }

  path() {
    if (this.kind === "dots") return this.words((x, y) => (Number.isNaN(x) ? "" : `M${x} ${y}h0`));
    let pen = "M";
    const path = this.words((x, y) => {
      const word = Number.isNaN(x) ? "" : `${pen}${x} ${y}`;
      pen = word ? "L" : "M";
      return word;
    });
    return this.kind === "area" ? `${path}Z` : path;
  }

  words(word) {
    let path = "";
    for (let k = 0; k < this.now.length; k += 2) path += word(tenth(this.now[k]), tenth(this.now[k + 1]));
    return path;
  }
}

const tenth = (x) => Math.round(10 * x) / 10;

/** The rows before and after a share of the way along `count` rows, and how far it is between them. */
function neighbours(share, count) {
  const at = share * (count - 1);
  const row = Math.min(Math.floor(at), Math.max(count - 2, 0));
  return [row, Math.min(row + 1, count - 1), at - row];
}
