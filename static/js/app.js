// Saves gestures on pages that work without it. Listens on the document, so fragments brought by htmx are covered too.

import { isSignedIn, resume } from "./session.js";

const isField = (element) =>
  element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);

// On a narrow screen the navigation scrolls: start it where the reader is.
document.fonts.ready.then(() => {
  const current = document.querySelector(".site-nav [aria-current]");
  if (current) current.parentElement.scrollLeft = current.offsetLeft - current.parentElement.offsetLeft - 64;
});

// Filters are sent as soon as one changes.
document.addEventListener("change", (event) => {
  event.target.closest("form[data-autosubmit]")?.requestSubmit();
});

// One key, one gesture: data-key="a" clicks its element, unless somebody is writing.
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.defaultPrevented || isField(event.target)) return;
  // French keyboards type [ and ] with AltGr, which Windows reports as Ctrl and Alt.
  if ((event.ctrlKey || event.metaKey) && !event.getModifierState("AltGraph")) return;
  if (document.querySelector("dialog[open]")) return;
  const element = document.querySelector(`[data-key="${CSS.escape(event.key)}"]:not(:disabled)`);
  if (!element) return;
  event.preventDefault();
  element.click();
});

// Menus close on Escape and on a click elsewhere.
const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
};
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.activeElement?.closest("details[data-menu][open]")?.querySelector("summary").focus();
  closeMenus(null);
});

// Bulk actions say how many rows they will reach.
const countSelection = (form) => {
  const boxes = [...form.querySelectorAll('tbody input[type="checkbox"]')];
  const selected = boxes.filter((box) => box.checked).length;
  for (const all of form.querySelectorAll("[data-select-all]")) {
    all.checked = selected > 0 && selected === boxes.length;
    all.indeterminate = selected > 0 && selected < boxes.length;
  }
  for (const output of form.querySelectorAll("[data-selected-count]")) {
    const noun = output.dataset.noun ?? "ligne";
    const agreement = output.dataset.feminine === undefined ? "" : "e";
    const plural = selected > 1 ? "s" : "";
    output.textContent = `${selected} ${noun}${plural} sélectionné${agreement}${plural}`;
  }
  for (const bar of form.querySelectorAll("[data-bulk-bar]")) {
    bar.classList.toggle("is-filled", selected > 0);
    for (const button of bar.querySelectorAll("button")) button.disabled = selected === 0;
  }
};
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form?.querySelector("[data-select-all]")) return;
  if (event.target.matches("[data-select-all]")) {
    for (const box of form.querySelectorAll('tbody input[type="checkbox"]')) box.checked = event.target.checked;
  }
  countSelection(form);
});
for (const all of document.querySelectorAll("[data-select-all]")) countSelection(all.form);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A fragment may be refused: what the refusal shows takes its place; an expired session never costs what was typed.
const SHOWN_REFUSALS = [409, 422];
const SESSION_EXPIRED = 401;
const FORBIDDEN = 403;
let failureTimer;
const showFailure = () => {
  const failure = document.querySelector("[data-request-failure]");
  failure.hidden = false;
  clearTimeout(failureTimer);
  failureTimer = setTimeout(() => (failure.hidden = true), 8000);
};
document.addEventListener("htmx:beforeSwap", (event) => {
  if (SHOWN_REFUSALS.includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === SESSION_EXPIRED) return resume();
  if (event.detail.xhr.status === FORBIDDEN) isSignedIn(); // Signed in anew elsewhere, the token has changed: renew it.
  showFailure();
});
document.addEventListener("htmx:sendError", showFailure);
document.addEventListener("htmx:timeout", showFailure);
