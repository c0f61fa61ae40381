import { covarianceOf, outline, planeTerms, whiteOutline } from "./kernel_gaussian.js";
import { logCdf, logDensity, quantile } from "./kernel_normal.js";

export { between } from "./between.js";
export { carriedSquare } from "./kernel_coupling_cell.js";
export { carriedLogArea, carriedPoints, polygonArea, squareOutline } from "./kernel_coupling.js";

// Pure functions that compute a scene's values during a drag. Each is tested in a real browser against
// hw9core on random inputs (tests/browser/test_kernels.py). Keep them few.

/** Number of entries of the ascending array `sorted` that are strictly greater than `x`. */
export function countAbove(sorted, x) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] > x) high = middle;
    else low = middle + 1;
  }
  return sorted.length - low;
}

/** Number of entries of the ascending array `sorted` that are not greater than `x`. */
export function countNotAbove(sorted, x) {
  return sorted.length - countAbove(sorted, x);
}

/** Entry `index` of a table; an index between two entries is rounded, one outside takes the end. */
export function at(table, index) {
  return table[Math.min(Math.max(Math.round(index), 0), table.length - 1)] ?? NaN;
}

/** Entry (row, column) of a flat table with `columns` columns; both indices are rounded. */
export function cell(table, columns, row, column) {
  return table[Math.round(row) * columns + Math.round(column)] ?? NaN;
}

/** Each entry of `a` less the one of `b`. */
export function subtractEach(a, b) {
  return Float64Array.from(a, (value, i) => value - b[i]);
}

/** c(θ) of hw9core.joint_maximum.bias at every θ: a bowl of strength `bowl` around θ*, or, for 0, one with a slope. */
export function approximationGap(thetas, star, size, slope, bowl) {
  return Float64Array.from(thetas, (theta) => {
    const away = theta - star;
    return bowl ? size + bowl * away * away : size * (1 + Math.tanh((slope * away) / size));
  });
}

/**
 * Where the controls stand in tables along each of them: control j at `grid[k]`, the others at `base`, is
 * j·(m + 1) + k for a grid of m positions; `base` itself is the last. NaN off the grid and where two moved.
 */
export function along(grid, base, ...point) {
  const moved = point.findIndex((value, j) => value !== base[j]);
  if (moved === -1) return base.length * (grid.length + 1) - 1;
  const position = grid.indexOf(point[moved]);
  const alone = point.every((value, j) => j === moved || value === base[j]);
  return alone && position !== -1 ? moved * (grid.length + 1) + position : NaN;
}

/** 1 when `a` is strictly greater than `b`, else 0; NaN when either is. */
export function above(a, b) {
  return Number.isNaN(a) || Number.isNaN(b) ? NaN : Number(a > b);
}

export function divide(a, b) {
  return a / b;
}

export function multiply(a, b) {
  return a * b;
}

export function add(a, b) {
  return a + b;
}

export function subtract(a, b) {
  return a - b;
}

export function exp(x) {
  return Math.exp(x);
}

/** Two numbers as an array, such as a point for kernels that take x, y, x, y, ... */
export function pair(a, b) {
  return Float64Array.of(a, b);
}

/** Weights divided by their sum. */
export function shares(...weights) {
  const total = weights.reduce((sum, w) => sum + w, 0);
  return Float64Array.from(weights, (w) => w / total);
}

/** The mean of `xs` under `weights` that sum to 1. */
export function weightedMean(weights, xs) {
  return weights.reduce((sum, w, i) => sum + w * xs[i], 0);
}

/** Ratios divided by their mean under `weights`; NaN when all are 0. */
export function unitMean(weights, ...ratios) {
  const mean = weightedMean(weights, ratios);
  return Float64Array.from(ratios, (r) => r / mean);
}

export function minusLog(x, scale) {
  return -Math.log(x) * scale;
}

export function minusLogs(xs, scale) {
  return Float64Array.from(xs, (x) => minusLog(x, scale));
}

