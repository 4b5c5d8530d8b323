// The page works without this file; it keeps the countdown and the journal up to date.
"use strict";

const countdown = document.querySelector("#countdown b");
const toast = document.getElementById("toast");
const corner = document.getElementById("corner");

// The server knows the time: its clock may stand still, run fast, or jump.
async function followClock() {
  let wait = 1000;
  try {
    const response = await fetch("?view=clock", { cache: "no-store" });
    const session = await response.json();
    if (!session.alive) return location.reload();
    if (countdown.textContent !== session.remaining) countdown.textContent = session.remaining;
    if (session.milliseconds <= 60000 && !toast.textContent) toast.textContent = "This session ends within a minute.";
    // To the next whole second, unless the clock stands still just before one.
    wait = Math.max(session.milliseconds % 1000 || 1000, 250);
  } catch {
    // A mock that restarts answers again soon.
  }
  setTimeout(followClock, wait);
}

async function followJournal() {
  if (corner.open) {
    try {
      const response = await fetch("?view=journal", { cache: "no-store" });
      const journal = document.getElementById("journal");
      const rows = await response.text();
      if (response.ok && journal.dataset.shown !== rows) {
        journal.innerHTML = rows;
        journal.dataset.shown = rows;
      }
    } catch {
      // As above.
    }
  }
  setTimeout(followJournal, 1000);
}

// A second press must not send an action twice.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.getAttribute("aria-busy") === "true") event.preventDefault();
    form.setAttribute("aria-busy", "true");
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});

followClock();
if (corner) followJournal();
