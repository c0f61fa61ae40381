// Lines of text that follow their values: formulas with the numbers in them.

import { element } from "./dom.js";
import { fill, template } from "./format.js";

export class Lines {
  constructor(name) {
    this.title = element("h4", { class: "hw9-title" });
    this.list = element("div", { class: "hw9-lines", "data-testid": `lines-${name}` });
    this.element = element("section", {}, this.title, this.list);
  }

  update(spec) {
    this.title.textContent = spec.title;
    this.title.hidden = !spec.title;
    this.lines = spec.lines.map((text) => ({ parts: template(text), node: element("p") }));
    this.list.replaceChildren(...this.lines.map((line) => line.node));
  }

  show(values) {
    for (const line of this.lines) {
      const text = fill(line.parts, values);
      if (text === line.shown) continue;
      line.shown = text;
      line.node.textContent = text;
    }
  }
}
