// Runs for each panel of our own HTML, with Gradio's `element`, `trigger` and `watch`.
const panel = element.closest("#qw-conversation, #qw-chips, #qw-source, #qw-finder, #qw-listing");
const state = document.body.dataset; // shared by the panels: `follow` while a citation is being followed

// What is clicked or sent in the panel is told to the app, with all that its element says of it.
const tell = ({ event, ...data }) => trigger(event ?? (data.place ? "select" : "apply"), data);

// An example is asked as if it had been typed.
const ask = (question) => {
  const box = document.querySelector("#qw-ask textarea");
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  document.querySelector("#qw-ask .submit-button").click();
};

panel.addEventListener("click", (event) => {
  const data = { ...event.target.closest("button, .qw-also")?.dataset };
  if (data.question) return ask(data.question);
  if (!(data.place || data.action || data.event)) return;
  if (data.place) {
    state.follow = "yes";
    // The same place again is no change that the app would announce.
    const source = document.querySelector("#qw-source");
    if (source?.querySelector(".qw-article")?.dataset.place === data.place) source.dispatchEvent(new Event("qw-settle"));
  }
  tell(data);
});

panel.addEventListener("submit", (event) => {
  event.preventDefault();
  tell({ ...event.target.dataset, ...Object.fromEntries(new FormData(event.target)) });
});

let typing;
panel.addEventListener("input", (event) => {
  if (!event.target.matches(".qw-search")) return;
  clearTimeout(typing);
  typing = setTimeout(() => trigger("input", { search: event.target.value }), 150);
});

// The panel is made anew whenever it changes: what was unfolded and what had the focus comes back.
const nameOf = (one) => one && `${one.tagName} ${one.name} ${JSON.stringify(one.dataset)}`;
const unfolded = new Set();
let focused, belonging;
const keyOf = (details) => {
  const turn = details.closest(".qw-turn");
  const turns = [...panel.querySelectorAll(".qw-turn")];
  return `${turns.indexOf(turn)} ${[...(turn ?? panel).querySelectorAll("details")].indexOf(details)}`;
};
panel.addEventListener("toggle", ({ target }) => unfolded[target.open ? "add" : "delete"](keyOf(target)), true);
panel.addEventListener("focusin", ({ target }) => {
  focused = nameOf(target);
  // What takes the place of what goes away, for those who work with keys.
  belonging = target.matches(":focus-visible") ? { ...target.closest("form")?.dataset, ...target.dataset } : undefined;
});
panel.addEventListener("focusout", (event) => event.relatedTarget && (focused = undefined));
const KIN = ["step", "article", "reply"];
const heir = (able) =>
  able.find((one) => KIN.some((kin) => belonging[kin] && belonging[kin] === one.dataset[kin])) ??
  (panel.id === "qw-conversation" ? undefined : able[0]) ??
  document.querySelector("#qw-ask textarea");
watch("value", () => {
  panel.querySelectorAll("details").forEach((details) => (details.open = unfolded.has(keyOf(details))));
  if (!focused || document.activeElement !== document.body) return;
  const able = [...panel.querySelectorAll("button, input, select")].filter((one) => !one.disabled);
  const same = able.find((one) => nameOf(one) === focused) ?? panel.querySelector(".qw-editing input");
  (same ?? (belonging && heir(able)))?.focus({ preventScroll: panel.id === "qw-conversation" });
});

// Which citation the source belongs to: said anew when either of the two is.
const showCurrent = () => {
  const place = document.querySelector("#qw-source .qw-article")?.dataset.place;
  document.querySelectorAll("#qw-conversation button[data-place]").forEach((button) => {
    const current = button.dataset.place === place;
    if (current) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  });
};
