// Keeps "2 minutes ago" true while the page stays open; the words are those of the server.

const STEPS = [["minute", 60], ["hour", 3600], ["day", 86400]];
const RENEW_MS = 20 * 1000;

function ago(seconds) {
  const [unit, length] = STEPS.findLast(([, size]) => seconds >= size) ?? [];
  if (!unit) return "just now";
  const count = Math.floor(seconds / length);
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

function renew() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const words = ago((Date.now() - Date.parse(time.dateTime)) / 1000);
    if (time.textContent !== words) time.textContent = words;
  }
}

renew();
setInterval(renew, RENEW_MS);
document.addEventListener("portal:shown", renew);
