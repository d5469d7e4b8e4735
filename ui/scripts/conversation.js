// The talk: show its latest turn, and keep its questions in this browser.
const KEPT = 10; // talks
const talk = () => panel.querySelector(".qw-talk");
const read = () => {
  const kept = window.quotewell?.read("talks", []);
  return Array.isArray(kept) ? kept.filter(({ key, questions }) => key && listed(questions).length) : [];
};
const listed = (questions) => {
  try {
    const asked = JSON.parse(questions);
    return Array.isArray(asked) ? asked.map(String) : [];
  } catch {
    return [];
  }
};

let turns = 0;
let waited = false;
const showLatest = () => {
  const all = panel.querySelectorAll(".qw-turn");
  const waits = Boolean(panel.querySelector(".qw-waiting"));
  const grown = all.length !== turns || waits || waited; // a reply takes more room than the wait for it
  turns = all.length;
  waited = waits;
  if (!turns) unfolded.clear();
  if (!turns || !grown) return;
  const { top, bottom } = all[turns - 1].getBoundingClientRect();
  panel.scrollTop += top - panel.getBoundingClientRect().top - 14;
  // On a narrow page it is the page itself that moves.
  if (getComputedStyle(panel).overflowY === "visible" && (top < 0 || bottom > innerHeight)) scrollBy(0, top - 14);
};

// Questions alone are kept: opened again, they are asked again, so that no quote is older than its article.
const remember = () => {
  const { talk: key, questions = "[]" } = talk()?.dataset ?? {};
  const asked = listed(questions);
  if (!key || !asked.length || !window.quotewell) return;
  const others = read().filter((one) => one.key !== key);
  const before = listed(read().find((one) => one.key === key)?.questions);
  // While an earlier talk is being asked again, it is a part of what is kept.
  if (asked.every((question, at) => question === before[at])) return;
  window.quotewell.keep("talks", [{ key, questions, at: Date.now() }, ...others].slice(0, KEPT));
};

const made = (tag, text, data = {}, className = "") => {
  const one = Object.assign(document.createElement(tag), { textContent: text, className });
  if (tag === "button") one.type = "button";
  Object.assign(one.dataset, data);
  return one;
};

const showEarlier = () => {
  const place = panel.querySelector(".qw-earlier");
  const talks = read();
  if (!place || !talks.length) return;
  const list = made("ul", "", {}, "qw-examples");
  for (const { key, questions, at } of talks) {
    const asked = listed(questions);
    const button = made("button", "", { event: "retry", questions, talk: key });
    button.append(made("span", asked[0], {}, "qw-title"));
    const more = asked.length > 1 ? ` and ${asked.length - 1} more` : "";
    button.append(made("span", `${new Date(at).toLocaleDateString()}${more}`, {}, "qw-facts"));
    const row = made("li", "");
    row.append(button);
    list.append(row);
  }
  const forget = made("button", "Forget these", {}, "qw-quiet qw-forget");
  forget.addEventListener("click", () => {
    window.quotewell.keep("talks", []);
    place.replaceChildren();
  });
  place.replaceChildren(made("h3", "Earlier talks"), list, forget);
};

// The talk is made anew at each step, and would be read aloud from its beginning: what is new is said here instead.
const voice = Object.assign(document.createElement("div"), { id: "qw-voice", className: "qw-hidden", role: "status" });
document.body.append(voice);
const speak = () => {
  const latest = [...panel.querySelectorAll(".qw-turn")].at(-1);
  const parts = latest?.querySelectorAll(".qw-waiting, .qw-reply > :is(.qw-sentence, .qw-abstention, .qw-facts)") ?? [];
  const words = [...parts].map((part) => part.textContent).join(" ");
  if (voice.textContent !== words) voice.textContent = words;
};

const refresh = () => {
  showLatest();
  showCurrent();
  speak();
  remember();
  showEarlier();
};
watch("value", () => requestAnimationFrame(refresh));
requestAnimationFrame(refresh);
