// Follows a meeting: asks what has happened, says that its reader is there, goes where the presidency goes. It never
// takes the focus, never scrolls, never replaces what is being typed.

import { headers, resume } from "./session.js";

const live = document.querySelector("[data-live]");

const ASK_EVERY = 2500;
const ASK_HIDDEN_EVERY = 10_000;
const SIGNAL_EVERY = 20_000;
const LONGEST_WAIT = 20_000;
const FOLLOW = "jury.follow"; // « non » once the reader has chosen not to follow
const HEARD = "jury.called"; // the last call that this tab has followed, by its moment

const jitter = (delay) => delay * (0.8 + Math.random() * 0.4);

// What is typed

const edited = new Set();
document.addEventListener("input", (event) => event.isTrusted && edited.add(event.target));
document.addEventListener("submit", (event) => event.target.querySelectorAll("*").forEach((field) => edited.delete(field)));
document.addEventListener("reset", (event) => event.target.querySelectorAll("*").forEach((field) => edited.delete(field)));

const isPending = (field) => field.isConnected && !field.closest("[data-live], [data-autosubmit]");
const pendingIn = (part) => [...edited].some((field) => isPending(field) && part.contains(field));
const isWriting = () => {
  const field = document.activeElement;
  if (field?.matches("textarea, input:not([type=hidden], [type=checkbox], [type=radio])") && field.value) return true;
  return pendingIn(document);
};

// The bar

const offline = live?.querySelector("[data-live-offline]");
const offer = live?.querySelector("[data-live-offer]");
const say = (sentence) => {
  offline.hidden = !sentence;
  if (sentence) offline.querySelector("span").textContent = sentence;
};
const propose = (sentence, address, word = "y aller") => {
  offer.querySelector("[data-live-offer-text]").textContent = sentence;
  const link = offer.querySelector("[data-live-offer-link]");
  link.href = address;
  link.textContent = word;
  offer.hidden = false;
};

const isFollowing = () => live.hasAttribute("data-following") && localStorage.getItem(FOLLOW) !== "non";
const showFollowing = () => {
  const button = document.querySelector("[data-live-follow]");
  if (!button) return;
  button.hidden = !live.hasAttribute("data-following");
  button.classList.toggle("is-off", !isFollowing());
  button.querySelector("span").textContent = isFollowing() ? "Ne plus suivre la présidence" : "Suivre la présidence";
};

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-live-follow]")) return;
  localStorage.setItem(FOLLOW, isFollowing() ? "non" : "oui");
  showFollowing();
});

// Going where the presidency goes

const here = () => location.pathname;
const follow = ({ dossier, hidden, called_at: calledAt }) => {
  const call = calledAt ?? "";
  if (call === live.dataset.called) return;
  live.dataset.called = call;
  offer.hidden = true;
  if (!isFollowing()) return;
  sessionStorage.setItem(HEARD, call);
  if (hidden || !dossier || dossier === here()) return;
  if (isWriting()) propose("La présidence est passée au dossier suivant :", dossier);
  else location.assign(dossier);
};

// A page that was loading while the presidency moved on catches up, unless its reader came here by themselves.
const catchUp = () => {
  const known = sessionStorage.getItem(HEARD);
  sessionStorage.setItem(HEARD, live.dataset.called);
  if (!isFollowing() || known === null || known === live.dataset.called) return;
  const called = document.querySelector("#live-bar .live-name");
  if (called && called.pathname !== here()) {
    propose("La présidence a appelé un autre dossier :", called.href);
  }
};

// The clock of the dossier on the table

let clockGap = 0;
const readClock = () => {
  const timer = document.querySelector("[data-timer]");
  if (timer) clockGap = Number(timer.dataset.now) - Date.now() / 1000;
};
const twoDigits = (number) => String(number).padStart(2, "0");
const showTimer = () => {
  const timer = document.querySelector("[data-timer]");
  if (!timer) return;
  const spent = Math.max(0, Math.floor(Date.now() / 1000 + clockGap - Number(timer.dataset.since)));
  const minutes = Number(timer.dataset.minutes ?? 0);
  const planned = minutes ? ` sur ${minutes} min` : "";
  const words = `${Math.floor(spent / 60)}:${twoDigits(spent % 60)}${planned}`;
  if (timer.textContent !== words) timer.textContent = words;
  timer.classList.toggle("is-over", minutes > 0 && spent >= minutes * 60);
};

