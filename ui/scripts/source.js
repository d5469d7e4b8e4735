// The source: bring the quote into view, and say which citation it belongs to.
const settle = () => {
  if (!panel.clientHeight) return; // its tab is not open
  const target = panel.querySelector("#qw-mark") ?? panel.querySelector(".qw-passage");
  const top = target ? target.getBoundingClientRect().top - panel.getBoundingClientRect().top : 0;
  panel.scrollTop = target ? panel.scrollTop + top - panel.clientHeight / 3 : 0;
  showCurrent();
  if (state.follow) show(target ?? panel);
  delete state.follow;
};

// On a narrow page the source stands below the talk, so the page itself has to go there.
const show = (target) => {
  const { top, bottom } = target.getBoundingClientRect();
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (top < 0 || bottom > innerHeight) target.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "center" });
};

panel.addEventListener("qw-settle", settle);
new ResizeObserver(() => state.follow && settle()).observe(panel);
watch("value", () => requestAnimationFrame(settle));
requestAnimationFrame(settle);
