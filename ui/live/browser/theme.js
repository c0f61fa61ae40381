// Figures carry data colours only; text, grid and background follow Streamlit's light or dark theme, and the size
// of type what a lecture asks for. On a phone the words around a plot are smaller and its margins narrower, so that
// the plot keeps most of the room.

import { enlarged, leastType } from "./projector.js";

const PHONE = 480; // pixels

export function themed(layout, host, box) {
  const style = getComputedStyle(host);
  const variable = (name) => style.getPropertyValue(name).trim();
  const text = variable("--hw9-ink");
  const grid = variable("--hw9-grid");
  const background = variable("--hw9-ground");
  const axis = { color: text, gridcolor: grid, zerolinecolor: grid, linecolor: grid, tickcolor: grid };
  const result = {
    ...layout,
    autosize: true,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { ...layout.font, color: text, family: style.fontFamily },
    hoverlabel: { bgcolor: background, bordercolor: grid, font: { color: text } },
  };
  if (host.clientWidth < PHONE) Object.assign(result, small(result));
  for (const name of Object.keys(layout)) {
    if (/^[xy]axis\d*$/.test(name)) result[name] = { ...axis, ...layout[name] };
  }
  if (layout.scene) result.scene = { ...layout.scene, ...scene(layout.scene, { ...axis, backgroundcolor: background }) };
  if (variable("--hw9-legends") === "none") result.showlegend = false;
  const least = leastType(host);
  return least ? enlarged(result, least, box) : result;
}

function small({ font, margin, legend }) {
  const left = Math.min(margin?.l ?? 0, 52);
  return {
    font: { ...font, size: 11 },
    margin: { ...margin, l: left, r: Math.min(margin?.r ?? 0, 8) },
    legend: { ...legend, itemwidth: 30 },
  };
}

function scene(spec, axis) {
  return Object.fromEntries(["xaxis", "yaxis", "zaxis"].map((name) => [name, { ...axis, ...spec[name] }]));
}

/** Calls `changed` when the theme's text colour or the least size of type changes: a transition is an event. */
export function watchTheme(host, changed) {
  const probe = document.createElement("span");
  probe.className = "hw9-theme-probe";
  probe.addEventListener("transitionend", changed);
  host.append(probe);
}
