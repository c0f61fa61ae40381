// What moves over a figure: an SVG on top of the drawn Plotly plot. Its marks are placed when the plot is drawn
// (`place`) and follow the values in every frame (`show`); their grips are dragged here.

import { axisMap } from "./axes.js";
import { element, svg } from "./dom.js";
import { Ghosts } from "./ghosts.js";
import { Targets, nearest } from "./grips.js";
import { labelsOf, spread } from "./labels.js";
import { MARKS } from "./marks.js";

export class Overlay {
  constructor(plot, specs, arrays, blocks) {
    this.plot = plot;
    this.blocks = blocks;
    this.svg = svg("svg", { class: "hw9-overlay", "aria-hidden": "true" });
    this.marks = specs.map((spec) => new MARKS[spec.kind](spec, arrays));
    this.grips = this.marks.flatMap((mark) => mark.grips ?? []);
    this.targets = new Targets(this.grips);
    this.ghosts = new Ghosts();
    this.svg.append(...this.marks.map((mark) => mark.element), this.ghosts.element, this.targets.element);
    this.labels = labelsOf(this.svg);
    plot.append(this.svg);
    this.abort = new AbortController();
    if (this.grips.length) this.listen();
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
    spread(this.labels, this.marks.flatMap((mark) => mark.obstacles?.() ?? []), this.x);
    this.targets.show(this.x, this.y);
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
    return places[0] ? this.ghosts.show([this.x, this.y], places, answer.words) : this.ghosts.hide();
  }

  // A press within reach of a grip takes it; the grip moves under the pointer and follows it until release.
  listen() {
    const { plot } = this;
    const options = { signal: this.abort.signal };
    let held = null;
    const position = ({ clientX, clientY }, box) => [clientX - box.left, clientY - box.top];
    this.targets.element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const box = plot.getBoundingClientRect();
      const grip = nearest(this.grips, [this.x, this.y], ...position(event, box));
      if (!grip) return;
      held = { box, grip, id: event.pointerId };
      event.target.setPointerCapture(event.pointerId);
      event.preventDefault(); // no text is selected, and Plotly hears nothing
      this.follow(grip, position(event, box));
    }, options);
    plot.addEventListener("pointermove", (event) => {
      if (held?.id === event.pointerId) this.follow(held.grip, position(event, held.box));
    }, options);
    for (const name of ["pointerup", "pointercancel"]) {
      plot.addEventListener(name, () => {
        const control = held && this.blocks[`control:${held.grip.controls[0]}`];
        held = null;
        control?.committed();
      }, options);
    }
  }

  follow({ controls, from }, [px, py]) {
    const numbers = from(px, py, this.values);
    controls.forEach((name, i) => {
      const control = this.blocks[`control:${name}`];
      control.grabbed();
      control.moved(control.snapped(numbers[i]));
    });
  }

  remove() {
    this.abort.abort();
    this.svg.remove();
  }
}

/** The box of one figure; it keeps its height while nothing is drawn yet. */
export function figureBox(name) {
  return element("div", { class: "hw9-figure", role: "img", "data-figure": name });
}
