// What is said aloud after a release: the key readouts, once, where on the screen they change in every frame.

import { element } from "./dom.js";

const MOST = 5; // readouts: whoever wants more finds each by its name

export class Said {
  constructor(name) {
    this.element = element("div", { class: "hw9-unseen", role: "status", "data-testid": `said-${name}` });
  }

  /** `groups` are those of the stage. What a prediction still hides is not given away. */
  say(groups) {
    const readouts = groups.flatMap((group) => group.readouts).filter((readout) => readout.isSeen());
    this.element.textContent = readouts.slice(0, MOST).map((readout) => readout.words()).join("; ");
  }
}