// Asking

let failures = 0;
let isStopped = false;
let isAsking = false;
let isStale = false; // a fragment could not be brought up to date
let askAt = 0;
let signalAt = 0;

const every = () => jitter(document.hidden ? ASK_HIDDEN_EVERY : ASK_EVERY);
const change = () => {
  isStale = false;
  document.body.dispatchEvent(new CustomEvent("session-changed"));
};

const stop = (sentence) => {
  isStopped = true;
  say(sentence);
};

const signInAgain = async () => {
  isStopped = true;
  if (await resume()) {
    isStopped = false;
    failures = 0;
    askAt = signalAt = 0;
    say("");
  } else {
    stop("Vous êtes déconnecté : cette page ne suit plus la séance. Rechargez-la pour vous reconnecter.");
  }
};

const missed = () => {
  failures += 1;
  askAt = performance.now() + jitter(Math.min(LONGEST_WAIT, ASK_EVERY * 2 ** Math.min(failures - 1, 5)));
  say("Connexion interrompue, nouvelle tentative…");
};

const heard = (answer) => {
  const recovered = failures > 0;
  if (recovered) say("");
  failures = 0;
  askAt = performance.now() + every();
  if (answer) {
    live.dataset.seq = answer.seq;
    if (answer.state !== live.dataset.state) return moved(answer.state);
    follow(answer);
  }
  if (answer || recovered || isStale) change();
};

// What a page offers depends on the session's state: it is asked for anew, unless something typed would be lost.
const moved = (state) => {
  live.dataset.state = state;
  if (isWriting()) propose("La séance vient de changer d’état.", here(), "Recharger la page");
  else location.reload();
};

const ask = async () => {
  isAsking = true;
  try {
    const response = await fetch(`${live.dataset.url}?depuis=${live.dataset.seq}`, {
      headers: headers(),
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(10_000),
    });
    if (response.status === 401) await signInAgain();
    else if (response.status === 404) stop("Cette séance n’est plus à votre vue : rechargez la page.");
    else if (response.status === 204) heard(null);
    else if (response.ok) heard(await response.json());
    else missed();
  } catch {
    missed();
  }
  isAsking = false;
};

const signal = async () => {
  signalAt = performance.now() + SIGNAL_EVERY;
  try {
    const response = await fetch(live.dataset.signal, {
      method: "POST",
      headers: headers(),
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(10_000),
    });
    if (response.status >= 500) signalAt = performance.now() + jitter(ASK_EVERY);
  } catch {
    signalAt = performance.now() + jitter(ASK_EVERY); // Missed for a minute, it is told lost: try again soon.
  }
};

const beat = () => {
  showTimer();
  if (isStopped || document.querySelector("dialog[open]")) return;
  const now = performance.now();
  if (!isAsking && now >= askAt) ask();
  if (live.dataset.signal && now >= signalAt) signal();
};

// Fragments that follow the meeting

const follows = (element) => element?.getAttribute?.("hx-trigger")?.includes("session-changed");

for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => (isStale ||= follows(event.target)));
}
// A ballot answers with its own fragments, and what it has overtaken is asked for again.
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.target.matches?.(".ballot")) return;
  askAt = 0;
  isStale ||= !event.detail.successful;
});
const openParts = new Set();
const keep = (event) => {
  const { target } = event;
  if (!(target instanceof Element) || !live) return;
  if (event.detail.shouldSwap === false) return;
  const isForgettable = !pendingIn(target) && !target.contains(activeField());
  if (isForgettable) return;
  event.detail.shouldSwap = false;
};
const activeField = () => {
  const field = document.activeElement;
  return field?.matches("textarea, select, input:not([type=hidden])") ? field : null;
};
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (!event.target.matches?.("[data-live-part]")) return;
  keep(event);
  for (const part of event.detail.fragment?.querySelectorAll?.("details[id]") ?? []) {
    if (document.getElementById(part.id)?.open) part.open = true;
  }
});
document.addEventListener("htmx:afterSettle", () => {
  readClock();
  showTimer();
  showFollowing();
});

if (live) {
  readClock();
  showTimer();
  showFollowing();
  catchUp();
  askAt = performance.now() + every();
  try {
    new Worker(live.dataset.pulse).onmessage = beat;
  } catch {
    setInterval(beat, 1000);
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) askAt = 0;
  });
  window.addEventListener("online", () => (askAt = signalAt = 0));
}
