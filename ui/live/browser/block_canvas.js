// A square to draw on. Each finished stroke commits the picture, as grey bytes in base64, and each picture has a
// higher serial number than the one before, also when that was drawn on another canvas.

import { element } from "./dom.js";

const PAUSE_MS = 250; // a digit of several strokes is sent once

export class Canvas {
  constructor(name, host) {
    this.host = host;
    this.serial = 0;
    this.title = element("h4", { class: "hw9-title" });
    this.canvas = element("canvas", { class: "hw9-canvas", "data-testid": `canvas-${name}`, "aria-label": "drawing area" });
    const clear = element("button", { type: "button", class: "hw9-button" }, "clear");
    clear.addEventListener("click", () => this.clear());
    this.element = element("section", {}, this.title, this.canvas, clear);
    this.canvas.addEventListener("pointerdown", (event) => this.start(event));
    this.canvas.addEventListener("pointermove", (event) => this.draw(event));
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, () => this.finish());
  }

  update({ title, size }) {
    this.title.textContent = title;
    if (this.canvas.width === size) return; // setting the size would wipe the drawing
    this.canvas.width = size;
    this.canvas.height = size;
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
    this.wipe();
  }

  wipe() {
    this.context.fillStyle = "black";
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  start(event) {
    clearTimeout(this.timer);
    const box = this.canvas.getBoundingClientRect();
    this.stroke = { left: box.left, top: box.top, scale: this.canvas.width / box.width };
    this.canvas.setPointerCapture(event.pointerId);
    this.last = this.position(event);
    this.draw(event);
  }

  position({ clientX, clientY }) {
    const { left, top, scale } = this.stroke;
    return [(clientX - left) * scale, (clientY - top) * scale];
  }

  draw(event) {
    if (!this.stroke) return;
    const next = this.position(event);
    Object.assign(this.context, { strokeStyle: "white", lineWidth: this.canvas.width / 12, lineCap: "round" });
    this.context.beginPath();
    this.context.moveTo(...this.last);
    this.context.lineTo(...next);
    this.context.stroke();
    this.last = next;
  }

  finish() {
    if (!this.stroke) return;
    this.stroke = null;
    this.timer = setTimeout(() => this.send(this.encoded()), PAUSE_MS);
  }

  clear() {
    clearTimeout(this.timer);
    this.wipe();
    this.send(null);
  }

  send(pixels) {
    this.serial += 1;
    this.host.send("drawing", { pixels, serial: this.serial });
  }

  /** Show what was drawn on an earlier canvas; its own last drawing comes back with every rerun. */
  restore(drawing) {
    if (!drawing || drawing.serial <= this.serial) return;
    this.serial = drawing.serial;
    this.wipe();
    if (drawing.pixels === null) return;
    const grey = Uint8Array.from(atob(drawing.pixels), (character) => character.charCodeAt(0));
    const { width, height } = this.canvas;
    if (grey.length !== width * height) return;
    const picture = this.context.createImageData(width, height);
    grey.forEach((level, i) => picture.data.set([level, level, level, 255], 4 * i));
    this.context.putImageData(picture, 0, 0);
  }

  encoded() {
    const { data } = this.context.getImageData(0, 0, this.canvas.width, this.canvas.height);
    const grey = new Uint8Array(data.length / 4).map((_, i) => data[4 * i]);
    return btoa(Array.from(grey, (byte) => String.fromCharCode(byte)).join(""));
  }
}
