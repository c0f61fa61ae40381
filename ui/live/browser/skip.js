// A link past the head of a page to its stage: the first stop of Tab, and seen only there.

import { element } from "./dom.js";

const STAGE = ".hw9-stage";

/** Offers the link as long as there is a live component on the page. Asked again, it does nothing. */
export function offerSkip() {
  if (document.querySelector(".hw9-skip")) return;
  const link = element("a", { class: "hw9-skip", href: "#stage" }, "Skip to the stage");
  link.addEventListener("click", (event) => {
    event.preventDefault(); // the address is the page's own
    document.querySelector(STAGE)?.focus();
  });
  document.body.prepend(link);
}

/** A live component has left. */
export function retractSkip() {
  if (!document.querySelector(STAGE)) document.querySelector(".hw9-skip")?.remove();
}
