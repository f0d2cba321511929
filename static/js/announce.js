// Says a sentence to people who listen to the page instead of looking at it; other scripts ask with "portal:say".
// They do not import this file: an address inside a script would lack the version that lets browsers keep a file for good.

const GAP_MS = 50;

document.addEventListener("portal:say", ({ detail: sentence }) => {
  const place = document.getElementById("announcer");
  if (!place || !sentence) return;
  // A listener only hears a change: the same sentence twice needs a gap between.
  place.textContent = "";
  setTimeout(() => { place.textContent = sentence; }, GAP_MS);
});
