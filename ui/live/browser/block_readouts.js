// Tiles with one number each, its name, and a sentence that says what it means.

import { element } from "./dom.js";
import { fill, formatter, template } from "./format.js";
import { identifier } from "./paint.js";

export class ReadoutGroup {
  constructor(name) {
    this.title = element("h4", { class: "hw9-title" });
    this.tiles = element("div", { class: "hw9-tiles" });
    this.element = element("section", { class: "hw9-readouts", "data-group": name }, this.title, this.tiles);
  }

  update(spec) {
    this.title.textContent = spec.title;
    this.title.hidden = !spec.title;
    this.tiles.style.setProperty("--columns", spec.columns);
    this.tiles.classList.toggle("hw9-many", spec.columns > 3);
    this.readouts = spec.readouts.map((readout) => new Readout(readout));
    this.tiles.replaceChildren(...this.readouts.map((readout) => readout.element));
  }

  show(values) {
    for (const readout of this.readouts) readout.show(values);
  }
}

class Readout {
  constructor({ name, label, format, sentence, tone }) {
    this.name = name;
    this.format = formatter(format);
    this.sentence = template(sentence);
    this.speaks = this.sentence.some((part) => typeof part !== "string");
    this.label = label;
    // Named by its heading, and silent: what changes in every frame is said once, on release.
    const id = identifier("name");
    const named = { "aria-labelledby": id, "aria-live": "off", "data-testid": `readout-${name}` };
    this.number = element("output", { class: "hw9-number", ...named });
    this.number.classList.toggle("hw9-words", format.startsWith("?"));
    this.text = element("div", { class: "hw9-sentence" });
    const heading = element("div", { class: "hw9-name", id }, label);
    this.element = element("div", { class: "hw9-tile", "data-tone": tone }, heading, this.number, this.text);
  }

  show(values) {
    const value = values[this.name];
    if (value !== this.shown) {
      this.shown = value;
      this.number.dataset.value = String(value);
      this.number.textContent = this.format(value);
    }
    // A sentence may speak of other numbers than its own, which change when this one does not.
    if (!this.speaks && this.said !== undefined) return;
    const text = fill(this.sentence, values);
    if (text !== this.said) this.text.textContent = this.said = text;
  }

  /** The name and the number, as they are said. */
  words() {
    return `${this.label} ${this.number.textContent}`;
  }

  /** Whether it stands on the screen, and has a number. */
  isSeen() {
    return !Number.isNaN(this.shown) && getComputedStyle(this.number).visibility === "visible";
  }
}
