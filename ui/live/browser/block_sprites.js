// Grey 28 x 28 images that change with a value, such as reconstructions over the epochs of a training.

import { element } from "./dom.js";

const SIDE = 28;

export class Sprites {
  constructor() {
    this.title = element("h4", { class: "hw9-title" });
    this.list = element("div", { class: "hw9-sprites" });
    this.element = element("section", {}, this.title, this.list);
  }

  update(spec, scene) {
    this.spec = spec;
    this.images = scene.arrays[spec.images];
    this.title.textContent = spec.title;
    this.canvases = spec.labels.map((label) => element("canvas", { width: SIDE, height: SIDE, "aria-label": label }));
    const figures = this.canvases.map((canvas, i) => element("figure", {}, canvas, element("figcaption", {}, spec.labels[i])));
    this.list.replaceChildren(...figures);
    this.row = undefined;
  }

  show(values) {
    const row = Math.round(values[this.spec.row]);
    if (row === this.row) return;
    this.row = row;
    this.canvases.forEach((canvas, i) => {
      const start = (row * this.canvases.length + i) * SIDE * SIDE;
      const pixels = new ImageData(SIDE, SIDE);
      for (let k = 0; k < SIDE * SIDE; k += 1) {
        const grey = this.images[start + k];
        pixels.data.set([grey, grey, grey, 255], 4 * k);
      }
      canvas.getContext("2d").putImageData(pixels, 0, 0);
    });
  }
}
