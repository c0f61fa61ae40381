// What can be dragged on a plot: a place that a pointer, and a finger, can take hold of. Around it a press
// drags; anywhere else on the plot a swipe scrolls the page and a click does nothing.

import { svg } from "./dom.js";

export const REACH = 24; // pixels around a grip in which a press takes it

/**
 * A grip moves `controls`, by name. `at()` is the place in pixels of what it moves, NaN for a coordinate along
 * which it reaches across the plot; it is taken hold of there, or at the nearest place inside the plot.
 * `from(px, py, values)` are the numbers of the controls for a pointer at (px, py). `turning` is the one
 * of them that is an angle, if any.
 */
export function grip({ controls, at, from, turning }) {
  const element = svg("g", { class: "hw9-hold", "data-grip": controls.join(" ") });
  if (controls.length === 1) element.setAttribute("data-across", "");
  return { controls, at, from, turning, element };
}

/** The distance of a press from a grip; along a coordinate that a grip reaches across there is none. */
function distance([x, y], px, py) {
  return Math.hypot(Number.isNaN(x) ? 0 : x - px, Number.isNaN(y) ? 0 : y - py);
}

/** Where a grip is taken hold of in the plot with axes (x, y), NaN as in `at`; nothing while it has no place. */
function hold(grip, x, y) {
  const place = grip.at();
  return place && [x.inside(place[0]), y.inside(place[1])];
}

/** Of the grips in reach of a press, the nearest; nothing when there is none. */
export function nearest(grips, [x, y], px, py) {
  let best;
  let least = REACH;
  for (const grip of grips) {
    const place = hold(grip, x, y);
    if (!place) continue;
    const away = distance(place, px, py);
    if (away <= least) [best, least] = [grip, away];
  }
  return best;
}

/** Keeps the invisible targets where their grips are, so that a finger beside one scrolls. */
export class Targets {
  constructor(grips) {
    this.grips = grips;
    this.nodes = grips.map(() => svg("rect", { class: "hw9-target" }));
    grips.forEach((grip, i) => grip.element.append(this.nodes[i]));
    this.element = svg("g", {}, ...grips.map((grip) => grip.element));
  }

  show(x, y) {
    this.grips.forEach((grip, i) => {
      const place = hold(grip, x, y);
      this.nodes[i].style.display = place ? "" : "none";
      if (!place) return;
      const [across, down] = [span(place[0], x), span(place[1], y)];
      for (const [name, value] of Object.entries({ x: across[0], width: across[1], y: down[0], height: down[1] })) {
        this.nodes[i].setAttribute(name, value);
      }
    });
  }
}

function span(pixel, axis) {
  return Number.isNaN(pixel) ? [axis.start, axis.end - axis.start] : [pixel - REACH, 2 * REACH];
}
