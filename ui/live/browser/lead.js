// What leads where there is room for one column only: the first figure with its title, its control, its numbers.

/** Gives each item of a stage its place in one column; returns what stands on one screen with the first figure. */
export function lead(stage) {
  const items = [...stage.querySelectorAll(".hw9-cell > *")];
  const first = (kind) => items.find((item) => item.matches(kind));
  const figure = first(".hw9-figure, .hw9-matrix-box");
  const numbers = numbersOf(figure, items.filter((item) => item.matches(".hw9-readouts")));
  const title = figure?.previousElementSibling;
  const places = new Map([[title, 0], [figure, 0], [first(".hw9-control"), 1], [numbers, 2]]);
  for (const item of items) item.style.setProperty("--narrow", places.get(item) ?? 3);
  return [...places.keys()].filter((item) => item && item !== figure);
}

/** The readouts in the figure's own cell, or else the first that are in no other figure's. */
function numbersOf(figure, groups) {
  const isBeside = ({ parentElement: cell }) => cell === figure?.parentElement;
  const isFree = ({ parentElement: cell }) => !cell.querySelector(".hw9-figure");
  return groups.find(isBeside) ?? groups.find(isFree) ?? groups[0];
}
