// Files joined to an evaluation: sent one by one as soon as they are chosen, beside whatever is being typed.

import { headers, isSignedIn, resume } from "./session.js";

const LIMIT = 10 * 1024 * 1024;
const TOO_LARGE = "Ce fichier dépasse 10 Mo : réduisez-le ou partagez-le en plusieurs fichiers.";
const NOT_SENT = "L’envoi n’a pas abouti.";
const GONE = "Ce fichier n’est plus là : rechargez la page.";
const SIGN_IN_AGAIN = "Votre session a expiré : reconnectez-vous, puis réessayez.";
const FORGET_AFTER = 5000;

const begin = (section) => {
  const list = section.querySelector("[data-attachment-list]");
  const uploads = section.querySelector("[data-uploads]");
  const said = section.querySelector("[data-attachment-said]");

  // Once the session is over: sign in again without leaving the page, then the same is sent again.
  const post = (url, body, { progress, done, failed, isAgain = false }) => {
    const xhr = new XMLHttpRequest();
    xhr.open("POST", url);
    for (const [name, value] of Object.entries(headers())) xhr.setRequestHeader(name, value);
    xhr.setRequestHeader("HX-Request", "true");
    xhr.upload.addEventListener("progress", (event) => event.lengthComputable && progress?.(event.loaded / event.total));
    xhr.addEventListener("error", () => failed(NOT_SENT));
    xhr.addEventListener("load", async () => {
      if (xhr.status === 401) {
        if (await resume()) post(url, body, { progress, done, failed });
        else failed(SIGN_IN_AGAIN);
      } else if (xhr.status === 403 && !isAgain && (await isSignedIn()).isOwner) {
        post(url, body, { progress, done, failed, isAgain: true }); // Its token changed: they signed in in another tab.
      } else if (xhr.status === 200) done(xhr.responseText);
      else if (xhr.status === 404) failed(GONE, false);
      else if (xhr.status === 409 || xhr.status === 422) failed(reasonIn(xhr.responseText), false);
      else failed(NOT_SENT);
    });
    xhr.send(body);
  };

  const reasonIn = (html) =>
    new DOMParser().parseFromString(html, "text/html").querySelector(".notice")?.textContent.trim() || NOT_SENT;

  const show = (html) => {
    list.innerHTML = html;
  };

  // One line per file under way: its name, its bar, then what became of it.
  const lineFor = (file) => {
    const line = document.createElement("li");
    const name = document.createElement("span");
    const bar = document.createElement("progress");
    name.textContent = file.name;
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `Envoi de ${file.name}`);
    line.append(name, bar);
    uploads.append(line);
    return { line, bar };
  };

  const button = (words, act) => {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "btn btn-sm btn-outline-secondary";
    element.textContent = words;
    element.addEventListener("click", act);
    return element;
  };

  const refuse = (line, bar, sentence, retry) => {
    bar.remove();
    const reason = document.createElement("p");
    reason.className = "rating-error";
    reason.textContent = sentence;
    line.append(reason);
    if (retry) line.append(button("Réessayer", () => (line.remove(), retry())));
    line.append(button("Fermer", () => line.remove()));
    said.textContent = sentence;
  };

  const queue = [];
  let isSending = false;
  const next = () => {
    isSending = queue.length > 0;
    if (isSending) send(queue.shift());
  };
  const join = (file) => {
    queue.push({ file, ...lineFor(file) });
    if (!isSending) next();
  };

  const send = ({ file, line, bar }) => {
    if (file.size > LIMIT) {
      refuse(line, bar, TOO_LARGE);
      return next();
    }
    const body = new FormData();
    body.append("file", file);
    post(section.dataset.attachments, body, {
      progress: (share) => (bar.value = share),
      done: (html) => {
        line.remove();
        show(html);
        said.textContent = `${file.name} est joint.`;
        next();
      },
      failed: (sentence, mayRetry = true) => {
        refuse(line, bar, sentence, mayRetry && (() => join(file)));
        next();
      },
    });
  };

  for (const input of section.querySelectorAll("[data-attachment-inputs] input")) {
    input.addEventListener("change", (event) => {
      event.stopPropagation(); // A file is not a field of the form around it.
      for (const file of input.files) join(file);
      input.value = "";
    });
    input.addEventListener("input", (event) => event.stopPropagation());
  }

  // Taking a file off asks for a second click on the same button.
  list.addEventListener("click", (event) => {
    const remove = event.target.closest("[data-remove]");
    if (!remove) return;
    const words = remove.querySelector("[data-words]");
    if (remove.dataset.armed === undefined) {
      remove.dataset.armed = "";
      words.textContent = "Confirmer le retrait";
      setTimeout(() => {
        delete remove.dataset.armed;
        words.textContent = "Retirer";
      }, FORGET_AFTER);
      return;
    }
    remove.disabled = true;
    post(remove.dataset.remove, new FormData(), {
      done: (html) => {
        show(html);
        said.textContent = "Fichier retiré.";
        section.querySelector("[data-attachment-inputs] input").focus();
      },
      failed: (sentence) => {
        remove.disabled = false;
        said.textContent = words.textContent = sentence;
      },
    });
  });

  section.querySelector("[data-attachment-inputs]").hidden = false;
  section.querySelector("[data-without-script]").hidden = true;
};

for (const section of document.querySelectorAll("[data-attachments]")) begin(section);
