// The image of a square under a flow in the plane, as fine as its area needs.
//
// Between parts of the data a trained flow may bend a side a hundred times as sharply as elsewhere. So each piece
// of the outline is halved until the corner that this adds changes the area by no more than a thousandth.

import { between } from "./between.js";
import { carriedPoints, polygonArea, squareOutline } from "./kernel_coupling.js";

const TOLERANCE = 1e-3;
const MOST_CORNERS = 600; // a frame has time for no more
const MOST_HALVINGS = 12;

/** The square centred at (x, y) after the first `row` layers: the corners x, y, x, y, ... of a polygon. */
export function carriedSquare(x, y, side, row, ...flow) {
  const carry = (points) => pairs(carriedPoints(points.flat(), row, ...flow));
  const start = pairs(squareOutline(x, y, side));
  const images = carry(start);
  let corners = start.map((at, i) => ({ at, image: images[i], open: true }));
  for (let i = 0; i < MOST_HALVINGS && corners.length < MOST_CORNERS && corners.some(({ open }) => open); i += 1) {
    corners = halved(corners, carry);
  }
  return flat(corners);
}

/** The corners with one more in the middle of each piece that is open, which is what it starts with. */
function halved(corners, carry) {
  const after = (i) => corners[(i + 1) % corners.length];
  const chosen = corners.flatMap(({ open }, i) => (open ? [i] : [])).slice(0, MOST_CORNERS - corners.length);
  const middles = chosen.map((i) => halfway(corners[i].at, after(i).at));
  const images = carry(middles);
  const added = new Map(chosen.map((i, k) => [i, { at: middles[k], image: images[k], open: true }]));
  const finer = corners.flatMap((corner, i) => (added.has(i) ? [corner, added.get(i)] : [corner]));
  const enough = TOLERANCE * Math.abs(polygonArea(flat(finer)));
  for (const [i, middle] of added) {
    const change = Math.abs(polygonArea([...corners[i].image, ...middle.image, ...after(i).image]));
    corners[i].open = middle.open = change > enough;
  }
  return finer;
}

const halfway = ([x0, y0], [x1, y1]) => [between(x0, x1, 0.5), between(y0, y1, 0.5)];
const pairs = (numbers) => Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i], numbers[2 * i + 1]]);
const flat = (corners) => Float64Array.from(corners.flatMap(({ image }) => image));
