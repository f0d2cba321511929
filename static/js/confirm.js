// A question that was opened closes again by Escape, or by pressing anywhere else.

function close(question, { returnsFocus }) {
  question.open = false;
  if (returnsFocus) question.querySelector("summary").focus();
}

// A question near the end of the window opens below it: bring its buttons into view.
document.addEventListener("toggle", ({ target }) => {
  if (target.matches?.("details.confirm[open]")) target.querySelector(".ask")?.scrollIntoView({ block: "nearest" });
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const question = event.target.closest("details.confirm[open]");
  if (question) close(question, { returnsFocus: true });
});

document.addEventListener("click", (event) => {
  for (const question of document.querySelectorAll("details.confirm[open]")) {
    if (!question.contains(event.target)) close(question, { returnsFocus: false });
  }
});
