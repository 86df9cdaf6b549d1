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

// A second click while a vote is on its way waits for its answer: what replaced the ballot would lose it.
const sending = new Set(); // by request: once its answer has replaced a ballot, htmx names the element around it
let waiting = null;
document.addEventListener(
  "submit",
  (event) => {
    if (!isVote(event.target) || !sending.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = event.submitter?.id ?? null;
  },
  true,
);
const sendWaiting = () => {
  const next = waiting && document.getElementById(waiting);
  waiting = null;
  next?.click();
};
document.addEventListener("htmx:beforeSend", (event) => {
  if (isVote(event.detail.elt)) sending.add(event.detail.xhr);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!sending.delete(event.detail.xhr)) return;
  setTimeout(sendWaiting, 50); // once the ballots that the answer brings have settled
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isVote(event.target)) {
    window.htmx.trigger("#votes-poll", "htmx:abort");
  } else if (event.target.id === "votes-poll" && document.querySelector(".ballot.htmx-request")) {
    event.preventDefault();
  }
});

// A message about a dossier is kept as typed until it is taken, in this tab alone.

const remark = () => document.querySelector("form[data-remark]");
const nameOf = (form) => `jury.remark.${form.dataset.remark}`;
{
  const form = remark();
  const kept = form && sessionStorage.getItem(nameOf(form));
  if (kept && !form.elements.text.value) form.elements.text.value = kept;
}
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-remark]")) sessionStorage.setItem(nameOf(form), form.elements.text.value);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (!form.matches?.("[data-remark]") || !event.detail.successful || event.detail.xhr.status !== 200) return;
  sessionStorage.removeItem(nameOf(form));
  form.elements.text.value = "";
});
