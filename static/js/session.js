// Whose page this is, and signing in again without leaving it. Imported, never loaded by a page: it is one for all.

const owner = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
const dialog = document.querySelector("dialog[data-session-expired]");
const form = dialog?.querySelector("form");
const problem = dialog?.querySelector("[data-resume-error]");

const UNREACHABLE = "Le serveur ne répond pas : réessayez dans un instant.";
const TOO_MANY = "Trop de tentatives : attendez quelques minutes, votre saisie reste ici.";
const NOT_YET = "Vous n’êtes pas encore reconnecté dans ce navigateur.";
const ANOTHER = "Quelqu’un d’autre est connecté dans ce navigateur : reconnectez-vous pour continuer votre saisie.";

// The headers of whatever the page asks by itself: answered 401 when its owner is no longer the one who is signed in.
export const headers = () => ({ ...owner(), Accept: "application/json" });

const renewToken = (token) => {
  document.body.setAttribute("hx-headers", JSON.stringify({ ...owner(), "X-CSRFToken": token }));
  for (const input of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) input.value = token;
};

const ask = async (options) => {
  const response = await fetch(form.action, { ...options, headers: headers(), cache: "no-store", redirect: "manual" });
  const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  if (answer.token) renewToken(answer.token);
  return { ...answer, status: response.status };
};

// Is the page's owner signed in? Their token is renewed by the way: it changes each time somebody signs in.
export const isSignedIn = async () => {
  try {
    const { is_owner: isOwner, is_another: isAnother } = await ask({ method: "GET" });
    return { isOwner, isAnother };
  } catch {
    return {};
  }
};

// The dialog takes the focus: it waits until nobody is in the middle of a word.
const PAUSE = 1000;
let lastStroke = -PAUSE;
document.addEventListener("keydown", () => (lastStroke = performance.now()), true);
document.addEventListener("input", () => (lastStroke = performance.now()), true);
const pause = async () => {
  for (let left = 1; left > 0; ) {
    left = lastStroke + PAUSE - performance.now();
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
  }
};

let waiting = [];
const settle = (resumed) => {
  const settled = waiting;
  waiting = [];
  if (dialog.open) dialog.close();
  for (const resolve of settled) resolve(resumed);
};

// Asks to sign in again; true once it is done, false when the person goes back to the page as it is.
export const resume = () =>
  new Promise((resolve) => {
    if (!dialog) return resolve(false);
    waiting.push(resolve);
    if (waiting.length === 1) open();
  });

const open = async () => {
  await pause();
  if (!dialog.open) dialog.showModal();
  problem.textContent = "";
  const { isOwner, isAnother } = await isSignedIn();
  if (isOwner) settle(true);
  else if (isAnother) problem.textContent = ANOTHER;
};

const signIn = async () => {
  const password = form.elements.password;
  if (!password) {
    const { isOwner } = await isSignedIn();
    return isOwner ? settle(true) : (problem.textContent = NOT_YET);
  }
  const body = new URLSearchParams({ password: password.value });
  let answer = await ask({ method: "POST", body });
  if (answer.status === 403) {
    await isSignedIn(); // The token was lost with the session: a fresh one, then once more.
    answer = await ask({ method: "POST", body });
  }
  if (answer.is_owner) {
    password.value = "";
    return settle(true);
  }
  problem.textContent = answer.sentence ?? (answer.status === 429 ? TOO_MANY : UNREACHABLE);
  password.select();
};

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  problem.textContent = "";
  try {
    await signIn();
  } catch {
    problem.textContent = UNREACHABLE;
  }
  button.disabled = false;
});
form?.querySelector("[data-dismiss]").addEventListener("click", () => settle(false));
dialog?.addEventListener("cancel", () => settle(false));

// Signed in from another tab: come back, and the page goes on.
document.addEventListener("visibilitychange", async () => {
  if (document.visibilityState !== "visible" || !dialog?.open) return;
  if ((await isSignedIn()).isOwner) settle(true);
});
