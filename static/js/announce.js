// Says a sentence to people who listen to the page instead of looking at it.

export function announce(sentence) {
  const place = document.getElementById("announcer");
  if (!place || !sentence) return;
  // A listener only hears a change: the same sentence twice needs a gap between.
  place.textContent = "";
  setTimeout(() => { place.textContent = sentence; }, 50);
}
