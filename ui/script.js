// Runs once for each panel, with Gradio's `element`, `trigger` and `watch`.
const panel = element.closest("#qw-conversation, #qw-source, #qw-listing") ?? element;
const isSource = panel.id === "qw-source";
const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

// Scroll the panel, and never the page, until the quote is in its upper third.
const reveal = () => {
  const target = panel.querySelector("#qw-mark") ?? panel.querySelector(".qw-passage");
  const offset = target ? target.getBoundingClientRect().top - panel.getBoundingClientRect().top : 0;
  panel.scrollTop = target ? panel.scrollTop + offset - panel.clientHeight / 3 : 0;
};

// On a narrow page the source stands below the talk: go there when a citation was followed.
const follow = () => {
  const source = document.querySelector("#qw-source");
  const target = source?.querySelector("#qw-mark") ?? source?.querySelector(".qw-passage") ?? source;
  const box = target?.getBoundingClientRect();
  if (box && (box.top < 0 || box.bottom > innerHeight)) target.scrollIntoView({ behavior, block: "center" });
};

panel.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-place], button[data-question]");
  if (!button) return;
  if (button.dataset.question) return trigger("submit", { question: button.dataset.question });
  document.querySelectorAll("[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
  button.setAttribute("aria-current", "true");
  document.body.dataset.follow = "yes";
  trigger("select", { place: button.dataset.place });
});

watch("value", () => requestAnimationFrame(() => {
  if (isSource) {
    reveal();
    if (document.body.dataset.follow) follow();
    delete document.body.dataset.follow;
  } else if (panel.id === "qw-conversation") {
    const turn = panel.querySelector(".qw-turn:last-child");
    if (turn) panel.scrollTop += turn.getBoundingClientRect().top - panel.getBoundingClientRect().top;
  }
}));

// Files may be dropped anywhere on the page. Added once, by the first panel that loads.
if (!document.body.dataset.drops) {
  document.body.dataset.drops = "yes";
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  // The input is on the page only while the tab with the articles is open.
  const findInput = async (tries = 50) => {
    const input = document.querySelector("#qw-files input[type=file]");
    if (input || !tries) return input;
    document.querySelectorAll("#qw-tabs button[role=tab]")[1]?.click();
    await new Promise((done) => setTimeout(done, 50));
    return findInput(tries - 1);
  };
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
