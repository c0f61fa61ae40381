// What of a live view's marks lies outside its plot, and what its words cover, one sentence each: nothing should.
(name) => {
    const root = document.querySelector(`[data-testid="live-${name}"]`);
    const seen = (node) => node.getClientRects().length > 0 && !node.closest("defs");
    const faults = [];
    for (const figure of root.querySelectorAll("[data-figure]")) {
        const area = figure.querySelector(".nsewdrag")?.getBoundingClientRect();
        const overlay = figure.querySelector(".hw9-overlay");
        if (!area || !overlay) continue;
        const fault = (words) => faults.push(`${figure.dataset.figure}: ${words}`);
        const far = (node) => {
            const box = node.getBoundingClientRect();
            const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
            return Math.max(area.left - x, x - area.right, area.top - y, y - area.bottom);
        };
        for (const node of overlay.querySelectorAll("circle.hw9-point, circle.hw9-grip, path.hw9-edge")) {
            if (seen(node) && far(node) > 2) fault(node.outerHTML.slice(0, 80));
        }
        for (const edge of overlay.querySelectorAll("[data-edge]")) {
            if (seen(edge) && !edge.dataset.edge) fault("an arrow without a value");
        }
        const drawn = "[data-curve], [data-box], [data-swarm] path, [data-mesh] path";
        for (const node of overlay.querySelectorAll(drawn)) {
            if (seen(node) && !node.closest("[clip-path]")) fault(`${node.outerHTML.slice(0, 60)} is not clipped`);
        }
        const covers = (one, other) => { // letters are lower than their lines
            const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
            const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
            if (across > 1 && down > 4) fault(`"${one.said}" meets ${other.said}`);
        };
        const boxed = (said, { left, right, top, bottom }, more) => (
            { said, box: { left: left - more, right: right + more, top, bottom } }
        );
        const words = [...figure.querySelectorAll("text.hw9-mark-text, .annotation-text, .legendtext")]
            .filter((node) => seen(node) && node.textContent)
            .map((node) => boxed(node.textContent, node.getBoundingClientRect(), 0));
        const lines = [...overlay.querySelectorAll("line.hw9-line")]
            .filter(seen).map((node) => boxed("a line", node.getBoundingClientRect(), 1));
        words.forEach((one, i) => [...words.slice(i + 1), ...lines].forEach((other) => covers(one, other)));
    }
    return faults;
}
