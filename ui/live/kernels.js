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

export function divide(a, b) {
  return a / b;
}

export function subtract(a, b) {
  return a - b;
}
