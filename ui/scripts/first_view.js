// The first view of the page. Takes a question until the app is ready, then hands it over and makes room.
(() => {
  const first = document.getElementById("qw-first");
  const conversation = first.querySelector(".qw-first-conversation");
  const box = first.querySelector("textarea");
  let sent = "";

  const send = (question) => {
    if (sent || !question.trim()) return;
    sent = question;
    box.value = "";
    const heading = Object.assign(document.createElement("h2"), { className: "qw-question", textContent: sent });
    const waiting = Object.assign(document.createElement("p"), { className: "qw-waiting", textContent: "Starting" });
    heading.dir = "auto";
    waiting.setAttribute("role", "status");
    const turn = Object.assign(document.createElement("div"), { className: "qw-turns" });
    turn.append(heading, waiting);
    conversation.replaceChildren(turn);
  };
  first.addEventListener("submit", (event) => {
    event.preventDefault();
    send(box.value);
  });
  first.addEventListener("click", ({ target }) => send(target.closest("[data-question]")?.dataset.question ?? ""));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send(box.value);
  });

  // A link to an answer asks its question.
  const address = new URL(location.href);
  send(address.searchParams.get("question") ?? "");
  address.searchParams.delete("question");
  history.replaceState(history.state, "", address);

  const handOver = () => {
    const target = document.querySelector("#qw-ask textarea");
    const isReady = target && window.quotewell && document.querySelector("#qw-conversation .qw-turns");
    if (!isReady) return;
    observer.disconnect();
    const draft = box.value;
    const hadFocus = document.activeElement === box || document.activeElement === document.body;
    first.remove();
    if (hadFocus) target.focus({ preventScroll: true });
    if (sent) window.quotewell.ask(sent);
    if (!draft) return;
    target.value = draft;
    target.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const observer = new MutationObserver(handOver);
  observer.observe(document.body, { childList: true, subtree: true });
})();
