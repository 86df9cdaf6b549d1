// The bulk grid: rows that save themselves, cells that move like a spreadsheet's. Without it, the page saves as a whole.

import { flush, watch } from "./autosave.js";

const grid = document.querySelector("form[data-grid]");
const rowOf = (element) => element.closest("[data-row]");
const rows = () => [...grid.querySelectorAll("[data-row]")];
const changed = (element) => element.dispatchEvent(new Event("change", { bubbles: true }));

// ---- Cells

const CELL = "[data-cell]";
const cellsOf = (row) => [...row.querySelectorAll(CELL)];
const cellOf = (element) => element.closest(CELL);
const isRating = (cell) => cell.matches("fieldset");

// What holds the focus in a cell: the level chosen, or the first when there is none.
const focusable = (cell) =>
  isRating(cell) ? (cell.querySelector("input:checked") ?? cell.querySelector('input[type="radio"]')) : cell;

const go = (cell) => {
  if (!cell) return;
  const target = focusable(cell);
  target.focus();
  if (target.select && target.type === "text") target.select();
  rowOf(cell).scrollIntoView({ block: "nearest", inline: "nearest" });
  target.scrollIntoView({ block: "nearest", inline: "nearest" });
};

const besides = (cell, step) => {
  const all = [...grid.querySelectorAll(`[data-row] ${CELL}`)].filter((each) => each.closest("table") === cell.closest("table"));
  return all[all.indexOf(cell) + step];
};

const beneath = (cell, step) => {
  const rows = [...cell.closest("tbody").querySelectorAll("[data-row]")];
  const row = rowOf(cell);
  const next = rows[rows.indexOf(row) + step];
  return next && cellsOf(next)[cellsOf(row).indexOf(cell)];
};

// After a level: the next competency, then the first of the next row.
const nextRating = (cell) => {
  const all = [...cell.closest("tbody").querySelectorAll("[data-row] fieldset[data-cell]")];
  return all[all.indexOf(cell) + 1];
};

const rate = (cell, rank) => {
  const radio = cell.querySelectorAll('input[type="radio"]')[rank];
  if (!radio) return;
  radio.checked = true;
  changed(radio);
};

// A form sends nothing of buttons none of which is chosen, and what is not sent stays as it is stored.
const clear = (cell) => {
  const [radio] = cell.querySelectorAll('input[type="radio"]');
  const checked = cell.querySelector("input:checked");
  if (checked) checked.checked = false;
  const emptied = cell.querySelector("input[data-emptied]") ?? document.createElement("input");
  Object.assign(emptied, { type: "hidden", name: radio.name, value: "" });
  emptied.dataset.emptied = "";
  emptied.setAttribute("form", radio.form.id);
  cell.prepend(emptied);
  changed(radio);
};

const MOVES = { ArrowLeft: [besides, -1], ArrowRight: [besides, 1], ArrowUp: [beneath, -1], ArrowDown: [beneath, 1] };

// A field of text or of a day keeps the arrows that move inside it.
const keepsArrow = (element, key) => {
  if (element.type === "date") return true;
  const isText = element.matches('input:not([type="radio"])');
  if (!isText || !key.match(/Left|Right/)) return false;
  const atStart = element.selectionStart === 0 && element.selectionEnd === 0;
  const atEnd = element.selectionStart === element.value.length;
  const isWhole = element.selectionStart === 0 && element.selectionEnd === element.value.length;
  return !isWhole && !(key === "ArrowLeft" ? atStart : atEnd);
};

const onKey = (event) => {
  const cell = cellOf(event.target);
  if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
  const move = MOVES[event.key];
  if (move && !event.shiftKey && !keepsArrow(event.target, event.key)) {
    const [way, step] = move;
    event.preventDefault();
    go(way(cell, step));
  } else if (event.key === "Enter" && !event.target.matches("button")) {
    event.preventDefault(); // Never sends the page by surprise: Enter goes down, as in a spreadsheet.
    go(beneath(cell, event.shiftKey ? -1 : 1));
  } else if (isRating(cell) && /^[123]$/.test(event.key)) {
    event.preventDefault();
    rate(cell, Number(event.key) - 1);
    go(nextRating(cell) ?? cell);
  } else if (isRating(cell) && ["0", "Delete", "Backspace"].includes(event.key)) {
    event.preventDefault();
    clear(cell);
  } else if (cell.matches("select") && /^[123]$/.test(event.key)) {
    const options = [...cell.options].filter((option) => option.value);
    const option = options[Number(event.key) - 1];
    if (!option) return;
    event.preventDefault();
    cell.value = option.value;
    changed(cell);
  }
};

