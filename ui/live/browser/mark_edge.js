// What stands for a mark outside the plot: an arrow at the edge that points to it, with the value it has there.
// A mark moved to the edge instead would tell a wrong size.

import { svg } from "./dom.js";
import { LINE, Label } from "./labels.js";

const LENGTH = 11; // pixels of the arrow
const ROOM = 15; // between the arrow's tip and its words
const LINES = 8; // that the words of an arrow may lie farther inside the plot than it

/** A number in few digits; "∞" where it has none. */
export function brief(value) {
  if (!Number.isFinite(value)) return value > 0 ? "\u221e" : value < 0 ? "\u2212\u221e" : "\u2013";
  const size = Math.abs(value);
  const text = size !== 0 && (size >= 1e5 || size < 1e-3) ? value.toExponential(2) : String(Number(value.toPrecision(4)));
  return text.replaceAll("-", "\u2212");
}

export class EdgeArrow {
  constructor(color) {
    this.arrow = svg("path", { class: "hw9-edge", d: `M0 0L${-LENGTH} -6L${-LENGTH} 6Z` });
    if (color) this.arrow.style.fill = color;
    this.label = new Label();
    this.element = svg("g", { class: "hw9-edge-mark", "data-edge": "" }, this.arrow, this.label.text);
    this.hide();
  }

  /** Points from the edge of the plot with axes (x, y) to the pixel (px, py) outside; says whether it does. */
  show(x, y, px, py, words) {
    const [across, down] = [x.side(px), y.side(py)];
    if (!across && !down) return this.hide();
    this.element.style.display = "";
    this.element.setAttribute("data-edge", words);
    const turn = (Math.atan2(down, across) * 180) / Math.PI;
    this.arrow.setAttribute("transform", `translate(${x.inside(px)} ${y.inside(py)}) rotate(${turn})`);
    const right = across ? across > 0 : px > (x.start + x.end) / 2;
    const offset = (right ? -1 : 1) * (across ? ROOM : 9);
    const base = y.inside(py) + (down > 0 ? -4 : down < 0 ? 14 : -6);
    const inwards = down > 0 ? -LINE : LINE;
    const place = (_, k) => ({ x: x.inside(px) + offset, y: base + k * inwards, end: right });
    this.label.show(words, Array.from({ length: LINES }, place));
    return true;
  }

  hide() {
    this.element.style.display = "none";
    this.label.hide();
    return false;
  }
}
