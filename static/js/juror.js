// Brings the block that the keys vote on into view once a vote has moved on to it.

let before = document.querySelector("[data-current]")?.id;

document.addEventListener("htmx:afterSettle", () => {
  const current = document.querySelector("[data-current]");
  if (!current || current.id === before) return;
  before = current.id;
  current.closest("section").scrollIntoView({ block: "start" });
});
