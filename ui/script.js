// Runs once for each panel of our own HTML, with Gradio's `element`, `trigger` and `watch`.
const panel = element.closest("#qw-conversation, #qw-source, #qw-listing") ?? element;
const state = document.body.dataset; // shared by the panels: `follow` while a citation is being followed

// In the conversation and in the list of articles: what is clicked is told to the app.
const clicked = (event) => {
  const button = event.target.closest("button[data-place], button[data-question]");
  if (!button) return;
  const { question, place } = button.dataset;
  if (question) return trigger("submit", { question });
  state.follow = "yes";
  trigger("select", { place });
  const source = document.querySelector("#qw-source");
  // The same place again is no change that the app would announce.
  if (source?.querySelector(".qw-article")?.dataset.place === place) source.dispatchEvent(new Event("qw-settle"));
};

// In the source: bring the quote into view, and say which citation it belongs to.
const settle = () => {
  if (!panel.clientHeight) return; // its tab is not open
  const target = panel.querySelector("#qw-mark") ?? panel.querySelector(".qw-passage");
  const top = target ? target.getBoundingClientRect().top - panel.getBoundingClientRect().top : 0;
  panel.scrollTop = target ? panel.scrollTop + top - panel.clientHeight / 3 : 0;
  const place = panel.querySelector(".qw-article")?.dataset.place;
  document.querySelectorAll("button[data-place]").forEach((button) => {
    button.toggleAttribute("aria-current", button.dataset.place === place);
    if (button.hasAttribute("aria-current")) button.setAttribute("aria-current", "true");
  });
  if (state.follow) show(target ?? panel);
  delete state.follow;
};

// On a narrow page the source stands below the talk, so the page itself has to go there.
const show = (target) => {
  const { top, bottom } = target.getBoundingClientRect();
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (top < 0 || bottom > innerHeight) target.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "center" });
};

const showLatest = () => {
  const turn = panel.querySelector(".qw-turn:last-child");
  if (turn) panel.scrollTop += turn.getBoundingClientRect().top - panel.getBoundingClientRect().top - 14;
};

if (panel.id === "qw-source") {
  panel.addEventListener("qw-settle", settle);
  new ResizeObserver(() => state.follow && settle()).observe(panel);
  watch("value", () => requestAnimationFrame(settle));
  requestAnimationFrame(settle);
} else {
  panel.addEventListener("click", clicked);
}
if (panel.id === "qw-conversation") watch("value", () => requestAnimationFrame(showLatest));

// Files may be dropped anywhere on the page. Set up once, by the first panel that loads.
if (!state.drops) {
  state.drops = "yes";
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  // The input is on the page only while the tab with the articles is open.
  const findInput = async (tries = 50) => {
    const input = document.querySelector("#qw-files input[type=file]");
    if (input || !tries) return input;
    document.querySelectorAll("#qw-tabs button[role=tab]")[1]?.click();
    await new Promise((done) => setTimeout(done, 50));
    return findInput(tries - 1);
  };
  document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  document.addEventListener("drop", async (event) => {
    if (!hasFiles(event) || event.target.closest("#qw-files")) return;
    event.preventDefault();
    const files = event.dataTransfer.files;
    const input = await findInput();
    if (!input) return;
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
