"""Open the zip packages of Office files (ISO/IEC 29500-2), forgiving what other programs write into them."""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from qa.errors import LoadError
from qa.loaders.base import File
from qa.loaders.fields import one_line, parse_date, parse_tags
from qa.loaders.zipped import open_zip, read_member

__all__ = [
    "RELATIONSHIPS",
    "Package",
    "Properties",
    "Relationship",
    "document_date",
    "open_package",
    "parse_part",
    "plain_namespaces",
]

RELATIONSHIPS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
"""The namespace of the attributes that name a relationship by its id."""

_OLE = b"\xd0\xcf\x11\xe0"
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/"
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NO_TIME = (1980, 1, 1)  # what Office writes into its zips
_TEMPLATES = ("2013-01-27", "2013-12-23")  # of python-pptx and python-docx
_ZEROS = ("1601-01-01", "1899-12-30", "1900-01-01", "1904-01-01", "1970-01-01", "1980-01-01")  # of clocks
_NO_DATES = frozenset(map(dt.date.fromisoformat, (*_TEMPLATES, *_ZEROS)))
_JUNK_TITLE = re.compile(r"(?i)powerpoint presentation|word document|slide \d+|document\d*|untitled( \d+)?|title")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Relationship:
    """What a part refers to: the last word of its type, such as ``image``, and the name of the target part."""

    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Properties:
    """What a package says about itself."""

    title: str = ""
    date: dt.date | None = None
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)


class Package:
    """The parts of a package. Names count in any case and with either slash; what is missing is None."""

    def __init__(self, archive: ZipFile, max_bytes: int) -> None:
        self._archive = archive
        self._max_bytes = max_bytes
        self._names = {_normal(name): name for name in archive.namelist()}

    def data(self, name: str) -> bytes | None:
        """Return the bytes of a part, or None if there is none of this name."""
        member = self._names.get(_normal(name))
        return None if member is None else read_member(self._archive, member, self._max_bytes)

    @staticmethod
    def is_same(name: str, other: str) -> bool:
        """Return whether two names stand for the same part."""
        return _normal(name) == _normal(other)

    def xml(self, name: str) -> Any:
        """Return the root element of a part in the transitional namespaces, or None if there is no such part.

        :raises lxml.etree.XMLSyntaxError: if the part is not well-formed.
        """
        data = self.data(name)
        return None if data is None else parse_part(data)

    def relationships(self, name: str = "") -> dict[str, Relationship]:
        """Return the relationships of a part by their ids, without those to other files or to missing parts.

        :param name: the part; empty for the package.
        """
        folder, base = posixpath.split(name)
        root = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        found: dict[str, Relationship] = {}
        for element in () if root is None else root:
            target = _resolve(folder, element.get("Target") or "")
            if element.get("TargetMode") != "External" and _normal(target) in self._names:
                kind = (element.get("Type") or "").rpartition("/")[2]
                found.setdefault(element.get("Id") or "", Relationship(kind, target))
        return found

    def related(self, name: str, kind: str) -> Iterator[str]:
        """Yield the names of the parts of this kind that a part refers to."""
        seen = (relation.target for relation in self.relationships(name).values() if relation.kind == kind)
        yield from dict.fromkeys(seen)

    def main_part(self, usual: str, tag: str, what: str) -> tuple[str, Any]:
        """Return the name and the root element of the part that holds the document.

        :param usual: its name in most packages, for one that does not say.
        :param tag: the tag of its root element.
        :param what: what the document is, for the error: "a Word document".
        :raises LoadError: if there is no such part, or it holds a document of another kind.
        """
        for name in (*self.related("", "officeDocument"), usual):
            root = self.xml(name)
            if root is not None and root.tag != tag:
                raise LoadError(f"the file is not {what}: rename it to the suffix of its format")
            if root is not None:
                return name, root
        raise LoadError("the file is damaged, or of another format: open it in its program and save it again")

    def properties(self) -> Properties:
        """Return the title, the date and other properties; empty ones if the package has none."""
        root = next((self.xml(name) for name in self.related("", "core-properties")), None)
        if root is None:
            root = self.xml("docProps/core.xml")
        if root is None:
            return Properties()
        values = {_local(element): one_line(element.text or "") for element in root}
        created, modified = parse_date(values.get("created")), parse_date(values.get("modified"))
        date = document_date(created, modified, self.written())
        names = {"subject": "subject", "category": "category"}
        if date or not created:  # else the author is that of the template, too
            names["author"] = "creator"
        title = values.get("title", "")
        return Properties(
            "" if _JUNK_TITLE.fullmatch(title) else title,
            date,
            parse_tags(values.get("keywords")),
            {key: values.get(name, "") for key, name in names.items()},
        )

    def written(self) -> dt.date | None:
        """Return the date when the zip was written, or None if it does not say."""
        latest = max((member.date_time[:3] for member in self._archive.infolist()), default=_NO_TIME)
        try:
            return dt.date(*latest) if latest > _NO_TIME else None
        except ValueError:
            return None


def open_package(file: File, kind: str) -> Package:
    """Return the package of a file; its archive stays open as long as the package is used.

    :param kind: the suffix to advise, such as DOCX.
    :raises LoadError: if the file is encrypted, of the older binary format, or no zip.
    """
    if file.data.startswith(_OLE):
        older = kind.removesuffix("X")
        raise LoadError(
            f"the document is encrypted, or in the older {older} format: save it as {kind} without a password"
        )
    return Package(open_zip(file), file.max_bytes)


def document_date(created: dt.date | None, modified: dt.date | None, written: dt.date | None) -> dt.date | None:
    """Return the date on which a document was created, unless it is that of the template it was made from.

    A program that fills a template keeps the template's dates. Office updates them when it saves, and writes no
    times into the zip. So a zip that says that it was written days after the document was last saved comes from
    another program, and the dates from its template. A creation after the last save was set on purpose.

    :param written: the latest time in the zip, or None.
    """
    if created is None or created in _NO_DATES:
        return None
    was_set = modified is not None and created > modified
    if written and not was_set and written - max(created, modified or created) > _DAY:
        return None
    return created


def parse_part(data: bytes) -> Any:
    """Return the root element of an XML part in the transitional namespaces.

    :raises lxml.etree.XMLSyntaxError: if the part is not well-formed.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(plain_namespaces(data), parser)


def plain_namespaces(data: bytes) -> bytes:
    """Return an XML part in UTF-8, with the namespaces of Strict Open XML replaced by the usual ones."""
    if data.startswith(_UTF16):
        data = _DECLARATION.sub("", data.decode("utf-16", "replace")).encode()
    return _STRICT.sub(_TRANSITIONAL, data)


def _normal(name: str) -> str:
    return posixpath.normpath("/" + unquote(name).replace("\\", "/").lstrip("/")).lower()


def _resolve(folder: str, target: str) -> str:
    target = target.partition("#")[0].replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
