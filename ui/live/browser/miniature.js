// A tile of the start page: a link with a drawing, the numbers of the state that the drawing shows, and a sentence.
// A state is a place in the table of each control; a place across follows the pointer's x, one up its y.

import { element, svg } from "./dom.js";
import { formatter } from "./format.js";
import { Drawn } from "./miniature_shapes.js";

const PERIODS = [26, 41]; // seconds from one end of a control to the other and back; no common multiple is near
const REACH = 0.42; // of the way, on either side of its middle
const KEYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1], Home: [0, -Infinity], End: [0, Infinity] };

export class Miniature {
  constructor(spec, arrays, open) {
    this.spec = spec;
    this.element = element("li", {});
    const id = `hw9-miniature-${spec.word}`;
    this.link = element("a", {
      class: "hw9-miniature", href: spec.slug, "data-testid": `miniature-${spec.word}`,
      "aria-labelledby": `${id}-title`, "aria-describedby": `${id}-said`,
    });
    this.link.addEventListener("click", (event) => this.click(event, open));
    this.element.append(this.link);
    const title = element("h2", { id: `${id}-title` }, `${spec.order} ${spec.title}`);
    const said = element("p", { id: `${id}-said`, class: "hw9-home-said" }, spec.sentence);
    this.places = [0, 0];
    if (spec.refusal) {
      this.link.append(title, element("p", { class: "hw9-home-refusal" }, spec.refusal), said);
      return;
    }
    this.sizes = spec.axes.map(({ values }) => values.length);
    const picture = this.picture(arrays);
    const numbers = element("p", { class: "hw9-home-numbers" }, ...this.readouts(arrays));
    this.link.append(title, picture, numbers, ...spec.beside.map((row) => this.beside(...row)), said);
    this.follow(picture);
    this.show(spec.axes.map(({ start }) => start));
  }

  picture(arrays) {
    const { width, height } = this.spec.drawing;
    this.drawn = this.spec.drawn.map((item) => new Drawn(item, arrays[item.points], this.spec.drawing));
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
    picture.append(...this.drawn.map((item) => item.element));
    return picture;
  }

  readouts(arrays) {
    this.numbers = this.spec.numbers.map(({ name, form, table }) => {
      const node = element("b", { "data-testid": `number-${this.spec.word}-${name}` });
      return { node, table: arrays[table], write: formatter(form) };
    });
    return this.spec.numbers.map(({ label }, i) => element("span", {}, `${label} `, this.numbers[i].node));
  }

  /** A row of the same numbers from elsewhere. */
  beside(name, numbers) {
    const written = this.spec.numbers.map(({ label }, i) => element("span", {}, `${label} ${this.numbers[i].write(numbers[i])}`));
    return element("p", { class: "hw9-home-numbers hw9-home-beside" }, ...written, element("span", {}, name));
  }

  follow(picture) {
    const held = (event) => event.pointerType !== "touch" && (this.held = event.type !== "pointerleave");
    this.link.addEventListener("pointerenter", held);
    this.link.addEventListener("pointerleave", held);
    this.link.addEventListener("focus", () => (this.focused = this.link.matches(":focus-visible")));
    this.link.addEventListener("blur", () => (this.focused = false));
    this.link.addEventListener("keydown", (event) => this.press(event));
    picture.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch") this.show(this.shares(event, picture));
    });
  }

  /** Where a pointer is between the ends of the controls, 0 to 1, from the left and from below. */
  shares({ offsetX, offsetY }, picture) {
    const { width, height, margin } = this.spec.drawing;
    const unit = picture.clientWidth / width;
    const across = (offsetX / unit - margin) / (width - 2 * margin);
    const up = 1 - (offsetY / unit - margin) / (height - 2 * margin);
    return [across, up].map((share) => Math.min(Math.max(share, 0), 1));
  }

  press(event) {
    const [axis, steps] = KEYS[event.key] ?? [];
    if (axis === undefined || axis >= this.sizes.length || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const last = this.sizes[axis] - 1;
    const places = [...this.places];
    places[axis] = Math.min(Math.max(places[axis] + steps, 0), last);
    this.put(places);
  }

  show(shares) {
    this.put(this.sizes.map((size, axis) => Math.round(shares[axis] * (size - 1))));
  }

  /** Draw a state, unless it is drawn already. */
  put(places) {
    if (places.every((place, axis) => place === this.places[axis]) && this.link.search) return;
    this.places = [places[0], places[1] ?? 0];
    const at = this.places.map((place, axis) => place / ((this.sizes[axis] ?? 2) - 1));
    for (const item of this.drawn) item.show(at);
    const row = this.places[0] * (this.sizes[1] ?? 1) + this.places[1];
    for (const { node, table, write } of this.numbers) {
      node.textContent = write(table[row]);
      node.dataset.value = table[row];
    }
    this.link.setAttribute("href", this.address());
  }

  address() {
    const { slug, address, axes } = this.spec;
    const state = axes.map(({ parameter, values }, axis) => [parameter, values[this.places[axis]]]);
    const said = [...Object.entries(address), ...state].map((pair) => pair.map(encodeURIComponent).join("="));
    return `${slug}?${said.join("&")}`;
  }

  /** Slowly to and fro from where it stands, but not under a pointer or the focus. */
  drift(seconds) {
    if (!this.sizes) return;
    if (this.held || this.focused) {
      this.phases = undefined;
      return;
    }
    this.phases ??= this.sizes.map((size, axis) => {
      const share = this.places[axis] / (size - 1);
      const turn = Math.acos(Math.min(Math.max((0.5 - share) / REACH, -1), 1));
      return turn - (2 * Math.PI * seconds) / PERIODS[axis];
    });
    this.show(this.phases.map((phase, axis) => 0.5 - REACH * Math.cos(phase + (2 * Math.PI * seconds) / PERIODS[axis])));
  }

  /** A plain click stays in this visit; what opens another tab or window follows the link. */
  click(event, open) {
    if (event.button || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(this.spec.word, ...this.places);
  }
}
