import io

import pytest

from qa.errors import LoadError
from qa.loaders.base import File, LoadFailure
from qa.loaders.formats import pdf, picture
from qa.loaders.ocr import is_installed
from qa.types import Article
from tests.qa.loaders.documents import drawn_pdf, lines_at

pytest.importorskip("PIL")

LINES = (
    "The mill of Arden was built in 1799",
    "by the smith Tom Hale, who also dug",
    "the long channel there.",
)


def drawn(scale: float = 1.5):
    """A picture of a page with some lines of text, drawn by PDFium."""
    import pypdfium2

    document = pypdfium2.PdfDocument(drawn_pdf(lines_at(60, 700, *LINES)))
    image = document[0].render(scale=scale).to_pil().crop((0, 0, int(595 * scale), int(300 * scale)))
    document.close()
    return image


def saved(image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.skipif(not is_installed(), reason="the extra ocr is not installed")
def test_the_frames_of_an_image_are_pages_read_by_ocr():
    from PIL import Image

    data = saved(drawn(), "TIFF", save_all=True, append_images=[Image.new("RGB", (400, 300), "white")])
    (article,) = picture.load(File(data, "/mill.tiff", 1 << 20))
    assert isinstance(article, Article)
    assert article.text == " ".join(LINES)
    assert article.pages == (0, len(article.text))
    start = article.text.index("Tom Hale")
    assert article.is_ocr_at(start)
    assert article.place_at(start) == "page 1"
    left, top, right, bottom = article.box_of(start, start + 4) or (0, 0, 0, 0)
    # The baseline of the second line is 157 points from the top, the picture 595 points wide and 300 high.
    assert left == pytest.approx(60 / 595, abs=0.01) and 0.3 < right < 0.5
    assert 0.45 < top < 157 / 300 < bottom < 0.56


@pytest.mark.skipif(not is_installed(), reason="the extra ocr is not installed")
def test_only_the_scanned_pages_of_a_pdf_are_read_by_ocr():
    from reportlab.lib.utils import ImageReader

    image = ImageReader(drawn())
    pages = lines_at(60, 700, "This page holds text."), lambda canvas: canvas.drawImage(image, 0, 500, 595, 300)
    (article,) = pdf.load(File(drawn_pdf(*pages), "/mill.pdf", 1 << 20))
    assert article.text == f"This page holds text.\n\n{' '.join(LINES)}"
    assert article.metadata["ocr_pages"] == "2"
    assert [article.place_at(article.text.index(word)) for word in ("holds", "mill")] == ["page 1", "page 2"]
    assert article.box_of(0, 4) is None
    assert article.box_of(article.text.index("long"), len(article.text))


def test_without_the_extra_an_image_is_skipped(monkeypatch):
    monkeypatch.setattr(picture, "is_installed", lambda: False)
    (failure,) = picture.load(File(saved(drawn(), "PNG"), "/mill.png", 1 << 20))
    assert isinstance(failure, LoadFailure)
    assert failure.is_skipped and "quotewell[ocr]" in failure.reason


def test_broken_images(monkeypatch):
    monkeypatch.setattr(picture, "is_installed", lambda: True)
    with pytest.raises(LoadError, match="broken"):
        list(picture.load(File(b"not an image", "/mill.png", 1 << 20)))
