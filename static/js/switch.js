// A switch answers without a page load: its form is sent, and the answer's <main> takes the place of ours.
// Whatever goes wrong, the form is sent as if this file were not there: asking for the same state twice changes nothing.

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.matches("form.switch-form") || !button) return;
  event.preventDefault();
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  send(form, button).catch(() => sendPlainly(form, button));
});

async function send(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  const answer = await fetch(form.action, { method: "POST", body });
  if (!answer.ok && answer.status !== 422) throw new Error(`answered ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const isThisPage = answer.status === 422 || new URL(answer.url).pathname === location.pathname;
  if (!isThisPage) return location.assign(answer.url);
  show(page, button.id);
}

function show(page, focused) {
  const main = page.querySelector("main");
  if (!main) throw new Error("no page in the answer");
  // The announcer says these sentences: with a role of their own, listeners would hear them twice.
  for (const flash of main.querySelectorAll(".flash[role]")) flash.removeAttribute("role");
  document.querySelector("main").replaceWith(main);
  document.getElementById(focused)?.focus({ preventScroll: true });
  const said = [...main.querySelectorAll(".flash .text, .field .error")];
  announce(said.map((each) => each.textContent.trim()).join(" "));
  document.dispatchEvent(new CustomEvent("portal:shown"));
}

function sendPlainly(form, button) {
  const wanted = document.createElement("input");
  Object.assign(wanted, { type: "hidden", name: button.name, value: button.value });
  form.append(wanted);
  form.submit();
}

function announce(sentence) {
  document.dispatchEvent(new CustomEvent("portal:say", { detail: sentence }));
}
