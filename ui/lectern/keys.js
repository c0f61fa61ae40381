// The keys of a clicker. They press the story's own buttons, so that a story has one mechanism, and are heard
// before anything else on the page, a slider with the focus included; while a lecture is on, and only then.

const TYPED = 'input:not([type="range"]):not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable="true"]';
const OPEN = '[data-testid="stPopoverBody"], :popover-open, [role="dialog"]:not(.hw9-large)';
const END = ".st-key-lecture-end button";

const press = (selector) => {
  const button = document.querySelector(selector);
  button?.click();
  return button !== null;
};
const forwards = () => press(".st-key-story-next button");
const backwards = () => press(".st-key-story-back button");
const KEYS = {
  PageDown: forwards,
  PageUp: backwards,
  ArrowRight: () => isFree() && forwards(),
  ArrowLeft: () => isFree() && backwards(),
  F5: () => press('.st-key-story [role="radio"]:nth-of-type(2)'),
  Escape: () => !document.querySelector(OPEN) && press(END),
  b: blank,
  B: blank,
  ".": blank,
};

/** Nothing that could want an arrow key has the focus. */
function isFree() {
  const { activeElement, body } = document;
  return activeElement === null || activeElement === body || activeElement.matches('main, [data-testid="stMain"]');
}

let curtain = null;

/** The screen is black, in front of all else, until any key or press. */
function blank() {
  curtain = document.createElement("div");
  curtain.className = "hw9-curtain";
  curtain.dataset.testid = "curtain";
  curtain.popover = "manual";
  curtain.setAttribute("role", "dialog");
  curtain.setAttribute("aria-label", "The screen is blank. Press any key.");
  document.body.append(curtain);
  curtain.showPopover();
  curtain.addEventListener("pointerdown", unveil);
  return true;
}

function unveil() {
  curtain.remove();
  curtain = null;
}

function hear(event) {
  if (curtain) unveil();
  else if (!act(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** Does what a key is for; says whether it was one of the clicker's. */
function act({ key, target, repeat, ctrlKey, altKey, metaKey }) {
  if (!(key in KEYS) || ctrlKey || altKey || metaKey || !document.querySelector(END)) return false;
  if (target instanceof Element && target.matches(TYPED)) return false;
  return repeat || KEYS[key](); // a key that is held is one press
}

export default function mount() {
  if (globalThis.hw9Clicker) return;
  globalThis.hw9Clicker = true;
  window.addEventListener("keydown", hear, { capture: true });
}
