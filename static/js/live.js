// Parts of a page that go on by themselves: an element with an id and data-refresh-seconds is read again and replaced,
// as long as the page is looked at and the attribute is there. What is open stays open, and focus stays where it is.
// Inside of a form with data-refresh-by="post", the form is sent without a button, which shows it again as it is filled.

// A page that nobody touches must not keep its session alive.
const LEFT_ALONE_MS = 20 * 60 * 1000;

let touchedAt = Date.now();
let timer = 0;
for (const sign of ["pointermove", "keydown", "scroll"]) {
  addEventListener(sign, () => { touchedAt = Date.now(); }, { passive: true });
}
document.addEventListener("visibilitychange", plan);
document.addEventListener("portal:shown", plan);
plan();

function plan() {
  clearTimeout(timer);
  const pauses = parts(document).map((part) => Number(part.dataset.refreshSeconds));
  if (document.hidden || pauses.length === 0) return;
  timer = setTimeout(refresh, Math.max(1, Math.min(...pauses)) * 1000);
}

async function refresh() {
  const isLeftAlone = Date.now() - touchedAt > LEFT_ALONE_MS;
  if (!isLeftAlone && !parts(document).some(isInUse)) {
    try {
      await readAgain();
    } catch {
      // The server may be away for a moment; the next look finds out.
    }
  }
  plan();
}

async function readAgain() {
  const form = parts(document)[0].closest('form[data-refresh-by="post"]');
  // The server counts no visit for what is read again.
  const headers = { Accept: "text/html", Purpose: "refresh" };
  const answer = form
    ? await fetch(form.action, { method: "POST", body: new FormData(form), headers })
    : await fetch(location.href, { headers });
  if (!answer.ok) return;
  if (answer.redirected) return form ? undefined : location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of parts(document)) {
    const fresh = page.getElementById(old.id);
    if (fresh && !isInUse(old)) replace(old, fresh);
  }
}

function replace(old, fresh) {
  const open = new Set(folds(old).filter(([, fold]) => fold.open).map(([key]) => key));
  for (const [key, fold] of folds(fresh)) {
    if (open.has(key)) fold.open = true;
  }
  if (old.isEqualNode(fresh)) return;
  const focused = placeOf(document.activeElement, old);
  const isNews = old.dataset.announce !== fresh.dataset.announce;
  old.replaceWith(fresh);
  if (focused) found(focused, fresh)?.focus({ preventScroll: true });
  if (isNews) announce(fresh.dataset.announce);
}

// An element is known by the nearest id around it and its number there, so that new neighbours do not shift it.
function placeOf(element, part) {
  if (!part.contains(element)) return null;
  const home = element.closest("[id]");
  return { home: home.id, number: [home, ...home.querySelectorAll("*")].indexOf(element) };
}

function found({ home, number }, part) {
  const place = part.id === home ? part : part.querySelector(`#${CSS.escape(home)}`);
  return place && [place, ...place.querySelectorAll("*")][number];
}

// Each <details> likewise.
function folds(part) {
  const counts = new Map();
  return [...part.querySelectorAll("details")].map((fold) => {
    const home = fold.closest("[id]")?.id ?? "";
    counts.set(home, (counts.get(home) ?? 0) + 1);
    return [`${home} ${counts.get(home)}`, fold];
  });
}

function parts(page) {
  return [...page.querySelectorAll("[id][data-refresh-seconds]")];
}

// Somebody is filling in a field, pressing a button or marking text there: they must not lose it.
function isInUse(part) {
  const selection = document.getSelection();
  const isMarked = selection && !selection.isCollapsed && part.contains(selection.anchorNode);
  return isMarked || Boolean(part.querySelector(":is(input, select, textarea):focus, [aria-busy=true]"));
}

function announce(sentence) {
  document.dispatchEvent(new CustomEvent("portal:say", { detail: sentence }));
}
