// Signed bars that add up: each begins where the one before ended; the last one spans the whole sum.

import { element } from "./dom.js";
import { formatter } from "./format.js";

export class Waterfall {
  constructor(name) {
    this.name = name;
    this.title = element("h4", { class: "hw9-title" });
    this.list = element("ul", { class: "hw9-waterfall" });
    this.ends = element("div", { class: "hw9-waterfall-ends", "aria-hidden": "true" });
    this.element = element("section", {}, this.title, this.list, this.ends);
  }

  update({ title, terms, total, format }) {
    this.title.textContent = title;
    this.format = formatter(format);
    this.terms = terms.map((term) => new Bar(term, this.name));
    this.total = new Bar({ ...total, tone: "total" }, this.name);
    this.low = element("span");
    this.high = element("span");
    this.list.replaceChildren(...[...this.terms, this.total].map((bar) => bar.element));
    this.ends.replaceChildren(this.low, this.high);
  }

  show(values) {
    const sums = [0];
    for (const term of this.terms) sums.push(sums.at(-1) + values[term.value]);
    const limit = roundLimit(Math.max(...sums));
    const from = Math.min(...sums) < 0 ? -roundLimit(-Math.min(...sums)) : 0;
    this.terms.forEach((term, i) => term.show(sums[i], sums[i + 1], from, limit, this.format(values[term.value])));
    this.total.show(0, values[this.total.value], from, limit, this.format(values[this.total.value]));
    this.low.textContent = this.write(from);
    this.high.textContent = this.write(limit);
  }

  write(value) {
    return String(value).replace("-", "\u2212");
  }
}

/** The next of 1, 2, 5, 10, ...: the scale of the bars changes seldom, so that lengths can be compared. */
function roundLimit(size) {
  if (!(size > 0 && Number.isFinite(size))) return 1;
  const decade = 10 ** Math.floor(Math.log10(size));
  const limit = [1, 2, 5, 10].find((step) => size <= step * decade) * decade;
  return Number(limit.toPrecision(3));
}

class Bar {
  constructor({ label, value, tone }, name) {
    this.value = value;
    this.fill = element("div", { class: "hw9-waterfall-fill" });
    this.zero = element("div", { class: "hw9-waterfall-zero" });
    this.number = element("span", { class: "hw9-waterfall-number" });
    const track = element("div", { class: "hw9-bar-track hw9-waterfall-track" }, this.fill, this.zero);
    const id = `waterfall-${name}-${value}`;
    this.element = element("li", { "data-testid": id, "data-tone": tone }, element("span", {}, label), track, this.number);
  }

  show(start, end, from, limit, text) {
    const share = (value) => (100 * (value - from)) / (limit - from);
    const [left, right] = [Math.min(start, end), Math.max(start, end)].map(share);
    this.element.dataset.value = String(end - start);
    this.element.dataset.start = String(start);
    this.element.dataset.sign = end < start ? "negative" : "positive";
    this.fill.style.transform = `translateX(${left}%) scaleX(${(right - left) / 100})`;
    this.zero.style.transform = `translateX(${share(0)}%)`;
    this.number.textContent = text;
  }
}
