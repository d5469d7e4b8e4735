// The source: scroll the quote into view, and highlight the citation it belongs to.
const settle = () => {
  if (!panel.clientHeight) return; // its tab is closed
  const target = panel.querySelector(".qw-article[data-form=page] .qw-spot") ?? panel.querySelector("#qw-mark") ?? panel.querySelector(".qw-passage");
  const top = target ? target.getBoundingClientRect().top - panel.getBoundingClientRect().top : 0;
  panel.scrollTop = target ? panel.scrollTop + top - panel.clientHeight / 3 : 0;
  const sheet = target?.closest(".qw-sheet");
  if (sheet) sheet.scrollLeft = target.offsetLeft - sheet.clientWidth / 3;
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

// The page of a PDF in place of the text, once a visitor has asked for pages. The app draws it; page_image.js shows it.
const showForm = () => {
  const article = panel.querySelector(".qw-article");
  const page = article?.querySelector(".qw-page");
  if (!page) return;
  article.dataset.form = state.form ?? "text";
  for (const button of article.querySelectorAll("button[data-form]")) {
    button.setAttribute("aria-pressed", button.dataset.form === article.dataset.form);
  }
  if (state.form !== "page" || page.hasChildNodes()) return;
  page.textContent = "Drawing the page…";
  trigger("expand", { place: article.dataset.place });
};
watch("value", showForm);
showForm();

// Zoom keeps the marked quote in view.
const ZOOMS = [1, 1.5, 2, 3];
const zoom = (step) => {
  const place = Math.min(Math.max(ZOOMS.indexOf(Number(state.zoom ?? 1)) + step, 0), ZOOMS.length - 1);
  state.zoom = ZOOMS[place];
  panel.style.setProperty("--qw-zoom", state.zoom);
  settle();
};
panel.addEventListener("click", ({ target }) => {
  const data = target.closest("button")?.dataset ?? {};
  if (data.zoom) return zoom(Number(data.zoom));
  if (target.matches(".qw-picture img")) return zoom(state.zoom > 1 ? -ZOOMS.length : 2);
  if (!data.form) return;
  state.form = data.form;
  showForm();
  settle();
});
