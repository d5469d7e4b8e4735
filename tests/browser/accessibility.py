"""Automatic checks of accessibility: contrast, names, headings and focus."""

from __future__ import annotations

from typing import Any, cast

from playwright.sync_api import Locator, Page

AA = 4.5  # WCAG 2.1, 1.4.3: the contrast of text, in whatever size

# The contrast of an ink on all that lies behind an element, layer over layer.
CONTRAST = """
  const channels = (color) => [...color.match(/[\\d.]+/g).map(Number), 1].slice(0, 4);
  const over = (ink, paper) => ink.slice(0, 3).map((v, i) => v * ink[3] + paper[i] * (1 - ink[3]));
  const linear = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const lineage = (one) => (one ? [one, ...lineage(one.parentElement)] : []);
  const contrast = (one, color) => {
    const papers = lineage(one).map((each) => channels(getComputedStyle(each).backgroundColor)).reverse();
    const paper = papers.reduce((under, upper) => over(upper, under), [255, 255, 255]);
    const [r, g, b, a] = channels(color);
    const opacity = lineage(one).reduce((all, each) => all * getComputedStyle(each).opacity, a);
    const [dark, light] = [luminance(paper), luminance(over([r, g, b, opacity], paper))].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };"""

OWN = f"(one) => {{{CONTRAST} return contrast(one, getComputedStyle(one).color); }}"

# Every text on the page that is seen, whatever is typed or stands in a field's place, with its contrast on what
# lies behind it. What is disabled is left out, as WCAG leaves it.
TEXTS = (
    f"() => {{{CONTRAST}"
    + """
  const texts = [];
  for (const one of document.querySelectorAll("body *")) {
    if (!one.checkVisibility({ visibilityProperty: true })) continue;
    if (one.matches(":disabled, option, .qw-hidden, .sr-only, [type=radio], [type=range], [type=file]")) continue;
    const own = [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("").trim();
    const words = own || one.value || one.placeholder;
    if (!words) continue;
    const part = own || one.value ? undefined : "::placeholder";
    const what = `${one.tagName}.${one.className}`;
    texts.push([what, words, contrast(one, getComputedStyle(one, part).color)]);
  }
  return texts;
}"""
)

NAMELESS = """() => [...document.querySelectorAll("button, a[href], input, select, textarea, summary")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .filter((one) => {
    const labels = [...(one.labels ?? [])].map((label) => label.textContent).join("");
    return !(one.getAttribute("aria-label") || labels || one.textContent || "").trim();
  })
  .map((one) => one.outerHTML.slice(0, 200))"""

LEVELS = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
  .filter((one) => one.checkVisibility()).map((one) => Number(one.tagName[1]))"""

# Whether what has the focus shows it: itself, or a frame around it.
SHOWN = """() => {
  const shows = ({ outlineStyle, outlineWidth, boxShadow }) =>
    (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
  let one = document.activeElement;
  for (let steps = 0; one !== document.body && steps < 4; steps++, one = one.parentElement)
    if (shows(getComputedStyle(one))) return true;
  return false;
}"""


def contrast(element: Locator) -> float:
    """Return the contrast ratio (WCAG 2) of an element's text to its background."""
    return float(element.evaluate(OWN))


def faint(page: Page) -> list[str]:
    """Return the texts with too little contrast to their background, and the contrast."""
    texts: list[Any] = page.evaluate(TEXTS)
    assert len(texts) > 10
    return [f"{what} {words[:40]!r}: {ratio:.2f}" for what, words, ratio in texts if ratio < AA]


def nameless(page: Page) -> list[str]:
    """Return the controls without an accessible name."""
    return cast(list[str], page.evaluate(NAMELESS))


def levels(page: Page) -> list[int]:
    """Return the levels of the page's headings, in document order."""
    return cast(list[int], page.evaluate(LEVELS))


def shows_focus(page: Page) -> bool:
    """Whether the focused element is visibly focused."""
    return bool(page.evaluate(SHOWN))


def focused(page: Page) -> str:
    """Return the name of the focused element; empty without one."""
    name = "(one) => one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent"
    return (
        page.evaluate(f"document.activeElement === document.body ? '' : ({name})(document.activeElement)")
    ).strip()
