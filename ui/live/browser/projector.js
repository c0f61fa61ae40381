// Figures for a lecture: the same data, with type that the back row reads.

const LETTER = 0.52; // of the size of type: what a letter of a title takes, on average
const TICK = { x: 5, y: 4 }; // letters' room that a tick takes along its axis
const EXPONENT = 0.875; // of a tick's type: how Plotly writes the exponent of a power of ten
const PLOT = { x: 0.8, y: 0.5 }; // of a figure's width and height: what its plot has at least
const EXPLAINED = / \((?!nats\)|bits\))[^)]*\)/; // what stands in brackets, but no unit
const STANDOFF = { x: 0.2, y: 0.5 }; // of the size of type: from the ticks' words to the title
const MARKER = 1.5; // how much larger points are

/** The least size of type on the page, in pixels; 0 in an ordinary window. */
export const leastType = (host) => parseFloat(getComputedStyle(host).getPropertyValue("--hw9-least-type")) || 0;

/** A layout for Plotly in which no type is smaller than `least` pixels, for a figure in `box`. */
export function enlarged(layout, least, box) {
  const result = { ...raised(layout, least), margin: { ...layout.margin, l: 8, r: 16, b: 8 } };
  result.font = { ...layout.font, size: Math.max(layout.font?.size ?? 0, least) };
  for (const name of Object.keys(layout)) {
    if (/^[xy]axis\d*$/.test(name)) result[name] = axis(name[0], result[name], least, box);
  }
  for (const name of ["xaxis", "yaxis", "zaxis"]) {
    if (result.scene?.[name]) result.scene[name] = { ...result.scene[name], nticks: 4 };
  }
  if (layout.legend) result.legend = { ...result.legend, entrywidth: 0 }; // as wide as its words, so more on a line
  return result;
}

/** Traces for Plotly with larger points, and names without what explains them in brackets. */
export const bolder = (traces) => traces.map(({ name, marker, ...trace }) => ({
  ...trace,
  ...(name === undefined ? {} : { name: name.replace(EXPLAINED, "") }),
  ...(marker === undefined ? {} : { marker: typeof marker.size === "number" ? { ...marker, size: MARKER * marker.size } : marker }),
}));

function axis(letter, spec, least, box) {
  const room = PLOT[letter] * (letter === "x" ? box.clientWidth : box.clientHeight);
  const letters = Math.floor(room / (LETTER * least));
  const ticks = Math.max(3, Math.floor(letters / TICK[letter]));
  const tight = { ...fewer(spec, ticks), automargin: true, tickangle: 0, nticks: ticks };
  if (spec.exponentformat === "power") tight.tickfont = { size: least / EXPONENT };
  const title = spec.title?.text;
  if (title) tight.title = { text: fitted(title, letters), font: { size: least }, standoff: least * STANDOFF[letter] };
  return { ...spec, ...tight };
}

/** Ticks that a figure names itself: every second or third of them, where there would be more than `most` numbers. */
function fewer({ tickvals, ticktext }, most) {
  if (!tickvals || tickvals.length <= most || ticktext?.some((text) => !/^\d/.test(text))) return {};
  const every = Math.ceil(tickvals.length / most);
  const kept = (list) => list?.filter((_, i) => i % every === 0);
  return { tickvals: kept(tickvals), ticktext: kept(ticktext) };
}

/** A title on as few lines as it takes; what explains it is left out where one is too few. */
function fitted(title, letters) {
  const lines = folded(title, letters);
  return (lines.length > 1 ? folded(title.replace(EXPLAINED, ""), letters) : lines).join("<br>");
}

/** Words on lines of at most `letters`, or of one word. */
function folded(words, letters) {
  const lines = words.split(" ").reduce(([line, ...before], word) => {
    const longer = `${line} ${word}`;
    return longer.length > letters ? [word, line, ...before] : [longer, ...before];
  }, [""]);
  return lines.reverse().map((line) => line.trim());
}

/** The spec with every font in it raised to `least`, at any depth. */
function raised(spec, least) {
  if (Array.isArray(spec)) return spec.map((item) => raised(item, least));
  if (spec === null || typeof spec !== "object") return spec;
  return Object.fromEntries(Object.entries(spec).map(([name, value]) => {
    const inner = raised(value, least);
    return [name, /font$/.test(name) && value?.size < least ? { ...inner, size: least } : inner];
  }));
}
