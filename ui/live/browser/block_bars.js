// Horizontal bars. Lengths and sentences follow every frame; the order changes only when nothing moves.

import { element } from "./dom.js";
import { fill, template } from "./format.js";

export class Bars {
  constructor() {
    this.title = element("h4", { class: "hw9-title" });
    this.list = element("ul", { class: "hw9-bars" });
    this.element = element("section", {}, this.title, this.list);
  }

  update(spec) {
    this.title.textContent = spec.title;
    this.list.dataset.tone = spec.tone;
    this.bars = spec.bars.map((bar) => new Bar(bar));
    this.list.replaceChildren(...this.bars.map((bar) => bar.element));
  }

  show(values) {
    const longest = Math.max(...this.bars.map((bar) => values[bar.value]));
    for (const bar of this.bars) bar.show(values, longest);
  }

  settle(values) {
    const sorted = [...this.bars].sort((a, b) => values[b.value] - values[a.value]);
    sorted.forEach((bar, place) => (bar.element.style.order = place));
  }
}

class Bar {
  constructor({ label, value, sentence }) {
    this.value = value;
    this.sentence = template(sentence);
    this.fill = element("div", { class: "hw9-bar-fill" });
    this.text = element("span", { class: "hw9-bar-text" });
    const track = element("div", { class: "hw9-bar-track" }, this.fill);
    this.element = element("li", { "data-testid": `bar-${value}` }, element("span", {}, label), track, this.text);
  }

  show(values, longest) {
    const share = values[this.value];
    this.element.dataset.value = String(share);
    this.fill.style.transform = `scaleX(${longest > 0 ? share / longest : 0})`;
    this.text.textContent = fill(this.sentence, values);
  }
}
