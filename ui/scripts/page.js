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
  window.quotewell = { read, store };

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
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button || button.dataset.copied) return;
    await copy(button.dataset.copy);
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
  const box = () => document.querySelector("#qw-ask textarea");
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");
  const STEPS = { ArrowLeft: "previous", ArrowRight: "next" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const { target, key } = event;
    const isFree = !isTyping(target) || (target === box() && !target.value);
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
    if (target === box()) return target.blur();
    const current = document.querySelector("#qw-conversation button[aria-current]");
    if (target.closest("#qw-right") && current) {
      current.closest("details")?.setAttribute("open", ""); // a collapsed element cannot take the focus
      return current.focus();
    }
    box()?.focus();
  };

  // Drop files anywhere on the page.
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  // The file input exists only while the Library tab is open.
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
