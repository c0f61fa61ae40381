// What stands for a mark outside the plot: an arrow at the edge that points to it, with the value it has there.
// A mark moved to the edge instead would tell a wrong size.

import { svg } from "./dom.js";

const LENGTH = 11; // pixels of the arrow
const ROOM = 15; // between the arrow's tip and its words
const LINE = 18; // pixels from one line of words to the next
const LETTER = 8; // pixels that a letter takes at most, nearly: measuring words would force the page's layout

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
    this.text = svg("text", { class: "hw9-mark-text" });
    this.element = svg("g", { class: "hw9-edge-mark", "data-edge": "" }, this.arrow, this.text);
    this.element.edge = this; // where spread finds it
    this.hide();
  }

  /** Points from the edge of the plot with axes (x, y) to the pixel (px, py) outside; says whether it does. */
  show(x, y, px, py, words) {
    const [across, down] = [x.side(px), y.side(py)];
    if (!across && !down) return this.hide();
    this.element.style.display = "";
    this.element.setAttribute("data-edge", words);
    this.element.setAttribute("transform", `translate(${x.inside(px)} ${y.inside(py)})`);
    this.arrow.setAttribute("transform", `rotate(${(Math.atan2(down, across) * 180) / Math.PI})`);
    const right = across ? across > 0 : px > (x.start + x.end) / 2;
    const offset = (right ? -1 : 1) * (across ? ROOM : 9);
    this.line = down > 0 ? -4 : down < 0 ? 14 : -6;
    this.text.setAttribute("x", offset);
    this.text.setAttribute("y", this.line);
    this.text.setAttribute("text-anchor", right ? "end" : "start");
    if (words !== this.words) this.text.textContent = this.words = words;
    const [from, width] = [x.inside(px) + offset, LETTER * words.length];
    this.span = { left: right ? from - width : from, right: right ? from : from + width, y: y.inside(py) + this.line };
    this.inwards = down > 0 ? -LINE : LINE;
    return true;
  }

  /** Moves the words to another line, `shift` pixels down. */
  shift(shift) {
    this.text.setAttribute("y", this.line + shift);
  }

  hide() {
    this.element.style.display = "none";
    this.span = null;
    return false;
  }
}

/** Of arrows whose words would cover each other, the later ones say theirs farther inside the plot. */
export function spread(arrows) {
  const taken = [];
  for (const arrow of arrows) {
    if (!arrow.span) continue;
    const span = { ...arrow.span };
    while (taken.some((other) => meet(span, other))) span.y += arrow.inwards;
    if (span.y !== arrow.span.y) arrow.shift(span.y - arrow.span.y);
    taken.push(span);
  }
}

const meet = (a, b) => a.left < b.right && b.left < a.right && Math.abs(a.y - b.y) < LINE;
