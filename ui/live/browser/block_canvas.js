// A square to draw on. Each finished stroke commits the picture, as grey bytes in base64, and each picture has a
// higher serial number than the one before, also when that was drawn on another canvas.

import { element } from "./dom.js";

const PAUSE_MS = 250; // a digit of several strokes is sent once
// Drawings for who cannot draw, or will not: strokes through points in shares of the side.
const ready = (name, ...strokes) => ({ name, strokes });
const arc = (x, y, radius, from, to) => Array.from({ length: 33 }, (_, i) => {
  const angle = (from + ((to - from) * i) / 32) * 2 * Math.PI;
  return [x + radius * Math.sin(angle), y - radius * Math.cos(angle)];
});
const READY = [
  ready("a one", [[0.42, 0.3], [0.52, 0.2], [0.5, 0.8]]),
  ready("a three", arc(0.47, 0.34, 0.16, -0.2, 0.5), arc(0.47, 0.66, 0.16, 0, 0.7)),
  ready("a zero", arc(0.5, 0.5, 0.24, 0, 1)),
  ready("a face", arc(0.5, 0.5, 0.36, 0, 1), [[0.38, 0.4], [0.38, 0.42]], [[0.62, 0.4], [0.62, 0.42]], arc(0.5, 0.5, 0.2, 0.33, 0.67)),
];

export class Canvas {
  constructor(name, host) {
    this.host = host;
    this.serial = 0;
    this.title = element("h4", { class: "hw9-title" });
    this.canvas = element("canvas", { class: "hw9-canvas", "data-testid": `canvas-${name}`, role: "img", "aria-label": "drawing area" });
    const clear = element("button", { type: "button", class: "hw9-button" }, "clear");
    clear.addEventListener("click", () => this.clear());
    const buttons = READY.map((drawing) => this.readyButton(drawing));
    const row = element("div", { class: "hw9-presets" }, clear, ...buttons);
    this.element = element("section", {}, this.title, this.canvas, row);
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
    this.line(this.last, next);
    this.last = next;
  }

  /** White ink along points in the canvas's own pixels. */
  line(...points) {
    Object.assign(this.context, { strokeStyle: "white", lineWidth: this.canvas.width / 12, lineCap: "round" });
    this.context.beginPath();
    for (const point of points) this.context.lineTo(...point); // the first only begins
    this.context.stroke();
  }

  readyButton({ name, strokes }) {
    const button = element("button", { type: "button", class: "hw9-button" }, name);
    button.addEventListener("click", () => {
      clearTimeout(this.timer);
      this.wipe();
      for (const stroke of strokes) this.line(...stroke.map((point) => point.map((share) => share * this.canvas.width)));
      this.send(this.encoded());
    });
    return button;
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
