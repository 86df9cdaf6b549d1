// Two texts of one form, typed at the same time: chosen field by field, in the page, while typing may go on.

import { put, typedIn, wordsIn } from "./fields.js";

const TYPED = "typed";
const STORED = "stored";

// `panel`: the fragment, or its element when the page came with it. `done` is called with the revision to stand on.
export const showConflict = (form, panel, done) => {
  const section = typeof panel === "string" ? place(form, panel) : panel;
  const rows = [...section.querySelectorAll("[data-field]")];
  const mine = new Map(); // what was typed, where the other text was taken
  const button = section.querySelector("[data-conflict-done]");

  const choiceOf = (row) => row.querySelector("input:checked")?.value;
  const choose = (row, version) => {
    const name = row.dataset.field;
    row.querySelector(`input[value="${version}"]`).checked = true;
    if (version === STORED && !mine.has(name)) {
      mine.set(name, typedIn(form, name));
      put(form, name, row.dataset.stored);
    } else if (version === TYPED && mine.has(name)) {
      put(form, name, mine.get(name));
      mine.delete(name);
    }
  };
  const refresh = () => (button.disabled = !rows.every(choiceOf));

  for (const hidden of section.querySelectorAll("[data-needs-script]")) hidden.hidden = false;
  section.addEventListener("change", (event) => {
    const row = event.target.closest("[data-field]");
    if (row) choose(row, event.target.value);
    refresh();
  });
  section.addEventListener("click", (event) => {
    const version = event.target.closest("[data-choose-all]")?.dataset.chooseAll;
    if (version) for (const row of rows) choose(row, version);
    refresh();
  });

  // Typing goes on: the text shown as one's own follows, and a field typed in again is one's own again.
  const follow = (event) => {
    const row = rows.find((candidate) => candidate.dataset.field === event.target.name);
    if (!row || event.target.form !== form) return;
    if (mine.delete(row.dataset.field)) row.querySelector(`input[value="${TYPED}"]`).checked = true;
    row.querySelector("[data-typed]").textContent = wordsIn(form, row.dataset.field);
    refresh();
  };
  document.addEventListener("input", follow);

  button.addEventListener("click", (event) => {
    event.preventDefault();
    document.removeEventListener("input", follow);
    section.remove();
    done(section.dataset.revision);
  });
  refresh();
};

// Brings the two texts before the reader, who asked for them: they come while somebody types elsewhere in the page.
export const goToConflict = (form) => {
  const section = form.querySelector("[data-conflict]");
  section?.scrollIntoView({ block: "start" });
  section?.focus({ preventScroll: true });
};

const place = (form, html) => {
  const slot = form.querySelector("[data-conflict-slot]") ?? form;
  form.querySelector("[data-conflict]")?.remove();
  const section = document.createRange().createContextualFragment(html).querySelector("[data-conflict]");
  slot.prepend(section);
  return section;
};
