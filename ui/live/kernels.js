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
