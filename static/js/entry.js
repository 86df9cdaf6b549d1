// The entry of one block: rated with the keyboard, its opinion followed as it is given. The page works without.

import "./autosave.js";
import { showUnread } from "./unread.js";

const form = document.querySelector("form[data-autosave]");
const rows = [...form.querySelectorAll("[data-competency]")];
const help = document.querySelector("dialog[data-shortcuts]");
const isWriting = ({ tagName, type }) =>
  /^(TEXTAREA|SELECT)$/.test(tagName) || (tagName === "INPUT" && !/^(radio|checkbox)$/.test(type));

// Digits by their place, so that a French keyboard needs no shift.
const digitOf = (event) => Number(/^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1] ?? event.key);
const levelsOf = (row) => [...row.querySelectorAll("input[type=radio]")];

const focusOn = (row) => {
  const levels = levelsOf(row);
  (levels.find((level) => level.checked) ?? levels[0]).focus();
};

const rate = (row, level) => {
  level.focus();
  if (level.checked) return;
  level.checked = true;
  level.dispatchEvent(new Event("change", { bubbles: true }));
};

const press = (selector) => document.querySelector(selector)?.click();

const onRow = (event, row) => {
  const level = levelsOf(row)[digitOf(event) - 1];
  if (level) return rate(row, level);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return false;
  const next = rows[rows.indexOf(row) + step];
  if (next) focusOn(next);
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    return press('[data-goes="review"]');
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  if (event.key === "?") {
    event.preventDefault();
    return help.showModal();
  }
  if (["[", "]"].includes(event.key)) return press(`[data-key="${event.key}"]`);
  const row = event.target.closest?.("[data-competency]");
  if (row && onRow(event, row) !== false) event.preventDefault();
});

document.querySelector("[data-opens-shortcuts]").addEventListener("click", () => help.showModal());
help.querySelector("[data-dismiss]").addEventListener("click", () => help.close());

// What the ratings come to, as the server says each time it saves.
const opinion = document.querySelector("[data-opinion]");
const missing = document.querySelector("[data-missing]");
const plural = (count, noun) => `${count} ${noun}${count > 1 ? "s" : ""}`;

form.addEventListener("autosave:saved", ({ detail }) => {
  showUnread(form, detail.unread);
  if (!Object.keys(detail.unread).length) document.querySelector("[data-unread]")?.remove();
  begin(document.querySelector(".rail [aria-current]"));
  opinion.innerHTML = detail.opinion_html;
  missing.textContent = detail.missing ? `${plural(detail.missing, "réponse")} à donner` : "";
});

// The block is begun from the first saving on.
const begin = (stop) => {
  if (!stop?.classList.replace("rail-to_fill", "rail-draft")) return;
  stop.querySelector(".rail-state").textContent = "brouillon";
};

// Sent to be read again too early: to the first thing that it lacks.
if (form.dataset.lacks !== undefined) {
  const first = form.querySelector(".is-invalid, tr:has(.rating-error) input");
  first?.focus();
  first?.scrollIntoView({ block: "center" });
}

// A narrow rail starts where the page is.
const current = document.querySelector(".rail [aria-current]");
if (current) current.closest("ol").scrollLeft = current.offsetLeft - 24;
