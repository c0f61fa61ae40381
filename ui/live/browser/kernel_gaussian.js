// Gaussians in the plane, each given by the centre, the half axes and the angle (degrees) of its ellipse of
// one standard deviation: [x, y, first, second, angle].

const turn = (degrees) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];

/** e^u - 1 - u >= 0 without the cancellation near 0. */
function expGap(u) {
  if (Math.abs(u) > 0.5) return Math.expm1(u) - u;
  let [sum, term] = [0, 1];
  for (let k = 1; k <= 18; k += 1) {
    term *= u / k;
    if (k > 1) sum += term;
  }
  return sum;
}

/** Twice log(a/b), also where a and b are nearly equal. */
const logSquareRatio = (a, b) => 2 * (Math.abs(a - b) < b / 2 ? Math.log1p((a - b) / b) : Math.log(a / b));

/** The point in the coordinates in which q is N(0, I): along q's axes, in units of its half axes. */
function white([x, y], [centreX, centreY, first, second, angle]) {
  const [cos, sin] = turn(angle);
  const [dx, dy] = [x - centreX, y - centreY];
  return [(dx * cos + dy * sin) / first, (dy * cos - dx * sin) / second];
}

/**
 * D(p||q), log det ratio, Mahalanobis, trace - d, in nats. With u, v twice the logs of the ratios of matching
 * half axes, log det = -(u + v) and trace - d = e^u + e^v - 2 + sin^2(turn between them) * excess; where each
 * ellipse's longer axis is matched with the other's, nothing that D adds up is negative and nothing cancels.
 */
export function planeTerms(p, q) {
  let [, , long, short, angle] = p;
  if ((long - short) * (q[2] - q[3]) < 0) [long, short, angle] = [short, long, angle + 90];
  const [u, v] = [logSquareRatio(long, q[2]), logSquareRatio(short, q[3])];
  const sin = turn(angle - q[4])[1];
  const excess = ((long - short) * (long + short) * (q[2] - q[3]) * (q[2] + q[3])) / (q[2] * q[3]) ** 2;
  const [away, beside] = white(p, q);
  const mahalanobis = away * away + beside * beside;
  const turned = sin * sin * excess;
  const spread = expGap(u) + expGap(v) + turned;
  return [(spread + mahalanobis) / 2, -(u + v), mahalanobis, Math.expm1(u) + Math.expm1(v) + turned];
}

/** [variance of x1, covariance, variance of x2, correlation] of an ellipse of half axes and angle. */
export function covarianceOf(first, second, angle) {
  const [cos, sin] = turn(angle);
  const [across, up] = [Math.hypot(first * cos, second * sin), Math.hypot(first * sin, second * cos)];
  const shared = (first - second) * (first + second) * sin * cos;
  return [across * across, shared, up * up, shared / across / up];
}

/** `count` points of the ellipse of `scale` standard deviations, as x, y, x, y, ... */
export function outline([x, y, first, second, angle], scale, count = 96) {
  const [cos, sin] = turn(angle);
  const points = new Float64Array(2 * count);
  for (let i = 0; i < count; i += 1) {
    const [along, across] = turn((360 * i) / count);
    const [a, b] = [scale * first * along, scale * second * across];
    points[2 * i] = x + a * cos - b * sin;
    points[2 * i + 1] = y + a * sin + b * cos;
  }
  return points;
}

/** The same points where q is N(0, I). */
export function whiteOutline(p, q, scale) {
  const points = outline(p, scale);
  for (let i = 0; i < points.length; i += 2) points.set(white([points[i], points[i + 1]], q), i);
  return points;
}
