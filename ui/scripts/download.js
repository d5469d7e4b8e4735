// Saves a file from the app: `{name, content}`.
(file) => {
  if (!file?.name) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([file.content], { type: "text/plain;charset=utf-8" }));
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
