// Brings the block that the keys vote on into view once a vote has moved on to it.

let before = document.querySelector("[data-current]")?.id;

document.addEventListener("htmx:afterSettle", () => {
  const current = document.querySelector("[data-current]");
  if (!current || current.id === before) return;
  before = current.id;
  current.closest("section").scrollIntoView({ block: "start" });
});

// A vote and the question « what has changed? » never cross: an answer that replaced the ballot being sent would leave
// its own answer without a place.
const isVote = (element) => element.matches?.(".ballot");

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isVote(event.target)) {
    window.htmx.trigger("#votes-poll", "htmx:abort");
  } else if (event.target.id === "votes-poll" && document.querySelector(".ballot.htmx-request")) {
    event.preventDefault();
  }
});
