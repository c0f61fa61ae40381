// Requests that are lost are made again; what fails all the same can be tried again by hand.
// The loader holds a copy of this file, for it has to fetch the others: so it imports nothing.

const PAUSES_MS = [250, 750, 2000, 5000];

/** What an attempt gives; it is made again after a pause as long as it fails. Rejects with the last error. */
export async function patiently(attempt) {
  for (const pause of PAUSES_MS) {
    try {
      return await attempt();
    } catch {
      // A hall of browsers that lost the server together must not come back together.
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
    }
  }
  return attempt();
}

/** The answer to a request; rejects where it is no success. A status that was expected is handed back. */
export async function answer(url, expected) {
  const response = await fetch(new URL(url, document.baseURI));
  if (response.ok || response.status === expected) return response;
  throw new Error(`the server answered ${response.status}`);
}

/** A sentence and a button in front of what `parent` shows; pressed, or back online, it goes and calls `again`. */
export function offerAgain(parent, error, again) {
  const notice = document.createElement("p");
  const button = document.createElement("button");
  notice.setAttribute("role", "alert");
  notice.className = "hw9-notice";
  button.textContent = "Try again";
  notice.append(`This figure could not be drawn (${error.message}). `, button);
  const once = () => {
    globalThis.removeEventListener("online", once);
    if (!notice.isConnected) return;
    notice.remove();
    again();
  };
  button.addEventListener("click", once);
  globalThis.addEventListener("online", once);
  parent.prepend(notice);
  return notice;
}
