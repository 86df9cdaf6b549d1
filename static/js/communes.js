// The communes suggested under a place of birth: one chosen, by mouse or keys, fills the name and INSEE's code.

const list = document.getElementById("communes");
const place = document.getElementById("id_birth_place");
const code = document.getElementById("id_birth_commune_code");
const country = document.getElementById("id_birth_country");

const offered = () => [...list.querySelectorAll("[data-commune]")];
const close = () => list.replaceChildren();

list.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-commune]");
  if (!chosen) return;
  place.value = chosen.dataset.name;
  code.value = chosen.dataset.commune;
  close();
  code.focus();
});

// Down from the field into the list, up and down in it, and back; Escape leaves it.
const move = (event, from) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !offered().length) return;
  event.preventDefault();
  const next = offered()[from + step];
  if (next) next.focus();
  else if (step < 0) place.focus();
};
place.addEventListener("keydown", (event) => move(event, -1));
list.addEventListener("keydown", (event) => move(event, offered().indexOf(event.target.closest("[data-commune]"))));
for (const part of [place, list]) {
  part.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !offered().length) return;
    close();
    place.focus();
  });
}

// Abroad there is no code. A code beside another name is told when the form is sent: it is never taken away unseen.
country.addEventListener("change", () => {
  close();
  if (country.value !== "FR") code.value = "";
});
