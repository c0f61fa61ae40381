// A flow of affine coupling layers in the plane, hw9core.coupling.layers.AffineCouplingTransform with dim 2.
//
// Layer k copies coordinate copied[k] and carries the other, z = exp(s) x + t with s = bound tanh(s_theta/bound).
// `weights` holds every layer's s_theta, then its t_theta; a perceptron of the layer sizes `sizes` is its weight
// (out, in) row by row and its bias, one layer after the other. "The first 2.3 layers" are two, and three tenths
// of the straight way through the third.

import { between } from "./between.js";

const POINTS_PER_SIDE = 12;

/** The square centred at (x, y) as x, y, x, y, ...: counter-clockwise from its lower left corner. */
export function squareOutline(x, y, side) {
  const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]];
  const points = corners.flatMap(([fromX, fromY], i) => {
    const [toX, toY] = corners[(i + 1) % corners.length];
    return Array.from({ length: POINTS_PER_SIDE }, (_, k) => {
      const share = k / POINTS_PER_SIDE;
      return [x + (side / 2) * (fromX + share * (toX - fromX)), y + (side / 2) * (fromY + share * (toY - fromY))];
    });
  });
  return Float64Array.from(points.flat());
}

/** Points x, y, x, y, ... carried through the first `row` layers. */
export function carriedPoints(points, row, weights, sizes, copied, bound) {
  return carry(points, row, new Couplings(weights, sizes, copied, bound)).points;
}

/** Log of the factor by which the first `row` layers stretch a small area at (x, y). */
export function carriedLogArea(x, y, row, weights, sizes, copied, bound) {
  return carry([x, y], row, new Couplings(weights, sizes, copied, bound)).logArea;
}

/** Signed area of a polygon x, y, x, y, ... by the shoelace formula, positive when it runs counter-clockwise. */
export function polygonArea(points) {
  let twice = 0;
  const last = points.length - 2;
  for (let i = 0, j = last; i <= last; j = i, i += 2) {
    // From the first corner, so that a small polygon far from the origin keeps its digits.
    twice += (points[j] - points[0]) * (points[i + 1] - points[1]) - (points[i] - points[0]) * (points[j + 1] - points[1]);
  }
  return twice / 2;
}

/** The points after the first `row` layers, and log|det ∂z/∂x| at the last of them. */
function carry(start, row, couplings) {
  const points = Float64Array.from(start);
  let logArea = 0;
  for (let k = 0; k < Math.min(row, couplings.count); k += 1) {
    const share = Math.min(row - k, 1);
    const kept = couplings.copied[k];
    let s = 0;
    for (let i = 0; i < points.length; i += 2) {
      const x = points[i + kept];
      const other = i + 1 - kept;
      s = couplings.logScale(k, x);
      points[other] = between(points[other], Math.exp(s) * points[other] + couplings.shift(k, x), share);
    }
    logArea += share === 1 ? s : Math.log1p(share * Math.expm1(s));
  }
  return { points, logArea };
}

/** s and t of every layer as functions of the copied coordinate. */
class Couplings {
  constructor(weights, sizes, copied, bound) {
    this.weights = weights;
    this.sizes = sizes;
    this.copied = copied;
    this.bound = bound;
    this.count = copied.length;
    this.perceptronLength = sizes.slice(1).reduce((length, out, i) => length + (sizes[i] + 1) * out, 0);
    const width = Math.max(...sizes);
    this.units = [new Float64Array(width), new Float64Array(width)]; // of two layers in turn
  }

  logScale(k, x) {
    return this.bound * Math.tanh(this.perceptron(2 * k, x) / this.bound);
  }

  shift(k, x) {
    return this.perceptron(2 * k + 1, x);
  }

  /** Output of perceptron number `index` of the flat array at one number. */
  perceptron(index, x) {
    const { weights, sizes } = this;
    let [from, to] = this.units;
    from[0] = x;
    let start = index * this.perceptronLength;
    for (let layer = 1; layer < sizes.length; layer += 1) {
      affine(from, to, weights, start, sizes[layer - 1], sizes[layer]);
      if (layer < sizes.length - 1) tanhEach(to, sizes[layer]);
      start += (sizes[layer - 1] + 1) * sizes[layer];
      [from, to] = [to, from];
    }
    return from[0];
  }
}

/**
 * to = weight from + bias, both of them in `weights` from `start` on. Two sums that do not wait for each other
 * take half the time of one.
 */
function affine(from, to, weights, start, nIn, nOut) {
  for (let i = 0; i < nOut; i += 1) {
    let even = weights[start + nIn * nOut + i];
    let odd = 0;
    const row = start + i * nIn;
    let j = 0;
    for (; j + 1 < nIn; j += 2) {
      even += weights[row + j] * from[j];
      odd += weights[row + j + 1] * from[j + 1];
    }
    if (j < nIn) even += weights[row + j] * from[j];
    to[i] = even + odd;
  }
}

function tanhEach(units, count) {
  for (let i = 0; i < count; i += 1) units[i] = Math.tanh(units[i]);
}
