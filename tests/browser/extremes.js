// What of a live view's marks lies outside its plot, one sentence each: nothing should.
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
    }
    return faults;
}
