// The start page: a tile for each lesson with a miniature that drifts by itself, follows the pointer, and opens
// its lesson in the state it stands at. Nothing is sent to the server before a tile is clicked.

import { element } from "./dom.js";
import { loadStylesheet } from "./load.js";
import { Miniature } from "./miniature.js";
import { fetchScene } from "./payload.js";
import { offerAgain } from "./retry.js";

const homes = new WeakMap();

export default async function mount({ data, parentElement, setTriggerValue }) {
  if (!homes.has(parentElement)) homes.set(parentElement, new Home(parentElement));
  const home = homes.get(parentElement);
  home.open = (...state) => setTriggerValue("opened", state);
  home.askAgain = () => setTriggerValue("missing", data.scene);
  await home.receive(data);
  return () => parentElement.isConnected || home.remove();
}

class Home {
  constructor(parent) {
    this.root = element("div", { class: "hw9-home", "data-testid": "live-home", "data-ready": "false" });
    parent.append(this.root);
    this.wanted = matchMedia("(prefers-reduced-motion: reduce)");
    this.paused = false;
    this.pause = element("button", { type: "button", class: "hw9-button", "data-testid": "pause-home" });
    this.pause.addEventListener("click", () => this.setPaused(!this.paused));
    this.adapt = () => this.setPaused(this.paused);
    this.wanted.addEventListener("change", this.adapt);
  }

  async receive(data) {
    if (data.scene === this.address) return;
    this.address = data.scene;
    this.root.dataset.ready = "false";
    try {
      const files = data.stylesheets.map(loadStylesheet);
      const [scene] = await Promise.all([fetchScene(data.scene, () => this.askAgain()), ...files]);
      this.build(scene);
      this.root.dataset.ready = "true";
    } catch (error) {
      this.address = undefined;
      offerAgain(this.root, error, () => this.receive(data));
    }
  }

  build({ tiles, arrays, ...drawing }) {
    this.tiles = tiles.map((spec, i) => new Miniature({ ...spec, drawing, order: i + 1 }, arrays, this.open));
    const said = "Point at a picture and its numbers follow; click it, and its lesson opens right there.";
    this.root.replaceChildren(
      element("div", { class: "hw9-home-head" }, element("p", {}, said), this.pause),
      element("ul", { class: "hw9-home-tiles" }, ...this.tiles.map((tile) => tile.element)),
    );
    this.setPaused(this.paused);
  }

  /** Where the system asks for reduced motion nothing moves by itself, and there is nothing to pause. */
  setPaused(paused) {
    this.paused = paused;
    this.pause.textContent = paused ? "Let the pictures move" : "Pause the pictures";
    this.pause.hidden = this.wanted.matches;
    const moving = !paused && !this.wanted.matches;
    this.root.dataset.moving = moving;
    cancelAnimationFrame(this.frame);
    if (!moving) return;
    const drift = (now) => {
      for (const tile of this.tiles) tile.drift(now / 1000);
      this.frame = requestAnimationFrame(drift);
    };
    this.frame = requestAnimationFrame(drift);
  }

  remove() {
    cancelAnimationFrame(this.frame);
    this.wanted.removeEventListener("change", this.adapt);
  }
}
