// The map between data and pixels of a drawn Plotly axis. Read once per draw, so that a moving mark costs
// arithmetic only and never forces the page's layout.

export function axisMap(axis) {
  const forward = axis.type === "log" ? Math.log10 : Number;
  const backward = axis.type === "log" ? (v) => 10 ** v : Number;
  const [first, last] = axis.range.map(Number); // a log axis gives its range in decades
  const vertical = axis._id.startsWith("y");
  const scale = ((vertical ? -1 : 1) * axis._length) / (last - first);
  const origin = axis._offset + (vertical ? axis._length : 0);
  const start = axis._offset;
  const end = axis._offset + axis._length;
  const toPixel = (value) => {
    const pixel = origin + (forward(value) - first) * scale;
    return Number.isNaN(pixel) ? start : Math.min(Math.max(pixel, start), end);
  };
  const toData = (pixel) => backward(first + (Math.min(Math.max(pixel, start), end) - origin) / scale);
  return { start, end, toPixel, toData };
}

/** [origin, scale] of a linear axis: pixel = origin + scale * value, also outside the plot. */
export function straight({ start, end, toData }) {
  const [low, high] = [toData(start), toData(end)];
  const scale = (end - start) / (high - low);
  return [start - scale * low, scale];
}
