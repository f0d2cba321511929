// Names the browser's time zone on the way in, and offers it where a zone is typed.
// Without scripts times are in UTC until chosen.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
const place = zone.replaceAll("_", " ");

for (const field of document.querySelectorAll("input[name=browser_zone]")) field.value = zone;

for (const button of document.querySelectorAll("[data-use-zone]")) {
  const field = document.getElementById(button.dataset.useZone);
  if (!place || field.value === place) continue;
  button.textContent = `Use this browser’s zone: ${place}`;
  button.hidden = false;
  button.addEventListener("click", () => {
    field.value = place;
    button.hidden = true;
    field.focus();
  });
}
