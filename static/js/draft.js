// Saves a draft five seconds after the last key, without its files. Whatever goes wrong, the buttons work as before.

const QUIET_MS = 5000;
const form = document.querySelector("form[data-autosave]");
const state = document.getElementById("draft-state");
let timer = 0;
let isLeaving = false;

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(save, QUIET_MS);
});
form?.addEventListener("submit", () => {
  isLeaving = true;
  clearTimeout(timer);
});

async function save() {
  const body = new FormData(form);
  body.delete("files");
  body.set("do", "autosave");
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    if (!isLeaving) state.textContent = answer.status === 204 ? "Draft saved." : "The draft is not saved yet.";
  } catch {
    if (!isLeaving) state.textContent = "The draft is not saved yet.";
  }
}
