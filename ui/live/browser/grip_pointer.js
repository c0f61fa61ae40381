// Handles under a pointer: a press within reach of one takes it, and it follows until release. Without a drag a
// handle is placed by two taps, one on it and one where it should be.

import { nearest } from "./grips.js";

const STILL = 6; // pixels that a tap may move

export class Pulls {
  /** `moved(grip, px, py)` and `released(grip)` hear of drags and taps, in pixels of the plot with `axes()`. */
  constructor(plot, targets, { axes, moved, released }) {
    Object.assign(this, { plot, grips: targets.grips, axes, moved, released });
    this.abort = new AbortController();
    const listen = (node, name, heard) => node.addEventListener(name, heard, { signal: this.abort.signal });
    listen(targets.element, "pointerdown", (event) => this.take(event));
    listen(plot, "focusout", () => this.choose(null)); // on a node of SVG it would make that a stop of Tab
    listen(plot, "pointerdown", (event) => this.begin(event));
    listen(plot, "pointermove", (event) => this.follow(event));
    listen(plot, "mousedown", (event) => this.chosen && event.preventDefault()); // it keeps the focus
    for (const name of ["pointerup", "pointercancel"]) listen(window, name, (event) => this.end(event));
  }

  take(event) {
    if (event.button !== 0) return;
    const box = this.plot.getBoundingClientRect();
    const grip = nearest(this.grips, this.axes(), ...within(event, box));
    if (!grip) return;
    this.held = { box, grip, id: event.pointerId, from: [event.clientX, event.clientY] };
    event.target.setPointerCapture(event.pointerId);
    event.preventDefault(); // no text is selected, and Plotly hears nothing
    grip.element.focus({ preventScroll: true });
    this.moved(grip, ...within(event, box));
  }

  begin(event) {
    if (this.held || !this.chosen || event.button !== 0) return;
    this.tap = { id: event.pointerId, from: [event.clientX, event.clientY] };
  }

  follow(event) {
    if (this.held?.id !== event.pointerId) return;
    if (isAway(event, this.held.from)) this.held.dragged = true;
    this.moved(this.held.grip, ...within(event, this.held.box));
  }

  end(event) {
    const { held, tap } = this;
    if (held?.id === event.pointerId) {
      this.held = null;
      this.choose(held.dragged ? null : held.grip);
      this.released(held.grip);
    } else if (tap?.id === event.pointerId) {
      this.tap = null;
      if (event.type === "pointerup" && !isAway(event, tap.from)) this.put(event);
    }
  }

  /** A tap on the plot places the chosen handle. */
  put(event) {
    const place = within(event, this.plot.getBoundingClientRect());
    if (!this.chosen || this.axes().some((axis, k) => axis.side(place[k]))) return;
    this.moved(this.chosen, ...place);
    this.released(this.chosen);
  }

  /** From now on a tap on the plot means `grip`; null: none. */
  choose(grip) {
    if (this.chosen === grip) return;
    this.chosen?.element.classList.remove("hw9-chosen");
    this.chosen = grip;
    grip?.element.classList.add("hw9-chosen");
  }

  remove() {
    this.abort.abort();
  }
}

const within = ({ clientX, clientY }, box) => [clientX - box.left, clientY - box.top];
const isAway = ({ clientX, clientY }, [x, y]) => Math.hypot(clientX - x, clientY - y) > STILL;
