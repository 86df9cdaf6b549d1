// Saves forms as they are typed. <form data-autosave="address" autocomplete="off"> with the hidden fields revision, page
// and sequence, and an element [data-save-state] in it, or elsewhere with the form's id: docs/interface.md.
//
// One request at a time, numbered within its page, so that a lost answer or a late request is never a conflict with
// itself. Nothing is kept in the browser: until it is saved, what is typed lives in the page, which says so.

import { goToConflict, showConflict } from "./conflict.js";
import { fieldsOf, valueOf } from "./fields.js";
import { headers, isSignedIn, resume } from "./session.js";

const IDLE = 800; // With the way to the server, a pause of a second is saved,
const AT_LATEST = 1200; // and two seconds of typing without a pause, on a slow server too.
const TIMEOUT = 15000;
const WAITS = [1, 2, 4, 8, 15, 30];
const KEEPALIVE_LIMIT = 60000; // Browsers refuse to outlive the page with more.
const BOOKKEEPING = /(^|-)(csrfmiddlewaretoken|revision|page|sequence|chosen_.*)$/;

const GONE = "Cette évaluation n’est plus entre vos mains. Votre saisie reste dans cette page : copiez-la.";
const UNEXPECTED = "L’enregistrement a été refusé. Votre saisie reste dans cette page.";

const newPage = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};
const PAGE = newPage();

const GESTURES = { expired: "Se reconnecter", offline: "Réessayer", conflict: "Choisir" };

const isJson = (response) => response.headers.get("Content-Type")?.includes("json");
const seconds = (count) => `${count} s`;

export class Autosave {
  #form;
  #saved; // what the server is known to hold
  #acknowledged = 0;
  #sequence = 0;
  #request = null;
  #timer = null;
  #firstUnsaved = null;
  #failures = 0;
  #blocked = null; // "conflict", "refused": until somebody does something
  #kind = "";
  #rested = ""; // what is said while there is nothing to save
  #countdown = null;

  constructor(form) {
    this.#form = form;
    this.#saved = form.dataset.unsaved === undefined ? this.#text((field) => valueOf(field, { initial: true })) : null;
    this.#own("page").value = PAGE;
    const conflict = form.querySelector("[data-conflict]");
    if (conflict) this.#meetConflict(conflict);
    else if (this.isDirty) this.touch(); // Typed before this module came, or given back by the browser.
  }

  // -- What is typed

