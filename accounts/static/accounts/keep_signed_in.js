// A staff session ends when left alone for half an hour. Writing a long question is not leaving it
// alone, so typing says so to the server now and then; otherwise the work would be lost on saving.
const EVERY_MS = 5 * 60 * 1000;
let told = Date.now();

document.addEventListener("input", () => {
  if (Date.now() - told < EVERY_MS) return;
  told = Date.now();
  fetch("/api/v1/session/", { credentials: "same-origin" }).catch(() => {});
});
