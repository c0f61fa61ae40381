(selectors) => {
  const seen = (node) => node && node.getClientRects().length > 0;
  const box = (selector) => {
    const node = document.querySelector(selector);
    if (!seen(node)) return null;
    const { left, right, top, bottom } = node.getBoundingClientRect();
    return [left, top, right, bottom].map(Math.round);
  };
  const boxes = Object.fromEntries(Object.entries(selectors).map(([name, selector]) => [name, box(selector)]));
  const stage = document.querySelector(".hw9-stage");
  const cells = stage ? [...stage.querySelectorAll(".hw9-cell")] : [];
  const numbers = stage ? [...stage.querySelectorAll(".hw9-number")] : [];
  const beyond = [
    ...cells.map((cell) => cell.scrollHeight - cell.clientHeight),
    ...numbers.map((number) => number.scrollWidth - number.clientWidth),
  ];
  const cut = beyond.filter((pixels) => pixels > 1);
  return { boxes, cut, top: stage ? Math.round(stage.getBoundingClientRect().top) : null };
}
