// Between two layers, or two rows of a table, points are on the straight way from the one to the other.

/**
 * Where a number is at a `share` from 0 to 1 of the straight way from `first` to `second`, the same as
 * hw9core.coupling.plane_points.between; at 1 it is `second` to the last bit.
 */
export function between(first, second, share) {
  return share < 1 ? first + share * (second - first) : second;
}
