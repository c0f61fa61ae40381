// What moves over a figure: an SVG on top of the drawn Plotly plot. Its marks are placed when the plot is drawn
// (`place`) and follow the values in every frame (`show`); here a pointer's press finds what it drags.

import { axisMap } from "./axes.js";
import { element, svg } from "./dom.js";
import { HANDLES } from "./mark_handles.js";
import { MARKS } from "./marks.js";

export class Overlay {
  constructor(plot, specs, arrays, blocks) {
    this.plot = plot;
    this.svg = svg("svg", { class: "hw9-overlay", "aria-hidden": "true" });
    this.marks = specs.map((spec) => new MARKS[spec.kind](spec, arrays));
    this.svg.append(...this.marks.map((mark) => mark.element));
    plot.append(this.svg);
    const handle = specs.find((spec) => spec.drag);
    this.handles = specs.filter((spec) => HANDLES[spec.kind]);
    plot.classList.toggle("hw9-draggable", Boolean(handle));
    plot.classList.toggle("hw9-handles", this.handles.length > 0);
    this.abort = new AbortController();
    if (handle) this.listen(() => this.along(blocks[`control:${handle.at}`]));
    else if (specs.some((spec) => spec.kind === "atoms")) this.grabAtoms(specs, blocks);
    else if (this.handles.length) this.listen((px, py) => this.inPlane(this.nearest(px, py), blocks));
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
  }

  // A line's control follows the pointer across the plot.
  along(control) {
    return { follow: (px) => control.moved(control.snap(this.x.toData(px))), release: () => control.committed() };
  }

  // A handle's two controls follow it in the plane; one commit sends both.
  inPlane(spec, blocks) {
    const { names, from } = HANDLES[spec.kind];
    const controls = names(spec).map((name) => blocks[`control:${name}`]);
    const follow = (px, py) => {
      const numbers = from(spec, this.values, this.x.toData(px), this.y.toData(py));
      controls.forEach((control, i) => control.moved(control.snapToStep(numbers[i])));
    };
    return { follow, release: () => controls[0].committed() };
  }

  nearest(px, py) {
    const distance = (spec) => {
      const [x, y] = HANDLES[spec.kind].at(spec, this.values);
      return Math.hypot(this.x.toPixel(x) - px, this.y.toPixel(y) - py);
    };
    return this.handles.reduce((best, handle) => (distance(handle) < distance(best) ? handle : best));
  }

  // The atom nearest to the press follows the pointer across, as far as its control goes.
  grabAtoms(specs, blocks) {
    const atoms = this.marks[specs.findIndex((spec) => spec.kind === "atoms")];
    this.plot.classList.add("hw9-draggable");
    this.listen((px, py) => {
      const i = atoms.nearest(px, py);
      const control = blocks[`control:${atoms.handles[i]}`];
      const follow = (x) => control.moved(control.snapToStep(atoms.before(i, this.x.toData(x), this.values)));
      return { follow, release: () => control.committed() };
    });
  }

  // The whole plot takes the press: what `grab` gives moves to the pointer, and follows it until release.
  listen(grab) {
    const options = { signal: this.abort.signal };
    let held = null;
    const position = ({ clientX, clientY }, box) => [clientX - box.left, clientY - box.top];
    this.plot.addEventListener("pointerdown", (event) => {
      const box = this.plot.getBoundingClientRect();
      const [px, py] = position(event, box);
      if (event.button !== 0 || px < this.x.start || px > this.x.end || py < this.y.start || py > this.y.end) return;
      held = { box, ...grab(px, py) };
      this.plot.setPointerCapture(event.pointerId);
      held.follow(px, py);
    }, options);
    this.plot.addEventListener("pointermove", (event) => held && held.follow(...position(event, held.box)), options);
    for (const name of ["pointerup", "pointercancel"]) {
      this.plot.addEventListener(name, () => {
        const { release } = held ?? {};
        held = null;
        release?.();
      }, options);
    }
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
