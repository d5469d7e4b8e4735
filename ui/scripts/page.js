// The page as a whole. Runs once, when the app has loaded, with the default settings, the names of the readers and
// the current settings. Returns the settings stored in this browser, unless the visitor has changed some already.
(defaults, readers, ...current) => {
  const PREFIX = "quotewell.";
  const read = (name, missing) => {
    try {
      return JSON.parse(localStorage.getItem(PREFIX + name)) ?? missing;
    } catch {
      return missing; // the browser blocks storage, or the value is not ours
    }
  };
  const store = (name, value) => {
    try {
      localStorage.setItem(PREFIX + name, JSON.stringify(value));
    } catch {
      // The chat works without storage.
    }
  };
  const box = () => document.querySelector("#qw-ask textarea");
  const main = document.getElementById("qw-main"); // Gradio's styles reach no further up

  // Asks a question as if the visitor had typed it.
  const ask = (question) => {
    box().value = question;
    box().dispatchEvent(new Event("input", { bubbles: true }));
    document.querySelector("#qw-ask .submit-button").click();
  };
  window.quotewell = { read, store, ask };

  // Colours: the system's, or the visitor's choice.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const theme = read("theme", "system");
    document.body.classList.toggle("dark", theme === "dark" || (theme === "system" && dark.matches));
    document.querySelectorAll("input[name=qw-theme]").forEach((radio) => (radio.checked = radio.value === theme));
  };
  dark.addEventListener("change", () => requestAnimationFrame(paint));
  document.addEventListener("change", ({ target }) => {
    if (target.name !== "qw-theme") return;
    store("theme", target.value);
    paint();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#qw-tabs [role=tab]")) setTimeout(paint, 50); // the settings are created on first opening
  });
  paint();

  // Copying. Browsers hide the clipboard from pages served over plain HTTP by another machine.
  const copy = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const box = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  };
  // The address names the library that the visitor chose, so that links and a reload lead to it.
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("select.qw-library")) return;
    const address = new URL(location.href);
    address.searchParams.set("library", target.value);
    history.replaceState(history.state, "", address);
  });
  const linkTo = (question) => {
    const library = new URLSearchParams(location.search).get("library");
    return `${location.origin}${location.pathname}?${new URLSearchParams({ ...(library && { library }), question })}`;
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy], button[data-link]");
    if (!button || button.dataset.copied) return;
    await copy(button.dataset.copy ?? linkTo(button.dataset.link));
    const label = button.textContent;
    button.dataset.copied = "yes";
    button.setAttribute("role", "status");
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = label;
      button.removeAttribute("role");
      delete button.dataset.copied;
    }, 1500);
  });

  // Name Gradio's columns for screen readers.
  for (const [id, label] of [["qw-left", "Conversation"], ["qw-right", "Source, library and settings"]]) {
    const column = document.getElementById(id);
    column?.setAttribute("role", "region");
    column?.setAttribute("aria-label", label);
  }

  // Keys.
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");
  const STEPS = { ArrowLeft: "previous", ArrowRight: "next" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const { target, key } = event;
    const isFree = (!isTyping(target) && !target.closest(".qw-sheet")) || (target === box() && !target.value);
    if (key === "/" && !isTyping(target)) {
      event.preventDefault();
      box()?.focus();
    } else if (key in STEPS && target.closest("[role=tab]")) {
      const tab = target.closest("[role=tab]");
      const neighbour = key === "ArrowLeft" ? tab.previousElementSibling : tab.nextElementSibling;
      neighbour?.focus();
      neighbour?.click();
    } else if (key in STEPS && isFree) {
      document.querySelector(`#qw-source button[data-step=${STEPS[key]}]:not(:disabled)`)?.click();
    } else if (key === "Escape") {
      leave(target);
    }
  });
  const leave = (target) => {
    const cancel = target.closest("form")?.querySelector("[data-action=cancel]");
    if (cancel) return cancel.click();
    if (main.hasAttribute("data-sheet")) return closeSheet();
    if (target === box()) return target.blur();
    const current = document.querySelector("#qw-conversation button[aria-current]");
    if (target.closest("#qw-right") && current) {
      current.closest("details")?.setAttribute("open", ""); // a collapsed element cannot take the focus
      return current.focus();
    }
    box()?.focus();
  };

  // On a narrow page, the source, the library and the settings open over the conversation: a sheet.
  const narrow = matchMedia("(max-width: 760px)");
  let opener;
  const showSheet = (isOpen) => {
    main.toggleAttribute("data-sheet", isOpen);
    document.getElementById("qw-left").inert = isOpen && narrow.matches;
  };
  const openSheet = (tab) => {
    document.getElementById(`qw-${tab}-tab-button`)?.click();
    if (!narrow.matches || main.hasAttribute("data-sheet")) return;
    opener = document.activeElement;
    showSheet(true);
    history.pushState({ sheet: true }, "");
    document.querySelector("#qw-close button")?.focus({ preventScroll: true });
  };
  const closeSheet = () => history.back();
  addEventListener("popstate", () => {
    showSheet(false);
    opener?.focus({ preventScroll: true });
  });
  narrow.addEventListener("change", () => narrow.matches || showSheet(false));
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-sheet], #qw-left [data-place], #qw-listing [data-place]");
    if (!button) return;
    if (button.dataset.sheet === "close") closeSheet();
    else openSheet(button.dataset.sheet ?? "source");
  });

  // Add files: with the buttons, or dropped anywhere on the page.
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  // The file input exists only while the Library tab is open.
  const findInput = async (tries = 50) => {
    const input = document.querySelector("#qw-files input[type=file]");
    if (input || !tries) return input;
    document.querySelectorAll("#qw-tabs button[role=tab]")[1]?.click();
    await new Promise((done) => setTimeout(done, 50));
    return findInput(tries - 1);
  };
  document.addEventListener("click", async ({ target }) => {
    if (!target.closest("[data-add]")) return;
    openSheet("library");
    (await findInput())?.click();
  });
  const markDropping = (isDropping) => main.toggleAttribute("data-dropping", isDropping);
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    markDropping(true);
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget || markDropping(false));
  document.addEventListener("drop", async (event) => {
    markDropping(false);
    if (!hasFiles(event) || event.target.closest("#qw-files")) return;
    event.preventDefault();
    const files = event.dataTransfer.files;
    const input = await findInput();
    if (!input) return;
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  if (current.some((value, index) => value !== defaults[index])) {
    store("settings", current);
    return current;
  }
  const stored = read("settings", []);
  const isValid = (value) => Number.isFinite(value) || readers.includes(value);
  return current.map((value, index) =>
    typeof stored[index] === typeof value && isValid(stored[index]) ? stored[index] : value,
  );
}
