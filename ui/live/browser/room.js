// The room of a stage: the height of the window from the stage's top on. Measured when the page's layout changes,
// never in a frame; CSS shares it among the figures, between their least and their natural height.

const LEAST = 352; // pixels: below this a stage that begins so low has to be scrolled to, and then has the window
const MARGIN = 8;
const ROW = 130; // pixels of a group of readouts that are kept free below the first figure of a single column

export class Room {
  constructor(root) {
    this.root = root;
    this.written = {};
    this.leading = []; // what stands with the first figure where there is room for one column only
    const page = root.closest('[data-testid="stMainBlockContainer"]') ?? document.body;
    this.measure = () => {
      cancelAnimationFrame(this.waiting);
      this.waiting = requestAnimationFrame(() => this.read());
    };
    this.observer = new ResizeObserver(this.measure); // what stands above the stage may have come, or grown
    this.observer.observe(page);
    this.observer.observe(root); // which may have been hidden
    window.addEventListener("resize", this.measure);
  }

  read() {
    if (!this.root.isConnected) return;
    const window_ = scroller(this.root);
    const head = document.querySelector('[data-testid="stHeader"]')?.getBoundingClientRect().bottom ?? 0;
    const top = this.root.getBoundingClientRect().top - window_.getBoundingClientRect().top + window_.scrollTop;
    const below = window_.clientHeight - top - MARGIN;
    const room = Math.floor(below >= LEAST ? below : window_.clientHeight - head - 2 * MARGIN);
    const lead = this.leading.reduce((sum, item) => sum + Math.min(item.offsetHeight, ROW) + MARGIN, 0);
    this.set("room", room);
    this.set("lead", lead);
  }

  set(name, pixels) {
    if (pixels === this.written[name]) return;
    this.written[name] = pixels;
    this.root.style.setProperty(`--hw9-${name}`, `${pixels}px`);
  }

  remove() {
    cancelAnimationFrame(this.waiting);
    this.observer.disconnect();
    window.removeEventListener("resize", this.measure);
  }
}

/** What scrolls the page, which need not be the document. */
function scroller(node) {
  for (let box = node.parentElement; box; box = box.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(box).overflowY)) return box;
  }
  return document.scrollingElement;
}
