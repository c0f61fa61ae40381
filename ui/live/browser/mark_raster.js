// An image under a plot, such as a density on a grid, for every row of a table.

import { straight } from "./axes.js";
import { svg } from "./dom.js";
import { PlotWindow } from "./paint.js";

export class Raster {
  constructor({ levels, row, x, y, color }, arrays) {
    this.levels = arrays[levels];
    this.row = row;
    this.ranges = [x, y];
    this.color = color;
    this.images = []; // a row's image is made when it is first shown
    this.group = svg("g");
    this.window = new PlotWindow(this.group);
    this.element = svg("g", { "data-raster": levels }, this.window.defs, this.group);
  }

  place(x, y) {
    this.window.place(x, y);
    const [[left, right], [bottom, top]] = [x, y].map((axis, i) => {
      const [origin, scale] = straight(axis);
      return this.ranges[i].map((value) => origin + scale * value);
    });
    this.box = { x: left, y: top, width: right - left, height: bottom - top };
    for (const image of this.images) if (image) this.fit(image);
  }

  fit(image) {
    for (const [name, value] of Object.entries(this.box)) image.setAttribute(name, value);
  }

  show(values) {
    const row = values[this.row];
    this.element.style.display = Number.isNaN(row) ? "none" : "";
    if (Number.isNaN(row)) return;
    const last = this.levels.shape[0] - 1;
    this.wanted = Math.min(Math.max(Math.round(row), 0), last);
    this.images[this.wanted] ??= this.made(this.wanted);
    this.swap();
  }

  // The image shown before stays until the wanted one is decoded: no frame is empty.
  swap() {
    const image = this.images[this.wanted];
    if (image === this.shown || !image.ready) return;
    if (this.shown) this.shown.style.display = "none";
    image.style.display = "";
    this.shown = image;
  }

  made(row) {
    const image = svg("image", { href: this.encoded(row), preserveAspectRatio: "none", "data-row": row });
    image.style.display = "none";
    image.addEventListener("load", () => {
      image.ready = true;
      this.swap();
    });
    this.fit(image);
    this.group.append(image);
    return image;
  }

  /** The image of one row as a data URL: a level is how opaque the colour is. */
  encoded(row) {
    const [, height, width] = this.levels.shape;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(width, height);
    for (let i = 0; i < height; i += 1) {
      const start = (row * height + height - 1 - i) * width; // the table's first line is the image's lowest
      for (let j = 0; j < width; j += 1) pixels.data[4 * (i * width + j) + 3] = this.levels[start + j];
    }
    context.putImageData(pixels, 0, 0);
    context.globalCompositeOperation = "source-in";
    context.fillStyle = this.color;
    context.fillRect(0, 0, width, height);
    return canvas.toDataURL();
  }
}
