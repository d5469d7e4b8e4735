// Runs for each panel of the app's own HTML. Gradio provides `element`, `trigger` and `watch`.
const PANELS = ["header", "conversation", "chips", "source", "finder", "listing", "report"];
const panel = element.closest(PANELS.map((name) => `#qw-${name}`).join());
const state = document.body.dataset; // shared by all panels; `follow` is set while a citation opens

// Sends a click or a form to the app, with the data attributes of its element.
const send = ({ event, ...data }) => trigger(event ?? (data.place ? "select" : "apply"), data);

panel.addEventListener("click", (event) => {
  const data = { ...event.target.closest("button, .qw-also")?.dataset };
  if (data.question) return window.quotewell.ask(data.question);
  if (!(data.place || data.action || data.event)) return;
  if (data.place) {
    state.follow = "yes";
    // The app announces no change if the same place is opened again.
    const source = document.querySelector("#qw-source");
    if (source?.querySelector(".qw-article")?.dataset.place === data.place) source.dispatchEvent(new Event("qw-settle"));
  }
  send(data);
});

panel.addEventListener("change", ({ target }) => {
  if (target.matches("[data-action]")) send({ ...target.dataset, value: target.value });
});

panel.addEventListener("submit", (event) => {
  event.preventDefault();
  send({ ...event.target.dataset, ...Object.fromEntries(new FormData(event.target)) });
});

let typing;
panel.addEventListener("input", (event) => {
  if (!event.target.matches(".qw-search")) return;
  clearTimeout(typing);
  typing = setTimeout(() => trigger("input", { search: event.target.value }), 150);
});

// Each update replaces the whole panel: restore the focus and what was expanded.
const describe = (element) => element && `${element.tagName} ${element.name} ${JSON.stringify(element.dataset)}`;
const unfolded = new Set();
let focused, focusedData;
const keyOf = (details) => {
  const turn = details.closest(".qw-turn");
  const turns = [...panel.querySelectorAll(".qw-turn")];
  return `${turns.indexOf(turn)} ${[...(turn ?? panel).querySelectorAll("details")].indexOf(details)}`;
};
panel.addEventListener("toggle", ({ target }) => unfolded[target.open ? "add" : "delete"](keyOf(target)), true);
panel.addEventListener("focusin", ({ target }) => {
  focused = describe(target);
  // For keyboard users: used to find a replacement for an element that disappears.
  focusedData = target.matches(":focus-visible") ? { ...target.closest("form")?.dataset, ...target.dataset } : undefined;
});
panel.addEventListener("focusout", (event) => event.relatedTarget && (focused = undefined));
const SHARED = ["step", "article", "reply"]; // data attributes that related elements share
const findReplacement = (focusable) =>
  focusable.find(({ dataset, type }) => type !== "checkbox" && SHARED.some((name) => focusedData[name] && focusedData[name] === dataset[name])) ??
  (panel.id === "qw-conversation" ? undefined : focusable[0]) ??
  document.querySelector("#qw-ask textarea");
watch("value", () => {
  localizeDates();
  panel.querySelectorAll("details").forEach((details) => (details.open = unfolded.has(keyOf(details))));
  if (!focused || document.activeElement !== document.body) return;
  const focusable = [...panel.querySelectorAll("button, input, select")].filter(({ disabled }) => !disabled);
  const same = focusable.find((each) => describe(each) === focused) ?? panel.querySelector(".qw-editing input");
  (same ?? (focusedData && findReplacement(focusable)))?.focus({ preventScroll: panel.id === "qw-conversation" });
});

// The server writes dates in English: put them into the form of the visitor's language.
const localizeDates = () => {
  for (const time of panel.querySelectorAll("time[datetime]")) {
    const month = "short" in time.dataset ? "short" : "long";
    const date = new Date(`${time.dateTime}T00:00`);
    time.textContent = date.toLocaleDateString(undefined, { day: "numeric", month, year: "numeric" });
  }
};
localizeDates();

// Highlights the citation that the source belongs to, whenever either of them changes.
const showCurrent = () => {
  const place = document.querySelector("#qw-source .qw-article")?.dataset.place;
  document.querySelectorAll("#qw-conversation button[data-place]").forEach((button) => {
    const current = button.dataset.place === place;
    if (current) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  });
};
