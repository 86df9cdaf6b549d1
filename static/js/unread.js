// What was typed and could not be read, said beside its field: the server keeps it as it is, and says why.

const named = (form, name) => [...form.elements].find((field) => field.name === name);

const forget = (field) => {
  field.classList.remove("is-invalid");
  field.removeAttribute("aria-invalid");
  for (const old of field.parentElement.querySelectorAll(".invalid-feedback, .rating-error")) old.remove();
};

const tell = (field, reason) => {
  const id = `${field.id}-unread`;
  const sentence = document.createElement("p");
  sentence.className = "invalid-feedback";
  sentence.id = id;
  sentence.textContent = reason;
  field.classList.add("is-invalid");
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", id);
  field.after(sentence);
};

// `unread`: the reason by field. A field that somebody is writing in waits until they leave it.
export const showUnread = (form, unread) => {
  for (const field of [...form.elements].filter((candidate) => candidate.classList.contains("is-invalid"))) {
    if (!(field.name in unread)) forget(field);
  }
  for (const [name, reason] of Object.entries(unread)) {
    const field = named(form, name);
    if (!field || !reason) continue;
    const show = () => {
      forget(field);
      tell(field, reason);
    };
    if (document.activeElement === field) field.addEventListener("blur", () => pending.get(field)?.(), { once: true });
    else show();
    pending.set(field, show);
  }
  for (const field of pending.keys()) if (!(field.name in unread)) pending.delete(field);
};

const pending = new Map();
