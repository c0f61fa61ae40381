// A slider with its number field, preset buttons and, for time-like ones, a player. Moving it calls `moved(value)` at once; `committed()` is
// called once when the pointer lets go, after the last of a burst of arrow keys, or when a number is entered.

import { element } from "./dom.js";
import { fill, formatter, template } from "./format.js";
import { Player } from "./block_player.js";

const POSITIONS = 1000; // of a logarithmic slider
const KEYBOARD_PAUSE_MS = 400;

export class Slider {
  constructor(name, host) {
    this.moved = (value) => host.moved(name, value);
    this.committed = () => host.committed();
    this.input = element("input", { type: "range", "data-testid": `control-${name}`, id: `hw9-${name}` });
    this.label = element("label", { class: "hw9-label", for: `hw9-${name}` });
    this.entry = element("input", { type: "number", class: "hw9-entry", "data-testid": `entry-${name}` });
    this.presets = element("div", { class: "hw9-presets" });
    const line = element("div", { class: "hw9-slider" }, this.label, this.input, this.entry);
    this.element = element("div", { class: "hw9-control" }, line, this.presets);
    this.input.addEventListener("input", () => this.moved(this.fromPosition(Number(this.input.value))));
    this.input.addEventListener("change", () => this.commitSoon());
    this.input.addEventListener("pointerdown", () => (this.keyboard = false));
    this.input.addEventListener("keydown", () => (this.keyboard = true));
    this.entry.addEventListener("input", () => (this.typing = true)); // no frame writes over what is being typed
    this.entry.addEventListener("blur", () => (this.typing = false));
    this.entry.addEventListener("change", () => this.enter());
  }

  update(spec) {
    this.spec = spec;
    this.log = spec.scale === "log";
    const range = this.log ? [0, POSITIONS, 1] : [spec.minimum, spec.maximum, spec.step];
    ["min", "max", "step"].forEach((name, i) => (this.input[name] = range[i]));
    this.label.textContent = spec.label;
    this.entry.step = "any";
    this.entry.setAttribute("aria-label", `${spec.label}, exact value`);
    this.format = formatter(spec.format);
    this.valueText = template(spec.value_text);
    if (spec.play && !this.player) {
      this.player = new Player(this);
      this.element.append(this.player.element);
    }
    this.presets.replaceChildren(...spec.presets.map((preset) => this.presetButton(preset)));
  }

  presetButton({ label, value }) {
    const button = element("button", { type: "button", class: "hw9-button" }, label);
    button.addEventListener("click", () => {
      this.moved(value);
      this.committed();
    });
    return button;
  }

  enter() {
    this.typing = false;
    const value = this.entry.valueAsNumber;
    if (!Number.isFinite(value)) return this.show(this.values); // an empty field: the last good number stays
    this.moved(value);
    this.committed();
  }

  // Arrow keys fire "change" at every press: wait for the pause. A pointer's release commits at once.
  commitSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.committed(), this.keyboard ? KEYBOARD_PAUSE_MS : 0);
  }

  fromPosition(position) {
    const { minimum, maximum } = this.spec;
    return this.log ? minimum * (maximum / minimum) ** (position / POSITIONS) : position;
  }

  toPosition(value) {
    const { minimum, maximum } = this.spec;
    if (!this.log) return value;
    return value <= minimum ? 0 : (POSITIONS * Math.log(value / minimum)) / Math.log(maximum / minimum);
  }

  /** Rounds a value read off a pointer's pixel to the control's precision, as a number of few digits. */
  snap(value) {
    const digits = Math.max(0, Math.round(-Math.log10(this.spec.precision)));
    return Number(value.toFixed(digits));
  }

  /** The nearest position of the slider itself, within its range. */
  snapToStep(value) {
    const { minimum, maximum, step } = this.spec;
    const position = minimum + step * Math.round((value - minimum) / step);
    return this.snap(Math.min(Math.max(position, minimum), maximum));
  }

  show(values) {
    this.values = values;
    const value = values[this.spec.name];
    this.input.value = this.toPosition(value);
    this.input.setAttribute("aria-valuetext", fill(this.valueText, values));
    if (!this.typing) this.entry.value = this.format(value).replaceAll(",", "").replace("\u2212", "-");
  }
}
