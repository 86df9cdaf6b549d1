// A file's SHA-256, computed here: the file stays on the device, and only its fingerprint is asked about.

const LIMIT = 20 * 1024 * 1024;
const TOO_LARGE = "Ce fichier dépasse 20 Mo : aucun de nos documents n’est aussi lourd.";
const NO_PDF = "Ce fichier n’est pas un PDF : choisissez celui que le titulaire vous a remis.";
const COMPUTING = "Calcul de l’empreinte…";
const UNREADABLE = "Ce fichier ne se lit pas : choisissez-le de nouveau.";
const PLACE = "EMPREINTE";
const MAGIC = "%PDF-";

const zone = document.querySelector("[data-fingerprint]");

const begin = () => {
  const input = zone.querySelector("input");
  const said = zone.querySelector("[data-said]");

  const fingerprint = async (file) => {
    if (file.size > LIMIT) throw new Error(TOO_LARGE);
    const bytes = await file.arrayBuffer().catch(() => Promise.reject(new Error(UNREADABLE)));
    if (new TextDecoder("latin1").decode(bytes.slice(0, MAGIC.length)) !== MAGIC) throw new Error(NO_PDF);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const ask = async (file) => {
    if (!file) return;
    said.textContent = COMPUTING;
    try {
      location.assign(zone.dataset.fingerprint.replace(PLACE, await fingerprint(file)));
    } catch (error) {
      said.textContent = error.message;
    }
  };

  input.addEventListener("change", () => ask(input.files[0]));
  // Anywhere on the page: a file dropped beside the frame would replace the page by itself.
  addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-aimed-at");
  });
  addEventListener("dragleave", (event) => event.relatedTarget || zone.classList.remove("is-aimed-at"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-aimed-at");
    ask(event.dataTransfer.files[0]);
  });
  // Back from the answer, the page is as it was left.
  addEventListener("pageshow", () => {
    said.textContent = "";
    input.value = "";
  });

  zone.hidden = false;
  document.querySelector("[data-fallback]").hidden = true;
};

if (zone && globalThis.crypto?.subtle) begin();
