// A table whose cells Python sends beside the scene; a row's button sets the table's control.

import { element } from "./dom.js";

export class Table {
  constructor(name, host) {
    this.name = name;
    this.host = host;
    const id = `hw9-table-${name}`;
    this.title = element("h4", { class: "hw9-title", id });
    this.table = element("table", { class: "hw9-table", "data-testid": `table-${name}`, "aria-labelledby": id });
    // On a phone it scrolls sideways on its own, also by keyboard.
    const scrolls = { class: "hw9-scroll", role: "group", "aria-labelledby": id, tabindex: 0 };
    this.element = element("section", scrolls, this.title, this.table);
  }

  update(spec) {
    this.spec = spec;
    this.title.textContent = spec.title;
    this.shown = undefined;
  }

  /** Cells arrive with every rerun; the table is built anew only when they changed. */
  fill(rows) {
    const text = JSON.stringify(rows);
    if (text === this.shown) return;
    this.shown = text;
    const headings = [...this.spec.columns, ...(this.spec.control ? [""] : [])];
    const head = element("tr", {}, ...headings.map((column) => element("th", { scope: "col" }, column)));
    this.table.replaceChildren(element("thead", {}, head), element("tbody", {}, ...rows.map((row) => this.row(row))));
  }

  row({ cells, value }) {
    const [first, ...rest] = cells;
    const row = element("tr", {}, element("th", { scope: "row" }, first), ...rest.map((cell) => element("td", {}, cell)));
    if (!this.spec.control) return row;
    const button = element("button", { type: "button", class: "hw9-button" }, "use");
    button.setAttribute("aria-label", `use ${first}`);
    button.disabled = value === null;
    button.addEventListener("click", () => {
      this.host.moved(this.spec.control, value);
      this.host.committed();
    });
    row.append(element("td", {}, button));
    return row;
  }
}
