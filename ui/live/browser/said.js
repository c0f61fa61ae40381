// What is said aloud after a release: the key readouts, once, where on the screen they change in every frame.

import { element } from "./dom.js";

const MOST = 5; // readouts: whoever wants more finds each by its name

export class Said {
  constructor(name) {
    this.element = element("div", { class: "hw9-unseen", role: "status", "data-testid": `said-${name}` });
  }

  /** Says the readouts among `blocks` that stand on the stage. What a prediction hides is not given away. */
  say(blocks, stage) {
    const groups = blocks.filter((block) => block.readouts && stage.contains(block.element));
    const readouts = groups.flatMap((group) => group.readouts).filter((readout) => readout.isSeen());
    this.element.textContent = readouts.slice(0, MOST).map((readout) => readout.words()).join("; ");
  }
}
