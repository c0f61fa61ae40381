// The words beside marks. They give way to each other, to lines and to dots: each label names the places that
// suit it, the best first, and takes the first that is free.

import { svg } from "./dom.js";

const ORDINARY = 14; // pixels of their type, as in live.css
// Pixels that a letter takes at most, nearly, and a line of words above and below its base: measuring words
// would force the page's layout.
let [LETTER, ABOVE, BELOW] = [8, 14, 4];
export let LINE = ABOVE + BELOW;

/** From now on the words of all figures are `type` pixels high. */
export function writeIn(type) {
  [LETTER, ABOVE, BELOW] = [8, 14, 4].map((pixels) => (pixels * Math.max(type, ORDINARY)) / ORDINARY);
  LINE = ABOVE + BELOW;
}

export class Label {
  constructor() {
    this.text = svg("text", { class: "hw9-mark-text" });
    this.text.label = this; // where labelsOf finds it
    this.places = [];
  }

  /** Says `words` at one of `places`: { x, y, end }, whose words end at x where `end` is true, or begin there. */
  show(words, places) {
    const width = LETTER * words.length;
    this.places = !words ? [] : places.map(({ x, y, end }) => {
      const left = end ? x - width : x;
      return { x, y, end, left, right: left + width, top: y - ABOVE, bottom: y + BELOW };
    });
    this.text.style.display = words ? "" : "none";
    if (words !== this.words) this.text.textContent = this.words = words;
  }

  hide() {
    this.show("", []);
  }

  settle({ x, y, end }) {
    this.text.setAttribute("x", x);
    this.text.setAttribute("y", y);
    this.text.setAttribute("text-anchor", end ? "end" : "start");
  }
}

/** The labels inside a node, in the order in which they are drawn. */
export function labelsOf(node) {
  return Array.from(node.querySelectorAll("text.hw9-mark-text"), (text) => text.label).filter(Boolean);
}

/** Gives every label a place inside the plot with axis `x` that meets nothing: no earlier label, no obstacle. */
export function spread(labels, obstacles, x) {
  const taken = [...obstacles];
  for (const label of labels) {
    const free = label.places.filter((place) => !taken.some((other) => meet(place, other)));
    const place = free.find(({ left, right }) => left >= x.start && right <= x.end) ?? free[0] ?? label.places[0];
    if (!place) continue;
    label.settle(place);
    taken.push(place);
  }
}

const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
