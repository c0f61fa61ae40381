// The browser's history: one entry for every deliberate step, so that Back undoes steps and leaves the page last.
//
// Streamlit replaces the entry where a widget of its own changes the address, and pushes one for every parameter
// that the page writes there. Here a step decides instead: what a press of the pointer or of a key changes is one
// entry, whoever writes it and in however many parts, and what changes without a hand amends the entry.

const BURST_MS = 2000; // keys on one element that follow each other within this are one step

/** From now on an address of the same page makes an entry once a step. Asked again, it does nothing. */
export function recordSteps() {
  globalThis.hw9Steps ??= new Steps(globalThis.history);
}

class Steps {
  constructor(history) {
    this.push = history.pushState.bind(history);
    this.replace = history.replaceState.bind(history);
    this.step = this.recorded = 0;
    history.pushState = history.replaceState = (...entry) => this.write(...entry);
    const heard = { capture: true, passive: true };
    globalThis.addEventListener("pointerdown", () => this.begin(), heard);
    globalThis.addEventListener("keydown", (event) => this.press(event), heard);
    globalThis.addEventListener("popstate", () => (this.recorded = this.step), heard); // its answer amends it
  }

  begin() {
    this.step += 1;
    this.pressed = undefined;
  }

  press({ target, timeStamp, repeat }) {
    const goesOn = repeat || (this.pressed === target && timeStamp - this.last < BURST_MS);
    if (!goesOn) this.begin();
    [this.pressed, this.last] = [target, timeStamp];
  }

  write(state, title, address) {
    const to = new URL(address ?? location.href, document.baseURI);
    const isNew = to.pathname !== location.pathname || (this.step !== this.recorded && to.href !== location.href);
    if (isNew) this.recorded = this.step;
    (isNew ? this.push : this.replace)(state, title, address);
  }
}
