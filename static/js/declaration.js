// Keeps the count of conflicts declared in step with what is ticked, for whoever has a long list before their eyes.

const form = document.querySelector(".declaration");
const output = form.querySelector(".declared-count");

const tell = () => {
  const declared = form.querySelectorAll('input[type="checkbox"]:checked, input[value="yes"]:checked').length;
  output.textContent = `${declared}\u00a0${declared < 2 ? output.dataset.one : output.dataset.many}`;
};

form.addEventListener("change", tell);
window.addEventListener("pageshow", tell); // A page that one comes back to keeps what was ticked.
