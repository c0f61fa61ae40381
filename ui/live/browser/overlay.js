// What moves over a figure: an SVG on top of the drawn Plotly plot. Its marks are placed when the plot is drawn
// (`place`) and follow the values in every frame (`show`); their grips are moved by pointer and keyboard.

import { axisMap } from "./axes.js";
import { stillWords } from "./describe.js";
import { element, svg } from "./dom.js";
import { tableButton } from "./figure_table.js";
import { Ghosts } from "./ghosts.js";
import { Keys } from "./grip_keys.js";
import { Pulls } from "./grip_pointer.js";
import { Targets } from "./grips.js";
import { labelsOf, spread } from "./labels.js";
import { MARKS } from "./marks.js";

export class Overlay {
  /** `isFirst(grip)` says whether no figure before this one has the same handle. */
  constructor({ plot, description, specs, arrays, blocks, isFirst }) {
    this.plot = plot;
    this.picture = plot.querySelector(".plot-container");
    this.picture.setAttribute("role", "img");
    this.words = stillWords(plot, description);
    this.blocks = blocks;
    this.svg = svg("svg", { class: "hw9-overlay" });
    this.marks = specs.map((spec) => new MARKS[spec.kind](spec, arrays));
    this.grips = this.marks.flatMap((mark) => mark.grips ?? []);
    this.targets = new Targets(this.grips);
    this.ghosts = new Ghosts();
    const marks = this.marks.map((mark) => mark.element);
    const drawn = svg("g", { "aria-hidden": "true" }, ...marks, this.ghosts.element);
    this.svg.append(drawn, this.targets.element);
    this.labels = labelsOf(drawn);
    plot.lastElementChild.before(this.svg); // the button of its table stays the last
    this.keys = new Keys(this.grips, blocks, (name, value) => this.move(name, value));
    this.keys.name(isFirst);
    this.pulls = new Pulls(plot, this.targets, {
      axes: () => [this.x, this.y],
      moved: (grip, px, py) => this.follow(grip, px, py),
      released: (grip) => blocks[`control:${grip.controls[0]}`].committed(),
    });
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
    this.spreadLabels();
    this.targets.show(this.x, this.y);
    this.keys.show(values);
  }

  spreadLabels() {
    spread(this.labels, this.marks.flatMap((mark) => mark.obstacles?.() ?? []), this.x);
  }

  /** Nothing moves: what is only heard is written. */
  settle() {
    this.keys.settle();
    const stands = this.labels.map(({ words }) => words).filter((words) => /\d/.test(words));
    const words = stands.length ? `${this.words} Now: ${stands.join(", ")}.` : this.words;
    if (words !== this.picture.getAttribute("aria-label")) this.picture.setAttribute("aria-label", words);
  }

  /** Where the handle of a control stood if the values were others; nothing where it has none here. */
  placeAt(control, values) {
    const mark = this.marks.find(({ grips = [] }) => grips.some((grip) => grip.controls.includes(control)));
    if (!mark) return undefined;
    mark.show(values);
    const place = mark.grips.find((grip) => grip.controls.includes(control)).at();
    mark.show(this.values);
    return place;
  }

  /** Shows an answer beside the truth, at the handle's place for each; says whether it has one. Null hides both. */
  showAnswer(answer) {
    if (!answer) return this.ghosts.hide();
    const places = [answer.said, answer.truth].map((values) => this.placeAt(answer.control, values));
    if (!places[0]) return this.ghosts.hide();
    this.ghosts.show([this.x, this.y], places, answer.words);
    this.spreadLabels();
    return true;
  }

  follow({ controls, from }, px, py) {
    const numbers = from(px, py, this.values);
    controls.forEach((name, i) => this.move(name, this.blocks[`control:${name}`].snapped(numbers[i])));
  }

  move(name, value) {
    const control = this.blocks[`control:${name}`];
    control.grabbed();
    control.moved(value);
  }

  /** The controls of the handle that has the focus, as its element names them. */
  get focused() {
    return this.svg.querySelector(":focus")?.dataset.grip;
  }

  focus(grip) {
    const found = this.grips.find(({ element: node }) => node.dataset.grip === grip);
    found?.element.focus({ preventScroll: true });
  }

  remove() {
    this.pulls.remove();
    this.svg.remove();
  }
}

/** The box of one figure; it keeps its height while nothing is drawn yet. Its button calls `open`. */
export function figureBox(name, open) {
  return element("div", { class: "hw9-figure", "data-figure": name }, tableButton(open));
}
