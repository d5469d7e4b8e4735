// Lists the wrong answers, some at a time. Their texts come from outside and are only ever inserted as text.
"use strict";
(() => {
  const STEP = 30;
  const MARKS = ["", "", "gold", "both"];
  const QUOTED = 1;
  const { wrong, counts, kinds } = JSON.parse(document.getElementById("data").textContent);
  const [list, more, count, search, kind, word] = ["list", "more", "count", "search", "kind", "word"].map((id) =>
    document.getElementById(id),
  );
  let found = wrong;
  let shown = 0;

  function element(tag, name, ...inner) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    made.append(...inner);
    return made;
  }

  function passage(pieces, ...title) {
    const text = pieces.map(([piece, mark]) => (mark ? element("mark", MARKS[mark], piece) : piece));
    return element("div", "", element("h4", "", ...title), element("p", "", ...text));
  }

  function passages(one) {
    const both = element("div", "passages");
    if (one.cited) {
      const { title, start, end, passage: pieces } = one.cited;
      const shownAs = pieces.some(([, mark]) => mark > QUOTED) ? "Quoted, in the gold passage" : "Quoted";
      const where = `, characters ${start}–${end}`;
      both.append(passage(pieces, `${shownAs}: `, element("bdi", "", title || "untitled"), where));
    }
    if (one.gold_passage) both.append(passage(one.gold_passage, "Gold passage"));
    return both;
  }

  function pair(name, ...values) {
    return element("div", "", element("dt", "", name), element("dd", "", ...values));
  }

  function percent(value, score = "sure") {
    return typeof value === "number" ? `${(100 * value).toFixed(0)}% ${score}`.trim() : "";
  }

  function about(one) {
    const facts = [percent(one.sure, one.score), "f1" in one ? `F1 ${one.f1.toFixed(2)}` : ""];
    if (one.rank) facts.push(`gold passage at rank ${one.rank}`);
    if (!one.in_library) facts.push("its article was left out of the library");
    facts.push(one.source, one.id);
    const label = element("b", "", one.kind);
    label.title = kinds[one.kind];
    const spans = facts.filter(Boolean).map((fact, i) => element("span", i === 0 ? "sure" : "", fact));
    return element("div", "about", label, ...spans);
  }

  function item(one) {
    const facts = element("dl", "", pair("expected", one.gold.join(" / ") || "no answer"));
    if ("answer" in one) facts.append(pair(one.answered ? "answered" : "withheld", one.answer || "nothing"));
    if (one.others && one.others.length) {
      facts.append(pair("others", ...one.others.flatMap(([text, sure], i) => [i ? " · " : "", element("bdi", "", text), ` (${percent(sure, "")})`])));
    }
    const made = element("article", "", about(one), element("h3", "", one.question), facts, passages(one));
    made.tabIndex = -1;
    return made;
  }

  function showMore() {
    list.append(...found.slice(shown, shown + STEP).map(item));
    shown = Math.min(shown + STEP, found.length);
    more.hidden = shown >= found.length;
    count.value = `${found.length} of ${wrong.length}`;
  }

  function haystack(one) {
    if (!one.haystack) {
      const pieces = [...(one.cited ? one.cited.passage : []), ...(one.gold_passage || [])];
      const texts = [one.question, one.answer || "", ...one.gold, one.source, one.id, one.cited ? one.cited.title : ""];
      one.haystack = `${texts.join("\n")}\n${pieces.map(([text]) => text).join("")}`.toLowerCase();
    }
    return one.haystack;
  }

  function filter() {
    const wanted = search.value.trim().toLowerCase();
    found = wrong.filter(
      (one) =>
        (!kind.value || one.kind === kind.value) &&
        (!word.value || one.word === word.value) &&
        (!wanted || haystack(one).includes(wanted)),
    );
    list.replaceChildren();
    shown = 0;
    showMore();
    if (!found.length) list.append(element("p", "", wrong.length ? "No wrong answer matches." : "There are no wrong answers."));
  }

  function choices(select, values) {
    for (const [value, times] of values) {
      const option = element("option", "", `${value} (${times})`);
      option.value = value;
      select.append(option);
    }
  }

  function step(by) {
    const items = [...list.querySelectorAll("article")];
    const next = items.indexOf(document.activeElement.closest("article")) + by;
    if (next >= items.length && shown < found.length) showMore();
    const target = list.querySelectorAll("article")[Math.max(next, 0)];
    if (target) target.focus();
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      search.value = kind.value = word.value = "";
      document.activeElement.blur();
      filter();
    } else if (event.target.matches("input, select")) {
      return;
    } else if (event.key === "/") {
      search.focus();
    } else if (event.key === "j" || event.key === "k") {
      step(event.key === "j" ? 1 : -1);
    } else {
      return;
    }
    event.preventDefault();
  }

  const words = new Map();
  for (const one of wrong) words.set(one.word, (words.get(one.word) || 0) + 1);
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
  choices(kind, Object.keys(kinds).filter((name) => counts[name]).map((name) => [name, counts[name]]));
  choices(word, [...words].sort((one, other) => other[1] - one[1]));
  if (total > wrong.length) {
    document.getElementById("wrong-note").append(
      ` Only the most confident of each kind are shown, ${wrong.length} of ${total}; predictions.jsonl has all of them.`,
    );
  }
  const kindsShown = element("dl", "");
  for (const name of Object.keys(kinds)) {
    if (counts[name]) kindsShown.append(pair(`${name}: ${counts[name]}`, kinds[name]));
  }
  document.getElementById("wrong-note").after(kindsShown);
  for (const input of [search, kind, word]) input.addEventListener("input", filter);
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("filters").hidden = false;
  more.addEventListener("click", showMore);
  document.addEventListener("keydown", key);
  filter();
})();
