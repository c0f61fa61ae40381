// The words on the screen that are smaller than `least` pixels, each with its size. Indices and exponents of a
// typeset formula are as much smaller than its letters as in any book.
(least) => {
  const inWindow = ({ left, right, top, bottom, width, height }) =>
    width > 1 && height > 1 && right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  const hidden = (node) => !node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = [];
  while (words.nextNode()) {
    const { data, parentElement: node } = words.currentNode;
    if (!data.trim() || !node || node.closest("style, script, noscript, title, .katex .msupsub, .katex-mathml") || hidden(node)) continue;
    const range = document.createRange();
    range.selectNodeContents(words.currentNode);
    const size = parseFloat(getComputedStyle(node).fontSize);
    if ([...range.getClientRects()].some(inWindow) && size < least - 0.01) small.push(`${data.trim()}: ${size}`);
  }
  const fields = [...document.querySelectorAll("input:not([type=range]):not([type=radio]), select")];
  for (const field of fields) {
    const size = parseFloat(getComputedStyle(field).fontSize);
    if (!hidden(field) && inWindow(field.getBoundingClientRect()) && size < least - 0.01) small.push(`${field.value}: ${size}`);
  }
  return small;
}
