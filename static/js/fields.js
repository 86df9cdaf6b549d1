// What a form's fields hold, now or as the server gave them, and how to put something else in them.

const UNSENT = ["fieldset", "submit", "button", "reset", "image", "file", "output", "object"];

// Every field that a form sends something of, wherever it stands in the page.
export const fieldsOf = (form) =>
  [...form.elements].filter((field) => field.name && !field.disabled && !UNSENT.includes(field.type));

// What is sent of it; null when nothing is. `initial`: what was there before anything was typed.
export const valueOf = (field, { initial = false } = {}) => {
  if (field.type === "radio" || field.type === "checkbox") {
    return (initial ? field.defaultChecked : field.checked) ? field.value : null;
  }
  if (!initial) return field.value;
  if (field.tagName !== "SELECT") return field.defaultValue;
  const options = [...field.options];
  return (options.find((option) => option.defaultSelected) ?? options[0])?.value ?? "";
};

const named = (form, name) => [...form.elements].filter((field) => field.name === name);

// What the fields of that name come to, "" when nothing is chosen.
export const typedIn = (form, name) =>
  named(form, name)
    .map((field) => valueOf(field))
    .find((value) => value !== null) ?? "";

export const put = (form, name, value) => {
  for (const field of named(form, name)) {
    if (field.type === "radio") field.checked = field.value === value;
    else if (field.type === "checkbox") field.checked = value !== "";
    else {
      if (field.type === "date" && value && !/^\d{4}-\d{2}-\d{2}$/.test(value)) field.type = "text";
      field.value = value;
    }
  }
};

// In words, as a person reads the field.
export const wordsIn = (form, name) => {
  const [first] = named(form, name);
  if (first?.type === "checkbox") return first.checked ? "oui" : "non";
  if (first?.tagName === "SELECT") return first.value ? first.selectedOptions[0].text : "—";
  if (first?.type === "radio") {
    const chosen = named(form, name).find((field) => field.checked);
    return chosen?.closest("label")?.textContent.trim() || "—";
  }
  return typedIn(form, name) || "—";
};
