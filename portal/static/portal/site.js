/* What a page gains with script; without it everything works. Nothing is sent or kept. */

/* Times are those of the event's place. Whoever's clock differs reads their own time beside it. */
const language = document.documentElement.lang;
const here = document.documentElement.dataset.yourTime;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hour12: false });
const day = new Intl.DateTimeFormat(language, { weekday: "long" });

for (const time of document.querySelectorAll("time.local-times")) {
  const starts = new Date(time.dateTime);
  const ends = new Date(time.dataset.ends);
  const said = time.textContent.match(/\d{1,2}:\d{2}/);
  if (!here || !said || isNaN(starts) || clock.format(starts) === said[0].padStart(5, "0")) continue;
  const own = document.createElement("span");
  own.className = "your-time";
  own.textContent = here.replace("{day}", day.format(starts))
    .replace("{start}", clock.format(starts)).replace("{end}", clock.format(ends));
  time.after(" ", own);
}

/* A form that came back with errors: the summary is read out and in view. */
document.querySelector(".error-summary")?.focus();

/* Left in a hurry: nothing is to be seen from the press of the button on, however slow the line is. */
document.querySelector(".leave")?.addEventListener("submit", () => {
  document.title = "";
  document.body.style.display = "none";
});
