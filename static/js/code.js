// The one-time code: six digits typed or pasted are sent by themselves; another may be asked for when its minute is over.

const form = document.querySelector("[data-code-form]");
let isSent = false;
form?.addEventListener("input", (event) => {
  if (/^\d{6}$/.test(event.target.value.replace(/[\s-]/g, ""))) form.requestSubmit();
});
form?.addEventListener("submit", (event) => {
  if (isSent) event.preventDefault(); // A code serves once: the second answer would be a refusal.
  isSent = true;
});

const again = document.querySelector("[data-wait]");
if (again) {
  const words = again.querySelector("[data-wait-words]");
  const until = Date.now() + Number(again.dataset.wait) * 1000;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    again.disabled = left > 0;
    words.textContent = left > 0 ? ` (dans ${left} s)` : "";
    if (left > 0) setTimeout(tick, 1000);
  };
  tick();
}
