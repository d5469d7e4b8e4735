// The source: scroll the quote into view, and highlight the citation it belongs to.
const settle = () => {
  if (!panel.clientHeight) return; // its tab is closed
  const target = panel.querySelector("#qw-mark") ?? panel.querySelector(".qw-passage");
  const top = target ? target.getBoundingClientRect().top - panel.getBoundingClientRect().top : 0;
  panel.scrollTop = target ? panel.scrollTop + top - panel.clientHeight / 3 : 0;
  showCurrent();
  if (state.follow) scrollPageTo(target ?? panel);
  delete state.follow;
};

// On a narrow page, the source is below the conversation: scroll the page itself.
const scrollPageTo = (target) => {
  const { top, bottom } = target.getBoundingClientRect();
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  if (top < 0 || bottom > innerHeight) target.scrollIntoView({ behavior, block: "center" });
};

panel.addEventListener("qw-settle", settle);
new ResizeObserver(() => state.follow && settle()).observe(panel);
watch("value", () => requestAnimationFrame(settle));
requestAnimationFrame(settle);
