// Play, pause, step and speed for a time-like slider. Nothing plays by itself, and where the system asks for
// reduced motion only the steps remain.

import { element } from "./dom.js";

const SPEEDS = [0.5, 1, 2, 4];

export class Player {
  constructor(slider) {
    this.slider = slider;
    this.toggle = this.button("play", () => (this.playing ? this.pause() : this.play()));
    this.toggle.dataset.testid = `play-${slider.spec.name}`;
    this.speed = element("select", { class: "hw9-entry", "aria-label": "speed" });
    this.speed.append(...SPEEDS.map((speed) => element("option", { value: speed }, `speed \u00d7 ${speed}`)));
    this.speed.value = "1";
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    const adapt = () => {
      this.toggle.hidden = this.speed.hidden = still.matches;
      if (still.matches) this.pause();
    };
    still.addEventListener("change", adapt);
    const back = this.button("step back", () => this.step(-1));
    const forward = this.button("step forward", () => this.step(1));
    this.element = element("div", { class: "hw9-presets" }, this.toggle, back, forward, this.speed);
    adapt();
  }

  button(label, action) {
    const button = element("button", { type: "button", class: "hw9-button" }, label);
    button.addEventListener("click", action);
    return button;
  }

  /** One step; says whether another one forward is possible. */
  move(direction) {
    const { name, minimum, maximum, step, tabulated } = this.slider.spec;
    const next = Math.min(Math.max(this.slider.values[name] + direction * step, minimum), maximum);
    const value = tabulated ? this.slider.onGrid(next) : next;
    this.slider.moved(value);
    return value < maximum;
  }

  step(direction) {
    this.pause();
    this.move(direction);
    this.slider.committed();
  }

  play() {
    const { spec, values } = this.slider;
    if (values[spec.name] >= spec.maximum) this.slider.moved(spec.minimum);
    this.toggle.textContent = "pause";
    this.wait();
  }

  wait() {
    const pause = 1000 / (this.slider.spec.play * Number(this.speed.value));
    this.playing = setTimeout(() => (this.move(1) ? this.wait() : this.pause()), pause);
  }

  /** Stops without a commit: whoever stops it goes on to move the slider. */
  stop() {
    clearTimeout(this.playing);
    this.playing = undefined;
    this.toggle.textContent = "play";
  }

  /** Stops, and commits where it stopped. */
  pause() {
    if (this.playing === undefined) return;
    this.stop();
    this.slider.committed();
  }
}
