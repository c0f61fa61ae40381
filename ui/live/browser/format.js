// Numbers and sentences in Python's format language: "{alpha:.4f}", "{count:,d}", "{share:.2%}". Three more
// forms: "{flagged:?flagged|accepted}" chooses between two words, "{shift:+.4f}" is the next term of a sum, its
// sign an operator: "− 0.2701", and "{tau:.4-7f}" has four decimals and up to seven where the number has them.

const SPEC = /^(\+?)(,?)(?:\.(\d+)(?:-(\d+))?)?([dfe%])$/;

export function formatter(spec) {
  if (spec.startsWith("?")) {
    const [yes, no] = spec.slice(1).split("|");
    return (x) => (Number.isNaN(x) ? "\u2013" : x ? yes : no);
  }
  const match = SPEC.exec(spec);
  if (!match) throw new Error(`Unknown number format "${spec}".`);
  const [, plus, comma, digits = "0", most = digits, type] = match;
  if (type === "e") return (x) => x.toExponential(Number(digits)).replaceAll("-", "\u2212").replace("NaN", "\u2013");
  const places = type === "d" ? 0 : Number(digits);
  const number = new Intl.NumberFormat("en-US", {
    style: type === "%" ? "percent" : "decimal",
    minimumFractionDigits: places,
    maximumFractionDigits: type === "d" ? 0 : Number(most),
    useGrouping: comma === ",",
    signDisplay: plus ? "always" : "negative", // no "−0.0000"
  });
  const written = (x) => number.format(x).replace("-", "\u2212").replace("NaN", "\u2013");
  return plus ? (x) => written(x).replace(/^[+\u2212]/, "$&\u00a0") : written;
}

/** Splits "text {name:spec} text" into literal strings and functions of the current values. */
export function template(text) {
  return text.split(/(\{\w+:[^}]+\})/).filter(Boolean).map((part) => {
    const match = /^\{(\w+):([^}]+)\}$/.exec(part);
    if (!match) return part;
    const format = formatter(match[2]);
    return (values) => format(values[match[1]]);
  });
}

export function fill(parts, values) {
  return parts.map((part) => (typeof part === "string" ? part : part(values))).join("");
}
