"""Files that make a parser take all memory, run forever or crash: each is one failure, and the others go in."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from qa.errors import LoadError
from qa.loaders import Limits, LoadFailure, load, load_together
from qa.loaders.base import File, LimitExceededError
from qa.loaders.formats import archive
from qa.loaders.pdfium.page_picture import QuoteOnPage
from qa.loaders.registry import load_file
from qa.loaders.worker import pool
from tests.qa.loaders.documents import docx_bytes, drawn_pdf, only, page, pdf_bytes, zip_bytes
from tests.waiting import PATIENCE, wait_until

SMALL = Limits(megabytes=200, seconds=PATIENCE)


def xobject_bomb() -> bytes:
    """Return a PDF of 700 bytes whose form XObject draws itself twice, so that PDFium takes gigabytes."""
    content = "/X Do BT /F 12 Tf 72 700 Td (Hello.) Tj ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        "/Resources<</XObject<</X 6 0 R>>/Font<</F 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "<</Length 11/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</X 6 0 R>>>>>>"
        "stream\n/X Do /X Do\nendstream",
    ]
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    end = f"xref\n0 7\n0000000000 65535 f \n{table}trailer<</Size 7/Root 1 0 R>>\nstartxref\n{len(data)}\n%%EOF"
    return data + end.encode()


def docx_bomb() -> bytes:
    """Return a small DOCX whose XML tree takes gigabytes."""
    members = {}
    with zipfile.ZipFile(io.BytesIO(docx_bytes())) as archive:
        for name in archive.namelist():
            members[name] = archive.read(name)
    document = members["word/document.xml"]
    members["word/document.xml"] = document.replace(b"<w:body>", b"<w:body>" + b"<w:p/>" * 2_500_000)
    return zip_bytes(members)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit the address space")
@pytest.mark.parametrize(("make", "name"), [(xobject_bomb, "a.pdf"), (docx_bomb, "a.docx")])
def test_a_memory_bomb_is_a_failure(tmp_path: Path, make, name: str) -> None:
    (tmp_path / name).write_bytes(make())
    with pytest.raises(LoadError, match=r"200 MB of memory: .*max_load_mb"):
        list(load(tmp_path / name, limits=SMALL))
    (tmp_path / "good.pdf").write_bytes(pdf_bytes([["It rained."]]))
    (good,) = load(tmp_path / "good.pdf", limits=SMALL)
    assert not isinstance(good, LoadFailure) and good.text == "It rained."


def together(folder: Path, documents: dict[str, bytes | str], limits: Limits) -> list[str]:
    """Load the documents in one request and return the text or the reason of each."""
    paths = []
    for name, data in documents.items():
        paths.append(folder / name)
        paths[-1].write_bytes(data if isinstance(data, bytes) else data.encode())
    results = load_together(paths, limits=limits)
    items = [item for (item,) in results]
    assert [item.source for item in items] == [str(path) for path in paths]
    return [item.reason if isinstance(item, LoadFailure) else item.text for item in items]


def test_of_files_parsed_together_only_the_bomb_fails(tmp_path: Path) -> None:
    documents = {"a.html": page("First"), "b.pdf": xobject_bomb(), "c.pdf": "no", "d.md": "Last"}
    first, bomb, broken, last = together(tmp_path, documents, SMALL)
    assert (first, last) == ("First", "Last")
    assert "max_load_mb" in bomb
    assert "broken" in broken


def test_files_parsed_together_each_have_the_whole_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    requests = []
    load_request = pool._Worker.load

    def refuse_several(worker, files):
        requests.append(len(files))
        if len(files) > 1:
            raise LimitExceededError("too late")
        return load_request(worker, files)

    monkeypatch.setattr(pool._Worker, "load", refuse_several)
    documents = {f"{number}.html": page(f"Text {number}") for number in range(3)}
    assert together(tmp_path, documents, Limits()) == ["Text 0", "Text 1", "Text 2"]
    assert requests == [3, 1, 1, 1]


def test_a_bomb_in_an_archive_does_not_stop_the_other_members(tmp_path: Path) -> None:
    members = {"a.html": page("First"), "b.pdf": xobject_bomb(), "c.html": page("Last")}
    (tmp_path / "a.zip").write_bytes(zip_bytes(members))
    first, bomb, last = load(tmp_path / "a.zip", limits=SMALL)
    assert isinstance(bomb, LoadFailure)
    assert [item.text for item in (first, last) if not isinstance(item, LoadFailure)] == ["First", "Last"]


def test_an_archive_of_bombs_is_abandoned(tmp_path: Path) -> None:
    members = {f"{number}.html": "<p>x</p>" * 100_000 for number in range(archive.MAX_BOMBS + 3)}
    (tmp_path / "a.zip").write_bytes(zip_bytes(members))
    *bombs, rest = load(tmp_path / "a.zip", limits=Limits(seconds=0.05))
    assert len(bombs) == archive.MAX_BOMBS
    assert isinstance(rest, LoadFailure) and "other members were not read" in rest.reason


def test_a_parser_that_takes_too_long_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>x</p>" * 300_000)
    started = time.monotonic()
    with pytest.raises(LoadError, match=r"more than 0.1 seconds: .*max_load_seconds"):
        list(load(tmp_path / "a.html", limits=Limits(seconds=0.1)))
    assert time.monotonic() - started < PATIENCE


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit the address space")
def test_a_page_that_takes_all_memory_is_not_drawn(tmp_path: Path) -> None:
    with pytest.raises(LimitExceededError, match="200 MB of memory"):
        pool.draw_in_worker(File(xobject_bomb(), "/a.pdf", 1 << 20, limits=SMALL), QuoteOnPage(0, "Hello"))
    good = File(pdf_bytes([["It rained."]]), "/b.pdf", 1 << 20, limits=SMALL)
    assert len(pool.draw_in_worker(good, QuoteOnPage(0, "rained")).boxes) == 1


def slow_page() -> bytes:
    """Return a small PDF whose page takes minutes to draw: thousands of large transparent circles."""

    def draw(canvas: Any) -> None:
        canvas.setFillAlpha(0.5)
        for number in range(20_000):
            canvas.circle(300, 400, 290 + number % 7, fill=1)

    return drawn_pdf(draw)


def test_a_page_that_takes_too_long_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_DRAWING_SECONDS", 0.5)
    started = time.monotonic()
    with pytest.raises(LimitExceededError):
        pool.draw_in_worker(File(slow_page(), "/a.pdf", 1 << 20, limits=SMALL), QuoteOnPage(0, "x"))
    assert time.monotonic() - started < PATIENCE


def worker_ids() -> list[int]:
    return [worker._process.pid for worker in pool._POOL._idle]


def test_small_files_share_a_worker_and_a_killed_worker_is_replaced() -> None:
    def read() -> None:
        (article,) = load_file(File(page("Text").encode(), "/a.html", 1 << 20))
        assert not isinstance(article, LoadFailure) and article.text == "Text"

    pool.shut_down()
    read()
    (worker,) = worker_ids()
    read()
    assert worker_ids() == [worker]
    os.kill(worker, signal.SIGKILL)
    pool._POOL._idle[0]._process.wait()
    read()
    assert worker_ids() != [worker]


def test_threads_use_few_workers() -> None:
    pool.shut_down()
    texts: list[str] = []

    def read(number: int) -> None:
        for item in load_file(File(page(f"Text {number}").encode(), "/a.html", 1 << 20)):
            assert not isinstance(item, LoadFailure)
            texts.append(item.text)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(texts) == sorted(f"Text {number}" for number in range(12))
    assert len(worker_ids()) <= pool.MAX_WORKERS


def test_a_worker_ends_with_its_parent_and_needs_no_main_guard(tmp_path: Path) -> None:
    script = tmp_path / "script.py"  # without `if __name__ == "__main__"`
    script.write_text(
        "import os, sys\nfrom qa.loaders.base import File\nfrom qa.loaders.registry import load_file\n"
        "from qa.loaders.worker import pool\n"
        "(article,) = load_file(File(b'<p>Text', '/a.html', 1 << 20))\n"
        "print(article.text, pool._POOL._idle[0]._process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9) if sys.argv[1:] else None\n"
    )
    for how in ([], ["killed"]):
        done = subprocess.run([sys.executable, script, *how], capture_output=True, text=True, check=False)
        text, worker = done.stdout.split()
        assert (text, done.stderr) == ("Text", "")
        wait_until(lambda pid=int(worker): not _is_running(pid))


def _is_running(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


def test_modules_in_the_working_folder_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lxml.py").write_text("open('owned', 'w')")
    (tmp_path / "json.py").write_text("open('owned', 'w')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    pool.shut_down()
    (tmp_path / "a.html").write_text(page("Text"))
    assert only(tmp_path / "a.html").text == "Text"
    assert not (tmp_path / "owned").exists()


def test_the_worker_starts_without_torch() -> None:
    code = "import sys, qa.loaders.worker.child; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert not {"torch", "transformers", "gradio", "numpy"} & set(modules.split())


def test_formats_outside_the_worker_are_parsed_by_the_standard_library() -> None:
    code = (
        "import sys\n"
        "from qa.loaders.base import File\n"
        "from qa.loaders.in_process import FORMATS, UNTRUSTED, load_here\n"
        "from tests.qa.loaders.documents import valid_documents\n"
        "documents = valid_documents().items()\n"
        "trusted = [(s, d) for s, d in documents if s in FORMATS and FORMATS[s] not in UNTRUSTED]\n"
        "members = ('.zip',)  # each is parsed where its own format is\n"
        "before = set(sys.modules)\n"
        "for suffix, documents in trusted:\n"
        "    for data in documents if suffix not in members else ():\n"
        "        list(load_here(File(data, '/a' + suffix, 1 << 20)))\n"
        "added = [name for name in set(sys.modules) - before if getattr(sys.modules[name], '__file__', '')]\n"
        "print(len(trusted), *{name.split('.')[0] for name in added})\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    count, *modules = done.stdout.split()
    assert int(count) >= 4
    # charset_normalizer only looks at the bytes of a text.
    allowed = {"qa", "charset_normalizer", *sys.stdlib_module_names}
    assert [name for name in modules if name not in allowed and "mypyc" not in name] == []
