// Sets the colours of the page before it is painted: the system's, or the visitor's choice. See page.js.
(() => {
  let theme = "system";
  try {
    theme = JSON.parse(localStorage.getItem("quotewell.theme")) ?? "system";
  } catch {
    // the browser blocks storage, or the value is not ours
  }
  const isDark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.body.classList.toggle("dark", isDark);
})();
