// A slider with its number field, preset buttons and, for time-like ones, a player. Moving it calls `moved(value)` at once; `committed()` is
// called once when the pointer lets go, after the last of a burst of arrow keys, or when a number is entered.

import { element } from "./dom.js";
import { fill, formatter, template } from "./format.js";
import { Player } from "./block_player.js";

const POSITIONS = 1000; // of a logarithmic slider
const DIGITS = 4; // of its values: enough for two positions to differ
const KEYBOARD_PAUSE_MS = 400;

export class Slider {
  constructor(name, host) {
    this.moved = (value) => host.moved(name, value);
    this.committed = () => host.committed();
    this.input = element("input", { type: "range", "data-testid": `control-${name}`, id: `hw9-${name}` });
    this.label = element("label", { class: "hw9-label", for: `hw9-${name}` });
    this.entry = element("input", { type: "number", class: "hw9-entry", "data-testid": `entry-${name}` });
    this.presets = element("div", { class: "hw9-presets" });
    this.answers = element("div", { class: "hw9-answers" });
    const track = element("div", { class: "hw9-track" }, this.input, this.answers);
    const line = element("div", { class: "hw9-slider" }, this.label, track, this.entry);
    this.element = element("div", { class: "hw9-control" }, line, this.presets);
    this.input.addEventListener("input", () => this.moved(this.fromPosition(Number(this.input.value))));
    this.input.addEventListener("change", () => this.commitSoon());
    this.input.addEventListener("pointerdown", () => {
      this.keyboard = false;
      this.grabbed();
    });
    this.input.addEventListener("keydown", () => (this.keyboard = true));
    this.input.addEventListener("blur", () => this.commitNow());
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
    this.moved(this.spec.tabulated ? this.onGrid(value) : value);
    this.committed();
  }

  // Arrow keys fire "change" at every press: wait for the pause. A pointer's release commits at once.
  commitSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.commitNow(), this.keyboard ? KEYBOARD_PAUSE_MS : 0);
  }

  /** Commits what waits for a pause: the focus goes elsewhere, where the next key may ask for the new value. */
  commitNow() {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.committed();
  }

  /** A key moved its handle on a plot: one commit after a burst of them. */
  commitAfterKeys() {
    this.keyboard = true;
    this.commitSoon();
  }

  fromPosition(position) {
    const { minimum, maximum } = this.spec;
    if (this.log) return Number((minimum * (maximum / minimum) ** (position / POSITIONS)).toPrecision(DIGITS));
    return this.spec.tabulated ? this.onGrid(position) : position;
  }

  toPosition(value) {
    const { minimum, maximum } = this.spec;
    if (!this.log) return value;
    return value <= minimum ? 0 : (POSITIONS * Math.log(value / minimum)) / Math.log(maximum / minimum);
  }

  /** The value that a pointer at `value` means: a position of the grid, or a number of few digits. */
  snapped(value) {
    const { minimum, maximum, precision, tabulated } = this.spec;
    const within = Math.min(Math.max(value, minimum), maximum);
    return tabulated ? this.onGrid(within) : Number(within.toFixed(Math.max(0, Math.round(-Math.log10(precision)))));
  }

  /** The value that many presses of an arrow from `value`; past its end a `turning` angle goes on from the other. */
  stepped(value, steps, turning) {
    const { minimum, maximum, step } = this.spec;
    if (this.log) return this.fromPosition(Math.min(Math.max(this.toPosition(value) + steps, 0), POSITIONS));
    const next = value + steps * step;
    const beyond = turning && (next > maximum || next < minimum);
    return this.snapped(beyond ? next - Math.sign(steps) * (maximum - minimum) : next);
  }

  /** The position of a tabulated slider next to `value`, the same double that Python's grid holds. */
  onGrid(value) {
    const { minimum, maximum, step } = this.spec;
    const last = Math.round((maximum - minimum) / step);
    const k = Math.min(Math.max(Math.round((value - minimum) / step), 0), last);
    const places = Math.max(10, 4 - Math.floor(Math.log10(step)));
    return Number((minimum + step * k).toFixed(Math.min(places, 100)));
  }

  /** Marks below the slider an answer and the truth, for a control without a handle on a figure. */
  showAnswer(answer) {
    const mine = answer?.control === this.spec.name;
    this.answers.replaceChildren(...(mine ? [this.answerAt("said", answer), this.answerAt("truth", answer)] : []));
  }

  answerAt(kind, answer) {
    const words = answer.words[kind === "said" ? 0 : 1];
    const { min, max } = this.input;
    const at = (this.toPosition(answer[kind]) - min) / (max - min);
    const node = element("span", { class: `hw9-answer hw9-answer-${kind}` }, words);
    node.classList.toggle("hw9-answer-left", at > 0.5); // so that its words stay below the slider
    node.style.setProperty("--at", at);
    return node;
  }

  /** A hand took the control: what moves by itself stops. */
  grabbed() {
    this.player?.stop();
  }

  show(values) {
    this.values = values;
    const value = values[this.spec.name];
    this.input.value = this.toPosition(value);
    this.input.setAttribute("aria-valuetext", fill(this.valueText, values));
    if (!this.typing) this.entry.value = this.written(value);
  }

  /** What a screen reader says of its position. */
  said() {
    return this.input.getAttribute("aria-valuetext");
  }

  /** What the number box says: the format's digits, or six where those are not the whole number. */
  written(value) {
    const text = this.format(value).replaceAll(",", "").replaceAll("\u2212", "-");
    return this.spec.drives || Number(text) === value ? text : String(Number(value.toPrecision(6)));
  }
}
