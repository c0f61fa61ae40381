// What stands in for the server on a page without one: it hands the live component its files, and answers a
// commit with the values that were committed. `hw9Files` holds the files by name, gzipped and in base64.

(() => {
  const files = globalThis.hw9Files;

  async function unpacked(name) {
    const packed = Uint8Array.from(atob(files[name]), (character) => character.charCodeAt(0));
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).blob();
  }

  /** An address under which a file of the page can be loaded; any other name is an address itself. */
  async function addressOf(name, type) {
    return name in files ? URL.createObjectURL(new Blob([await unpacked(name)], { type })) : name;
  }

  async function loadedMount() {
    const modules = await addressOf("modules.json", "application/json");
    const loader = (await (await unpacked("loader.js")).text()).replaceAll("BUNDLE", modules);
    const address = URL.createObjectURL(new Blob([loader], { type: "text/javascript" }));
    return (await import(address)).default;
  }

  class Server {
    constructor(parent, { data, alone, notice }, mount) {
      this.parent = parent;
      this.made = data;
      this.alone = alone;
      this.mount = mount;
      this.notice = notice;
      this.data = data;
      this.say();
    }

    show() {
      return this.mount({
        data: this.data,
        parentElement: this.parent,
        setStateValue: (key, value) => queueMicrotask(() => this.hear(key, value)),
        setTriggerValue: () => {},
      });
    }

    hear(key, value) {
      if (key === "state") this.answer({ ...value, ...this.sceneAt(value.values) });
      if (key === "drawing") this.answer({ drawing: value, readings: this.unknown(), drawn: true });
    }

    async answer(change) {
      const answered = (this.data = { ...this.data, ...change });
      this.say();
      await this.show();
      this.parent.dataset.answered = answered.serial;
    }

    isAway({ values }) {
      return this.alone.controls.some((name) => values[name] !== this.made.values[name]);
    }

    /** The scene was made for some values of some controls: elsewhere another one says what is not known. */
    sceneAt(values) {
      if (!this.isAway({ values })) return { scene: this.made.scene, tables: this.made.tables };
      return { scene: this.alone.elsewhere, tables: { ...this.made.tables, ...this.alone.tables } };
    }

    unknown() {
      return Object.fromEntries(Object.keys(this.made.readings).map((name) => [name, null]));
    }

    say() {
      const away = this.isAway(this.data);
      this.notice.hidden = !away && !this.data.drawn;
      this.notice.querySelector('[data-says="away"]').hidden = !away;
      this.notice.querySelector('[data-says="drawn"]').hidden = !this.data.drawn;
    }

    back() {
      const { values, scene, tables } = this.made;
      this.answer({ values, scene, tables, serial: this.data.serial + 1 });
    }
  }

  async function start() {
    const mount = await loadedMount();
    for (const place of document.querySelectorAll(".hw9-place")) {
      const { data, alone } = JSON.parse(place.querySelector('script[type="application/json"]').textContent);
      const [plotly, stylesheet, scene] = await Promise.all([
        addressOf(data.plotly, "text/javascript"),
        addressOf(data.stylesheet, "text/css"),
        addressOf(data.scene, "application/octet-stream"),
      ]);
      const elsewhere = alone.elsewhere && (await addressOf(alone.elsewhere, "application/octet-stream"));
      const notice = place.querySelector(".hw9-away");
      const server = new Server(
        place.querySelector(".hw9-parent"),
        { data: { ...data, plotly, stylesheet, scene }, alone: { ...alone, elsewhere }, notice },
        mount,
      );
      notice.querySelector("button").addEventListener("click", () => server.back());
      await server.show();
    }
  }

  start().catch((error) => {
    const sentence = document.createElement("p");
    sentence.setAttribute("role", "alert");
    sentence.textContent = `This browser cannot show the live figure (${error.message}): a newer one can.`;
    document.querySelector("main").prepend(sentence);
  });
})();