  #own(name) {
    const prefix = this.#form.dataset.prefix;
    return this.#form.elements[prefix ? `${prefix}-${name}` : name];
  }

  #text(value = valueOf) {
    const pairs = fieldsOf(this.#form)
      .filter((field) => !BOOKKEEPING.test(field.name))
      .map((field) => [field.name, value(field)])
      .filter(([, typed]) => typed !== null);
    return JSON.stringify(pairs);
  }

  get isDirty() {
    return this.#text() !== this.#saved;
  }

  // Refused for good: its page says why, with what was typed.
  get isRefused() {
    return this.#blocked === "refused";
  }

  // Something was typed: save when a pause comes, and before long in any case.
  touch() {
    if (!this.isDirty) return this.#rest();
    this.#firstUnsaved ??= performance.now();
    if (this.#blocked === "too_long") this.#blocked = null;
    if (this.#blocked || this.#failures || this.#request) return;
    this.#show("pending", "Modifications à enregistrer…");
    this.#plan(Math.min(IDLE, Math.max(0, AT_LATEST - (performance.now() - this.#firstUnsaved))));
  }

  // Typed, then taken back: nothing to save after all.
  #rest() {
    if (this.#request || this.#blocked || this.#failures) return;
    clearTimeout(this.#timer);
    this.#firstUnsaved = null;
    this.#show(this.#kind || "saved", this.#rested);
  }

  #plan(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), delay);
  }

  // -- Sending

  // Save now what is not; true once nothing is left to save.
  async flush() {
    clearTimeout(this.#timer);
    await this.#request;
    if (this.#blocked === "expired") this.#blocked = null;
    while (this.isDirty && !this.#blocked) {
      if (!(await this.#save())) break;
    }
    return !this.isDirty;
  }

  // The page may be about to go: what is typed leaves with a request that outlives it.
  leave() {
    if (this.isDirty && !this.#blocked) this.#send({ outlives: true }).catch(() => {});
  }

  async #save() {
    if (this.#request) return this.#request;
    if (!this.isDirty || this.#blocked) return !this.isDirty;
    clearTimeout(this.#timer);
    this.#stopCountdown();
    this.#request = this.#attempt();
    const done = await this.#request;
    this.#request = null;
    if (done && this.isDirty) this.touch();
    return done;
  }

  async #attempt() {
    this.#show(this.#failures ? this.#kind : "saving", "Enregistrement…");
    let sent;
    try {
      sent = await this.#send();
    } catch {
      return this.#retry(navigator.onLine ? "Serveur injoignable" : "Hors connexion", "offline");
    }
    return this.#receive(sent);
  }

  async #send({ outlives = false } = {}) {
    const text = this.#text();
    const firstUnsaved = this.#firstUnsaved;
    this.#firstUnsaved = null;
    const sequence = this.number();
    const body = new URLSearchParams();
    for (const field of fieldsOf(this.#form)) {
      const typed = valueOf(field);
      if (typed !== null) body.append(field.name, typed);
    }
    const keepalive = outlives && body.toString().length < KEEPALIVE_LIMIT;
    const signal = outlives ? undefined : AbortSignal.timeout(TIMEOUT);
    try {
      const response = await fetch(this.#form.dataset.autosave, {
        method: "POST",
        body,
        headers: headers(),
        keepalive,
        signal,
        redirect: "manual",
      });
      const content = isJson(response) ? await response.json() : { html: await response.text() };
      const answer = { ...content, status: response.status, isJson: isJson(response), text, sequence };
      if (outlives && answer.status === 200) this.#keep(answer);
      return answer;
    } catch (error) {
      this.#firstUnsaved = firstUnsaved;
      throw error;
    }
  }

  // The form may be sent by its buttons too: its number is then the last.
  number() {
    this.#sequence += 1;
    this.#own("sequence").value = this.#sequence;
    return this.#sequence;
  }

  // -- What the server says

  async #receive(answer) {
    if (answer.status === 200) return this.#keep(answer);
    if (answer.status === 409) return this.#meetConflict(answer.html);
    if (answer.status === 401 || answer.status === 0) return this.#signInAgain();
    if (answer.status === 403 && !answer.isJson) return this.#renewToken();
    if (answer.status === 403 || answer.status === 404) return this.#refuse(answer.sentence ?? GONE, "refused");
    if (answer.status === 422 || answer.status === 413 || answer.status === 400) {
      return this.#refuse(answer.sentence ?? UNEXPECTED, "too_long");
    }
    return this.#retry("Le serveur ne répond pas", "offline");
  }

  #keep(answer) {
    if (answer.sequence < this.#acknowledged) return true;
    this.#acknowledged = answer.sequence;
    this.#failures = 0;
    this.#saved = answer.text;
    this.#own("revision").value = answer.revision;
    this.#rested = `Enregistré à ${answer.saved_at}`;
    this.#show("saved", this.#rested);
    this.#tell("saved", answer);
    return true;
  }

  #meetConflict(panel) {
    this.#blocked = "conflict";
    this.#show("conflict", "Deux saisies en même temps");
    showConflict(this.#form, panel, (revision) => {
      this.#own("revision").value = revision;
      this.#blocked = null;
      this.#saved = null; // What is chosen may be what is stored: the server says so.
      this.#save();
    });
    this.#tell("conflict", {});
    return false;
  }

  #refuse(sentence, blocked) {
    this.#blocked = blocked;
    this.#show("refused", sentence);
    this.#tell("refused", { sentence });
    return false;
  }

  async #signInAgain() {
    this.#show("expired", "Session expirée");
    const resumed = await resume();
    if (resumed) return this.#attempt();
    this.#blocked = "expired";
    this.#show("expired", "Session expirée : gardez cette page ouverte");
    return false;
  }

  // Signed in anew, in another tab or by the dialog, the token has changed: once more with the new one.
  async #renewToken() {
    const { isOwner } = await isSignedIn();
    if (!isOwner) return this.#signInAgain();
    this.#failures += 1;
    return this.#failures > WAITS.length ? this.#refuse(UNEXPECTED, "refused") : this.#attempt();
  }

  #retry(reason, kind) {
    const wait = WAITS[Math.min(this.#failures, WAITS.length - 1)];
    this.#failures += 1;
    this.#show(kind, `${reason} : rien n’est perdu`, wait);
    this.#plan(wait * 1000);
    return false;
  }

  // The network is back, or the person asks: now rather than later.
  again() {
    if (this.#blocked === "expired") this.#blocked = null;
    if (this.isDirty && !this.#blocked) this.#plan(0);
  }

  // -- What is said

  #tell(event, detail) {
    this.#form.dispatchEvent(new CustomEvent(`autosave:${event}`, { bubbles: true, detail }));
  }

  // Seen all the time; spoken only when it becomes something else, or every pause would interrupt the reader.
  #show(kind, words, wait = 0) {
    const place =
      this.#form.querySelector("[data-save-state]") ?? document.querySelector(`[data-save-state="${this.#form.id}"]`);
    if (!place) return;
    this.#stopCountdown();
    const [seen, spoken, button] = place.children.length === 3 ? place.children : this.#furnish(place);
    place.dataset.kind = kind;
    button.textContent = GESTURES[kind] ?? "";
    button.hidden = !GESTURES[kind];
    seen.textContent = words + (wait ? `, nouvel essai dans ${seconds(wait)}` : "");
    const isNews = kind !== this.#kind && !["pending", "saving"].includes(kind);
    if (isNews && !(kind === "saved" && this.#kind === "")) spoken.textContent = words;
    if (!["pending", "saving"].includes(kind)) this.#kind = kind;
    if (!wait) return;
    let left = wait;
    this.#countdown = setInterval(() => {
      left -= 1;
      if (left > 0) seen.textContent = `${words}, nouvel essai dans ${seconds(left)}`;
    }, 1000);
  }

  #furnish(place) {
    const [seen, spoken, button] = ["span", "span", "button"].map((tag) => document.createElement(tag));
    seen.setAttribute("aria-hidden", "true");
    spoken.className = "visually-hidden";
    spoken.setAttribute("role", "status");
    button.type = "button";
    button.className = "save-again";
    button.addEventListener("click", () => (this.#blocked === "conflict" ? goToConflict(this.#form) : this.again()));
    place.replaceChildren(seen, spoken, button);
    return place.children;
  }

  #stopCountdown() {
    clearInterval(this.#countdown);
    this.#countdown = null;
  }
}

// -- The page

const savers = new Map();
const dirty = () => [...savers.values()].filter((saver) => saver.isDirty);
let isLeaving = false;

export const autosaveOf = (form) => savers.get(form);

// Watches a form, from the page or brought later.
export const watch = (form) => {
  if (savers.has(form)) return savers.get(form);
  for (const other of savers.keys()) if (!other.isConnected) savers.delete(other);
  savers.set(form, new Autosave(form));
  return savers.get(form);
};

// Saves everything that is not; true once nothing is left to save.
export const flush = async () => {
  const results = await Promise.all(dirty().map((saver) => saver.flush()));
  return results.every(Boolean);
};

const touch = (event) => savers.get(event.target.form)?.touch();
document.addEventListener("input", touch);
document.addEventListener("change", touch);

// Buttons and links lead away once everything is saved; where it cannot be, a link clicked again goes all the same.
const insisted = new WeakSet();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!savers.has(form) || event.defaultPrevented) return;
  const [saver, { submitter }] = [savers.get(form), event];
  if (!saver.isDirty || saver.isRefused) {
    saver.number();
    isLeaving = true;
    return;
  }
  event.preventDefault();
  if (await saver.flush()) form.requestSubmit(submitter);
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const leads = new URL(link.href);
  const isWithin = leads.pathname === location.pathname && leads.hash;
  if (link.target || link.hasAttribute("download") || leads.origin !== location.origin || isWithin) return;
  if (!dirty().length || insisted.has(link)) return;
  event.preventDefault();
  if (!(await flush())) return insisted.add(link);
  isLeaving = true;
  location.assign(link.href);
});

const leave = () => {
  if (!isLeaving) for (const saver of savers.values()) saver.leave();
};
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
window.addEventListener("pagehide", leave);
window.addEventListener("beforeunload", (event) => {
  if (!isLeaving && dirty().length) event.preventDefault();
});
window.addEventListener("pageshow", () => (isLeaving = false));
const again = () => {
  for (const saver of savers.values()) saver.again();
};
window.addEventListener("online", again);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && again());

for (const form of document.querySelectorAll("form[data-autosave]")) watch(form);
