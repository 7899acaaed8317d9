// Comfort only: every page works without this file. A sent form cannot be sent again by a second click, and an
// error summary takes the focus. Nothing here decides or stores anything.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  event.target.dataset.sent = "1";
  if (button) button.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
  for (const button of document.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
});
const summary = document.querySelector(".summary");
if (summary) summary.focus();
