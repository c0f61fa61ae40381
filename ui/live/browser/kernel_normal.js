// The normal distribution function and its quantile in double precision, by their logarithms so that both
// tails keep their digits. Series and continued fraction: Abramowitz & Stegun 7.1.6 and 7.1.14.

const SQRT_2 = Math.SQRT2;
const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);
const LOG_2 = Math.LN2;

export function logDensity(x) {
  return -0.5 * x * x - LOG_SQRT_2PI;
}

/** erf(x) for |x| < 3 by its series with positive terms only. */
function erfSeries(x) {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** exp(x²) erfc(x) for x >= 1.5 by its continued fraction, evaluated from the inside out. */
function erfcScaled(x) {
  let fraction = x;
  for (let n = 150; n >= 1; n -= 1) fraction = x + n / 2 / fraction;
  return 1 / (Math.sqrt(Math.PI) * fraction);
}

/** log Φ(x). */
export function logCdf(x) {
  const y = -x / SQRT_2;
  if (y > 1.5) return -y * y + Math.log(erfcScaled(y)) - LOG_2;
  if (y > -1.5) return Math.log(0.5 - 0.5 * erfSeries(y));
  return Math.log1p(-0.5 * Math.exp(-y * y) * erfcScaled(-y));
}

/** z with log Φ(z) = p for p <= log ½: log Φ is concave, so Newton's steps from the left never overshoot. */
function lowerQuantile(p) {
  let z = -Math.sqrt(-2 * p);
  for (let n = 0; n < 60; n += 1) {
    const value = logCdf(z);
    const step = (p - value) * Math.exp(value - logDensity(z));
    z += step;
    if (Math.abs(step) <= 1e-15 * Math.max(1, Math.abs(z))) break;
  }
  return z;
}

/** z from the logarithms of Φ(z) and 1 − Φ(z); the smaller tail decides. */
export function quantile(logLower, logUpper) {
  return logLower < logUpper ? lowerQuantile(logLower) : -lowerQuantile(logUpper);
}
