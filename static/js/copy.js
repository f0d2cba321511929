// Shows the "Copy" buttons, which do nothing without a script, and copies what the named field holds.

const SAID_MS = 2000;

function show() {
  for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  const field = button && document.getElementById(button.dataset.copy);
  if (!field) return;
  field.select();
  // Only pages opened by https or on this computer may use the clipboard; elsewhere the text is marked, to be copied by hand.
  if (!navigator.clipboard) return announce("The text is marked: press Ctrl+C to copy it.");
  await navigator.clipboard.writeText(field.value);
  button.textContent = "Copied";
  announce("Copied");
  setTimeout(() => { button.textContent = "Copy"; }, SAID_MS);
});

document.addEventListener("portal:shown", show);
show();

function announce(sentence) {
  document.dispatchEvent(new CustomEvent("portal:say", { detail: sentence }));
}
