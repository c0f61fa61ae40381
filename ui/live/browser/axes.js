// The map between data and pixels of a drawn Plotly axis. Read once per draw, so that a moving mark costs
// arithmetic only and never forces the page's layout.

const FAR = 1e6; // pixels: beyond any screen, and still a number that SVG draws with

export function axisMap(axis) {
  const forward = axis.type === "log" ? Math.log10 : Number;
  const backward = axis.type === "log" ? (v) => 10 ** v : Number;
  const [first, last] = axis.range.map(Number); // a log axis gives its range in decades
  const vertical = axis._id.startsWith("y");
  const scale = ((vertical ? -1 : 1) * axis._length) / (last - first);
  const origin = axis._offset + (vertical ? axis._length : 0);
  const start = axis._offset;
  const end = axis._offset + axis._length;
  // Also outside the plot: what lies there is clipped, or replaced by an arrow at the edge, never moved inside.
  const toPixel = (value) => {
    const pixel = origin + (forward(value) - first) * scale;
    return Number.isNaN(pixel) ? start : Math.min(Math.max(pixel, -FAR), FAR);
  };
  const inside = (pixel) => Math.min(Math.max(pixel, start), end);
  const toData = (pixel) => backward(first + (inside(pixel) - origin) / scale);
  /** -1, 0 or 1: on which side of the plot a pixel lies; half a pixel is no side. */
  const side = (pixel) => (pixel < start - 0.5 ? -1 : pixel > end + 0.5 ? 1 : 0);
  return { start, end, toPixel, toData, inside, side };
}

/** [origin, scale] of a linear axis: pixel = origin + scale * value, also outside the plot. */
export function straight({ start, end, toData }) {
  const [low, high] = [toData(start), toData(end)];
  const scale = (end - start) / (high - low);
  return [start - scale * low, scale];
}
