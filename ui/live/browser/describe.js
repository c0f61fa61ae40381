// A figure in words, made from what is drawn: its axes, its traces with their ranges, what its marks stand at.

import { brief } from "./mark_edge.js";

const MOST = 8; // traces that are named in words

/** The traces of a drawn plot that show something, as Plotly has decoded them; others stand in the legend only. */
export const tracesOf = (plot) => plot._fullData.filter(({ visible, x, y, z }) => {
  return visible === true && flat(z ?? y ?? x).some((value) => value !== null);
});

/** What Plotly writes as text, without its tags. */
export const plain = (text) => (text ?? "").replace(/<[^>]*>/g, "").trim();

/** "Across: score. Up: images per bin." */
export function axesOf({ xaxis, yaxis, scene }) {
  const axes = scene ? [scene.xaxis, scene.yaxis, scene.zaxis] : [xaxis, yaxis];
  const titles = axes.map((axis) => plain(axis?.title?.text));
  return ["Across", scene ? "Deep" : "Up", "Up"].flatMap((way, k) => (titles[k] ? [`${way}: ${titles[k]}.`] : [])).join(" ");
}

/** All that does not move: what the figure shows, its axes, and each trace with its ranges. */
export function stillWords(plot, description) {
  const traces = tracesOf(plot);
  const named = traces.slice(0, MOST).map(traceWords);
  const rest = traces.length > MOST ? [`and ${traces.length - MOST} more`] : [];
  return `${description}. ${axesOf(plot._fullLayout)} ${[...named, ...rest].join("; ")}.`;
}

function traceWords(trace) {
  const ranges = ["x", "y", "z"].flatMap((axis) => {
    const words = range(flat(trace[axis]));
    return words ? [`${axis} ${words}`] : [];
  });
  return `${nameOf(trace)}: ${ranges.join(", ")}`;
}

/** The name of a trace, or what kind of trace it is where it has none of its own. */
export const nameOf = ({ name, type }) => (/^trace \d+$/.test(name) ? type : plain(name));

/** The numbers of a trace in one row; a grid's row by row. */
export function flat(values) {
  if (values === undefined || values === null) return [];
  const list = Array.from(values);
  return list.length && typeof list[0] === "object" && list[0] !== null ? list.flatMap((row) => Array.from(row)) : list;
}

function range(values) {
  const numbers = values.filter((value) => typeof value === "number" && Number.isFinite(value));
  if (!numbers.length) return values.length ? `${values[0]} to ${values.at(-1)}` : "";
  const [low, high] = numbers.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  return low === high ? brief(low) : `${brief(low)} to ${brief(high)}`;
}