// ---- The same day for every row that has none

const fill = (group) => {
  const part = group.dataset.gridFill;
  const [held, mode] = ["held_on", "mode"].map((name) => group.querySelector(`[name$="-${name}"]`));
  let filled = 0;
  for (const row of rows()) {
    if (row.querySelector(".grid-attendance").value !== "present") continue;
    const empty = [held, mode]
      .map((source) => [source, row.querySelector(`[data-part="${part}"][data-field="${source.name.split("-").pop()}"]`)])
      .filter(([source, target]) => source.value && target && !target.value);
    for (const [source, target] of empty) target.value = source.value;
    if (!empty.length) continue;
    filled += 1;
    changed(empty[0][1]);
  }
  say(filled ? `${filled} ${filled > 1 ? "lignes remplies" : "ligne remplie"}.` : "Aucune ligne vide à remplir.");
};

// ---- Rows

// Each row becomes a form of its own, under it: what saves itself, and where two texts are chosen from.
const separate = (row) => {
  const reference = row.dataset.row;
  const under = document.createElement("tr");
  under.className = "grid-under";
  under.innerHTML = `<td colspan="30"><form></form></td>`;
  const form = under.querySelector("form");
  form.id = `row-${reference}`;
  form.dataset.autosave = row.dataset.url;
  form.dataset.prefix = reference;
  form.autocomplete = "off";
  if (row.hasAttribute("data-problem")) form.dataset.unsaved = "";
  const conflict = row.nextElementSibling?.querySelector("[data-conflict]");
  if (conflict) {
    row.nextElementSibling.remove();
    form.append(conflict);
  }
  for (const name of ["page", "sequence"]) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: `${reference}-${name}` });
    form.append(field);
  }
  row.after(under);
  for (const field of row.querySelectorAll("input, select")) field.setAttribute("form", form.id);
  watch(form);
};

const say = (words) => {
  const place = grid.querySelector("[data-grid-status]");
  if (place.textContent !== words) place.textContent = words;
};

const sayHowMany = () => {
  const complete = grid.querySelectorAll("[data-state] .status-ok").length;
  say(`${complete} ${complete > 1 ? "complètes" : "complète"} sur ${rows().length}`);
};

const onSaved = ({ target, detail }) => {
  const row = target.closest("tr").previousElementSibling;
  row.removeAttribute("data-problem");
  const cell = row.querySelector("[data-state]");
  const hadFocus = cell.contains(document.activeElement);
  cell.innerHTML = detail.state;
  if (hadFocus) cell.querySelector("a").focus();
  sayHowMany();
};
const onTrouble = ({ target }) => {
  const row = target.closest("tr").previousElementSibling;
  row.setAttribute("data-problem", "");
  say(`${row.querySelector("[data-name]").textContent.trim()} : voyez la ligne signalée.`);
};

// The page's buttons: once every row is saved.
const onSubmit = async (event) => {
  if (event.target !== grid) return;
  event.preventDefault();
  const { submitter } = event;
  if (submitter?.name === "fill") return fill(submitter.closest("[data-grid-fill]"));
  if (!(await flush())) {
    say("Tout n’est pas enregistré : voyez les lignes signalées.");
    return grid.querySelector("[data-problem]")?.scrollIntoView({ block: "center" });
  }
  if (submitter?.value === "review") window.location.assign(grid.dataset.review);
  else if (submitter?.value === "next") window.location.assign(document.querySelector('.pagination-line a[rel="next"]').href);
  else say("Tout est enregistré.");
};

if (grid) {
  rows().forEach(separate);
  sayHowMany();
  grid.addEventListener("keydown", onKey);
  grid.addEventListener("change", (event) => {
    if (event.target.checked) cellOf(event.target)?.querySelector("input[data-emptied]")?.remove();
  });
  grid.addEventListener("submit", onSubmit);
  grid.addEventListener("autosave:saved", onSaved);
  grid.addEventListener("autosave:conflict", onTrouble);
  grid.addEventListener("autosave:refused", onTrouble);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    grid.requestSubmit(grid.querySelector('button[value="review"]'));
  });
}

// ---- How many are about to be submitted

const submitting = document.querySelector("[data-submit-ticked]");
const countTicked = () => {
  const ticked = submitting.form.querySelectorAll('input[name="evaluation"]:checked').length;
  submitting.disabled = ticked === 0;
  const object = ticked === 1 ? "l’évaluation cochée" : `les ${ticked} évaluations cochées`;
  submitting.querySelector("span").textContent = `Rendre définitivement ${ticked ? object : ""}`;
};
submitting?.form.addEventListener("change", countTicked);
