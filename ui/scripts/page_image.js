// Puts the picture of a page into the source panel, unless the visitor has opened another citation meanwhile.
({ place, html }) => {
  const source = document.querySelector("#qw-source");
  const article = source?.querySelector(".qw-article");
  const page = article?.querySelector(".qw-page");
  if (!page || article.dataset.place !== place) return;
  page.innerHTML = html;
  source.dispatchEvent(new Event("qw-settle"));
}
