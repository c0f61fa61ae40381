// Handles under the keyboard. Each is a stop of Tab, as points are in a graphing calculator: the arrows move the
// one with the focus, so that a key of its own to get to the next would have to be learned. A handle that stands
// in a second figure too is no second stop.

const COARSE = 10; // steps at once with Shift
const ACROSS = { ArrowRight: 1, ArrowLeft: -1 };
const UP = { ArrowUp: 1, ArrowDown: -1 };
const ENDS = { Home: "minimum", End: "maximum" };

export class Keys {
  /** `moved(name, value)` hears what a key does to a control. */
  constructor(grips, blocks, moved) {
    this.blocks = blocks;
    this.moved = moved;
    this.grips = grips;
    for (const grip of grips) {
      grip.element.addEventListener("keydown", (event) => this.press(event, grip));
      grip.element.addEventListener("blur", () => this.leave(grip));
    }
  }

  /** Says what each handle is called and may be; `isFirst(grip)` is false where another figure has it. */
  name(isFirst) {
    for (const grip of this.grips) {
      const specs = grip.controls.map((name) => this.blocks[`control:${name}`].spec);
      const [first, second] = specs.map(({ label }) => label);
      const { minimum, maximum } = specs[0];
      write(grip.element, {
        tabindex: isFirst(grip) ? 0 : -1,
        role: "slider",
        "aria-label": second ? `${first}, left and right; ${second}, up and down` : `${first}, in the figure`,
        "aria-valuemin": minimum,
        "aria-valuemax": maximum,
      });
    }
  }

  press(event, grip) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const aim = this.aim(event, grip);
    if (!aim) return;
    event.preventDefault();
    const [name, value] = aim;
    const control = this.blocks[`control:${name}`];
    this.values = { ...this.values, [name]: value }; // several presses may come before the next frame
    this.pressed = true;
    this.moved(name, value);
    control.commitAfterKeys();
  }

  leave({ controls }) {
    for (const name of controls) this.blocks[`control:${name}`].commitNow();
  }

  /** The control that a key moves, and to what; nothing for other keys. */
  aim({ key, shiftKey }, { controls, turning }) {
    const k = key in UP && controls.length > 1 ? 1 : 0;
    const control = this.blocks[`control:${controls[k]}`];
    if (key in ENDS) return controls.length === 1 ? [controls[0], control.spec[ENDS[key]]] : undefined;
    const direction = ACROSS[key] ?? UP[key];
    if (!direction) return undefined;
    const steps = direction * (shiftKey ? COARSE : 1);
    return [controls[k], control.stepped(this.values[controls[k]], steps, turning === controls[k])];
  }

  /** In every frame: only after a key something is written, what the handle with the focus stands at. */
  show(values) {
    this.values = values;
    if (this.pressed) this.settle();
  }

  /** When nothing moves: what every handle stands at. */
  settle() {
    this.pressed = false;
    for (const grip of this.grips) {
      const words = grip.controls.map((name) => this.blocks[`control:${name}`].said());
      write(grip.element, { "aria-valuenow": this.values[grip.controls[0]], "aria-valuetext": words.join("; ") });
    }
  }
}

/** Says of each handle that it is asked about whether none before it moves the same controls. */
export function firstOnes() {
  const seen = new Set();
  return ({ element: { dataset } }) => seen.size < seen.add(dataset.grip).size;
}

function write(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
  }
}