/** Sum of p (r - 1 - log r) in nats: D(p||q) for the atoms of r = q/p, each term at least 0. */
export function jensenGap(weights, ratios) {
  return weights.reduce((sum, w, i) => sum + w * (ratios[i] - 1 - Math.log(ratios[i])), 0);
}

function logSumExp(terms) {
  const largest = Math.max(...terms);
  return largest === -Infinity ? largest : largest + Math.log(terms.reduce((sum, x) => sum + Math.exp(x - largest), 0));
}

/** Components (log weight, centre, width) from the flat list w1, mu1, sigma1, w2, …; weights are normalised. */
function components(parameters) {
  const total = parameters.reduce((sum, value, i) => sum + (i % 3 === 0 ? value : 0), 0);
  return Array.from({ length: parameters.length / 3 }, (_, k) => {
    const [weight, centre, width] = parameters.slice(3 * k, 3 * k + 3);
    return [Math.log(weight / total), centre, width];
  });
}

function mixtureLogDensityAt(x, parts) {
  return logSumExp(parts.map(([w, mu, sigma]) => w + logDensity((x - mu) / sigma) - Math.log(sigma)));
}

function mixtureMapAt(x, parts) {
  const lower = logSumExp(parts.map(([w, mu, sigma]) => w + logCdf((x - mu) / sigma)));
  const upper = logSumExp(parts.map(([w, mu, sigma]) => w + logCdf((mu - x) / sigma)));
  return quantile(lower, upper);
}

/** Density of a Gaussian mixture at every x. */
export function mixtureDensity(xs, ...parameters) {
  const parts = components(parameters);
  return Float64Array.from(xs, (x) => Math.exp(mixtureLogDensityAt(x, parts)));
}

/** z = f(x) of the mixture flow onto N(0, 1) at every x. */
export function mixtureMap(xs, ...parameters) {
  const parts = components(parameters);
  return Float64Array.from(xs, (x) => mixtureMapAt(x, parts));
}

/** f'(x) = p(x) / phi(f(x)) at every x. */
export function mixtureSlope(xs, ...parameters) {
  const parts = components(parameters);
  return Float64Array.from(xs, (x) => Math.exp(mixtureLogDensityAt(x, parts) - logDensity(mixtureMapAt(x, parts))));
}

/** Mean negative log-likelihood of the samples xs, in nats. */
export function mixtureLoss(xs, ...parameters) {
  const parts = components(parameters);
  let sum = 0;
  for (const x of xs) sum -= mixtureLogDensityAt(x, parts);
  return sum / xs.length;
}

/** [D(p||q), log det ratio, Mahalanobis, trace - d] in nats, of two plane Gaussians given by five numbers each. */
export function gaussianTerms(...numbers) {
  return planeTerms(numbers.slice(0, 5), numbers.slice(5));
}

/** [variance of x1, covariance, variance of x2, correlation] of the ellipse with these half axes and angle. */
export function planeCovariance(first, second, angle) {
  return covarianceOf(first, second, angle);
}

/** Points of the ellipse of `scale` standard deviations of one plane Gaussian: x, y, x, y, ... */
export function gaussianOutline(scale, ...numbers) {
  return outline(numbers, scale);
}

/** The same of p, in the coordinates in which q is N(0, I). */
export function whitenedOutline(scale, ...numbers) {
  return whiteOutline(numbers.slice(0, 5), numbers.slice(5), scale);
}

/**
 * Where the controls stand in tables along each of them, each with a grid of its own: `grids` holds one
 * after the other. With control j at its k-th position and the others at `base` it is the place of that
 * position in `grids`; `base` itself is one past the last. NaN off the grids and where two moved.
 */
export function alongOwn(grids, base, ...point) {
  const moved = point.findIndex((value, j) => value !== base[j]);
  if (moved === -1) return grids.length;
  const size = grids.length / base.length;
  const position = grids.slice(moved * size, (moved + 1) * size).indexOf(point[moved]);
  const alone = point.every((value, j) => j === moved || value === base[j]);
  return alone && position !== -1 ? moved * size + position : NaN;
}
