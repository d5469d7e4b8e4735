// The conversation: scroll to its latest turn, announce it, and store the questions in this browser.
const MAX_STORED = 10; // conversations

const parseQuestions = (json) => {
  try {
    const questions = JSON.parse(json);
    return Array.isArray(questions) ? questions.map(String) : [];
  } catch {
    return [];
  }
};

const loadConversations = () => {
  const stored = window.quotewell?.read("conversations");
  return Array.isArray(stored) ? stored.filter(({ key, questions }) => key && parseQuestions(questions).length) : [];
};
const chosenLibrary = () => {
  const choice = document.querySelector("select.qw-library");
  return choice?.selectedIndex > 0 ? choice.value : ""; // the first one has none, as where there is only one
};
const storeConversations = (conversations) => window.quotewell.store("conversations", conversations);

let turnCount = 0;
let wasWaiting = false;
const scrollToLatest = () => {
  const turns = panel.querySelectorAll(".qw-turn");
  const isWaiting = Boolean(panel.querySelector(".qw-waiting"));
  const hasGrown = turns.length !== turnCount || isWaiting || wasWaiting; // a reply is taller than its placeholder
  turnCount = turns.length;
  wasWaiting = isWaiting;
  if (!turnCount) unfolded.clear();
  if (!turnCount || !hasGrown) return;
  const { top, bottom } = turns[turnCount - 1].getBoundingClientRect();
  panel.scrollTop += top - panel.getBoundingClientRect().top - 14;
  // On a narrow page, the page itself scrolls.
  if (getComputedStyle(panel).overflowY === "visible" && (top < 0 || bottom > innerHeight)) scrollBy(0, top - 14);
};

// Only the questions are stored. Reopening a conversation asks them again, so no quote is older than its article.
const storeCurrent = () => {
  const { conversation: key, questions = "[]" } = panel.querySelector(".qw-turns")?.dataset ?? {};
  const asked = parseQuestions(questions);
  if (!key || !asked.length || !window.quotewell) return;
  const conversations = loadConversations();
  const stored = parseQuestions(conversations.find((conversation) => conversation.key === key)?.questions);
  // While an earlier conversation is being asked again, its questions so far are the first of those stored.
  if (asked.every((question, index) => question === stored[index])) return;
  const others = conversations.filter((conversation) => conversation.key !== key);
  storeConversations([{ key, questions, library: chosenLibrary(), at: Date.now() }, ...others].slice(0, MAX_STORED));
};

const createElement = (tag, text, data = {}, className = "") => {
  const element = Object.assign(document.createElement(tag), { textContent: text, className });
  if (tag === "button") element.type = "button";
  Object.assign(element.dataset, data);
  return element;
};

const showEarlier = () => {
  const container = panel.querySelector(".qw-earlier");
  const conversations = loadConversations().filter(({ library }) => (library ?? "") === chosenLibrary());
  if (!container || !conversations.length) return;
  const list = createElement("ul", "", {}, "qw-examples");
  for (const { key, questions, at } of conversations) {
    const asked = parseQuestions(questions);
    const button = createElement("button", "", { event: "retry", questions, conversation: key });
    button.append(createElement("span", asked[0], {}, "qw-title"));
    const others = asked.length - 1;
    const more = others ? ` and ${others} more question${others === 1 ? "" : "s"}` : "";
    button.append(createElement("span", `${new Date(at).toLocaleDateString()}${more}`, {}, "qw-facts"));
    const row = createElement("li", "");
    row.append(button);
    list.append(row);
  }
  const clear = createElement("button", "Clear history", {}, "qw-quiet qw-forget");
  clear.addEventListener("click", () => {
    storeConversations([]);
    container.replaceChildren();
  });
  container.replaceChildren(createElement("h3", "Earlier conversations"), list, clear);
};

// Each step replaces the whole panel, and a screen reader would read all of it again: announce only what is new.
const announcer = createElement("div", "", {}, "qw-hidden");
announcer.id = "qw-voice";
announcer.setAttribute("role", "status");
document.body.append(announcer);
const ANNOUNCED = ".qw-waiting, .qw-reply > :is(.qw-sentence, .qw-abstention, .qw-aside, .qw-facts)";
const announceLatest = () => {
  const latest = [...panel.querySelectorAll(".qw-turn")].at(-1);
  const parts = latest?.querySelectorAll(ANNOUNCED) ?? [];
  const words = [...parts].map((part) => part.textContent).join(" ");
  if (announcer.textContent !== words) announcer.textContent = words;
};

const refresh = () => {
  scrollToLatest();
  showCurrent();
  announceLatest();
  storeCurrent();
  showEarlier();
};
watch("value", () => requestAnimationFrame(refresh));
requestAnimationFrame(refresh);
