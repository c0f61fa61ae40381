// Images around a threshold. Which images, their scores and classes follow every frame; their pictures are
// asked for only when nothing has moved for a moment, and each is asked for once.

import { element } from "./dom.js";
import { countNotAbove } from "./kernels.js";

const REST_MS = 120;

export class Gallery {
  constructor(name, host) {
    this.host = host;
    this.strips = element("div", { class: "hw9-strips" });
    // In the browser's top layer, so that it moves nothing; "manual", for a press elsewhere, as on τ, leaves it.
    this.large = element("div", { class: "hw9-large", "data-testid": `large-${name}`, popover: "manual", role: "dialog" });
    this.caption = element("p", { class: "hw9-caption" });
    this.element = element("section", { "data-testid": `gallery-${name}` }, this.large, this.strips, this.caption);
  }

  update(spec, scene) {
    this.spec = spec;
    this.pictures = new Set();
    this.caption.textContent = spec.caption;
    this.element.style.setProperty("--ratio", spec.ratio);
    this.rows = spec.strips.map((strip) => new Strip(strip, scene.arrays, this));
    this.strips.replaceChildren(...this.rows.map((row) => row.element));
    this.close();
  }

  show(values) {
    for (const row of this.rows) row.show(values);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), REST_MS);
  }

  settle() {
    clearTimeout(this.timer);
    for (const row of this.rows) row.load();
  }

  url(imageSet, index) {
    return `${this.spec.address}/${imageSet}/${index}.png`;
  }

  enlarge(tile) {
    this.abort?.abort();
    this.host.local(this.spec.picked, tile.score);
    const words = `${tile.what}: ${tile.text.textContent}`;
    const close = element("button", { type: "button", class: "hw9-button" }, "close");
    const picture = element("img", { src: this.url(tile.imageSet, tile.index), alt: tile.text.textContent });
    this.large.replaceChildren(picture, element("p", {}, words), close);
    this.large.setAttribute("aria-label", words);
    this.large.showPopover();
    close.focus();
    close.addEventListener("click", () => this.close(tile.element));
    this.abort = new AbortController();
    const onKey = ({ key }) => key === "Escape" && this.close(tile.element);
    document.addEventListener("keydown", onKey, { signal: this.abort.signal });
  }

  /** Nothing is enlarged; the focus goes back to `opener` if it was in what is closed. */
  close(opener) {
    this.abort?.abort();
    this.host.local(this.spec.picked, NaN);
    const held = this.large.contains(document.activeElement);
    if (this.large.matches(":popover-open")) this.large.hidePopover();
    if (held) opener?.focus();
  }
}

class Strip {
  constructor(spec, arrays, gallery) {
    this.spec = spec;
    this.order = arrays[spec.order];
    this.scores = arrays[spec.scores];
    this.classes = arrays[spec.classes];
    this.tiles = Array.from({ length: spec.count }, () => new Tile(spec, gallery));
    const heading = element("h4", { class: "hw9-title" }, spec.title);
    const row = element("div", { class: "hw9-strip" }, ...this.tiles.map((tile) => tile.element));
    row.style.setProperty("--count", spec.count);
    this.element = element("div", { "data-strip": `${spec.image_set}-${spec.side}` }, heading, row);
  }

  show(values) {
    const passed = countNotAbove(this.scores, values[this.spec.at]);
    this.tiles.forEach((tile, i) => {
      const rank = this.rank(i, passed);
      if (rank === null) tile.clear();
      else tile.show(this.order[rank], this.scores[rank], this.spec.class_names[this.classes[this.order[rank]]]);
    });
  }

  /** Where in ascending order of score the strip's image number `i` stands; null when there is none. */
  rank(i, passed) {
    const n = this.scores.length;
    const rank = { below: passed - 1 - i, above: passed + i, lowest: i, highest: n - 1 - i }[this.spec.side];
    const exists = { below: rank >= 0, above: rank < n, lowest: rank < passed, highest: rank >= passed };
    return exists[this.spec.side] ? rank : null;
  }

  load() {
    for (const tile of this.tiles) tile.load();
  }
}

class Tile {
  constructor({ image_set: imageSet, title }, gallery) {
    this.imageSet = imageSet;
    this.what = title;
    this.gallery = gallery;
    this.picture = element("img", { alt: "", hidden: "" });
    this.text = element("span", { class: "hw9-tile-text" });
    this.element = element("button", { type: "button", class: "hw9-image", "data-testid": "tile" });
    this.element.append(element("span", { class: "hw9-frame" }, this.picture), this.text);
    this.element.addEventListener("click", () => gallery.enlarge(this));
  }

  show(index, score, className) {
    this.element.style.visibility = "visible";
    if (index === this.index) return;
    this.index = index;
    this.score = score;
    this.element.dataset.index = index;
    this.element.dataset.score = score;
    this.text.textContent = `${className} \u00b7 ${score.toFixed(2)}`;
    this.picture.hidden = true;
    if (this.gallery.pictures.has(index + this.imageSet)) this.load();
  }

  clear() {
    this.index = undefined;
    delete this.element.dataset.index;
    this.element.style.visibility = "hidden";
  }

  load() {
    if (this.index === undefined || (!this.picture.hidden && this.loaded === this.index)) return;
    this.loaded = this.index;
    this.gallery.pictures.add(this.index + this.imageSet);
    this.picture.src = this.gallery.url(this.imageSet, this.index);
    this.picture.alt = `${this.what}, ${this.text.textContent}`;
    this.picture.hidden = false;
  }
}
