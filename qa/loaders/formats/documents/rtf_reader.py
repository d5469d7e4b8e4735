"""Read rich text (RTF 1.9.1) token by token: groups, destinations, character sets, tables and notes."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace
from typing import Any

from qa.loaders.rendering.lists import BULLET
from qa.loaders.rendering.plain_text import LINE, PARAGRAPH, TextBuilder
from qa.loaders.rendering.scripts import superscript
from qa.loaders.rendering.tables import Cell

__all__ = ["RtfReader"]

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n\0]+|([^\\{}\r\n\0]+)|\\"
)
_CODE_PAGES = {0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253"}
_CODE_PAGES |= {162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251"}
_CODE_PAGES |= {222: "cp874", 238: "cp1250", 255: "cp437"}
_SYMBOL_CHARSET = 2
_CHARACTERS = {
    "tab": " ", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "enspace": " ", "emspace": " ", "qmspace": " ", "~": "\xa0", "_": "-", "{": "{", "}": "}",
    "\\": "\\", "\n": "\r", "\r": "\r",
}  # fmt: skip
_SKIPPED = frozenset(
    "colortbl pict header headerl headerr headerf footer footerl footerr footerf fldinst objdata annotation atnid "
    "atnauthor atntime atnref atndate bkmkstart bkmkend listtable listoverridetable rsidtbl revtbl themedata xe "
    "tc colorschememapping datastore xmlnstbl generator sn sv shprslt nonshppict pntxtb pntxta formfield "
    "mmathPr listpicture passwordhash latentstyles ftnsep ftnsepc aftnsep aftnsepc ffname filetbl nesttableprops "
    "nonesttables do mmathPict objclass objname template operator company manager doccomm hlinkbase "
    "comment".split()
)
_READ = frozenset("shpinst shptxt mmath moMath moMathPara".split())
"""Destinations that are marked as optional, and read all the same."""
_INFORMATION = frozenset(("title", "subject", "author", "keywords"))
_ROW_WORDS = frozenset("trowd trhdr clmgf clmrg clvmgf clvmrg cellx cell row nestcell nestrow".split())
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits from the one around it."""

    target: str = ""
    """Where text goes: empty for the body, "-" for nowhere."""
    codec: str = "cp1252"
    is_symbol: bool = False
    skipped_after_unicode: int = 1
    is_hidden: bool = False
    is_raised: bool = False


@dataclass(slots=True)
class _Style:
    names: dict[int, str] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)


class RtfReader:
    """Writes a rich text to a builder, and keeps what the file says about itself."""

    def __init__(self, data: bytes, builder: TextBuilder) -> None:
        self.information: dict[str, str] = {}
        self._text = data.decode("latin-1")
        self._builder = builder
        self._state = _State()
        self._groups: list[_State] = []
        self._is_first = False  # whether the next word decides where the group's text goes
        self._is_optional = False
        self._decoder: Any = None
        self._codec = ""
        self._default_codec = "cp1252"
        self._fonts: dict[int, tuple[str, bool]] = {}
        self._font = 0
        self._style = _Style()
        self._style_number = 0
        self._collected: list[str] = []
        self._unread = 0  # characters that stand for the last Unicode character
        self._paragraph_style = 0
        self._outline: int | None = None
        self._is_in_table = False
        self._is_broken = False  # whether the open paragraph has a line before
        self._marker = ""
        self._rows: list[list[Cell]] = []
        self._row: list[Cell] = []
        self._definitions: list[str] = []
        self._flag = ""
        self._is_header_row = False
        self._notes: list[str] = []
        self._note: list[str] = []
        self._cell: list[str] = []

    def read(self) -> None:
        """Read the whole file."""
        position, length = 0, len(self._text)
        while position < length:
            match = _TOKEN.match(self._text, position)
            position = match.end() if match else position + 1
            if match:
                position += self._token(*match.groups())
        self._end_paragraph()
        self._end_table()

    def _token(self, word: str, number: str, code: str, symbol: str, brace: str, plain: str) -> int:
        """Read a token; return how many characters of binary data follow it."""
        if brace == "{":
            self._groups.append(self._state)
            self._is_first, self._is_optional = True, False
            return 0
        if symbol == "*":
            self._is_optional = True
            return 0
        is_first, self._is_first = self._is_first, False
        if brace == "}":
            self._close_group()
        elif word == "bin":
            return max(int(number or 0), 0)
        elif word:
            if not (is_first and self._open_destination(word, is_optional=self._is_optional)):
                self._control(word, int(number) if number else None)
        elif code:
            self._bytes(bytes([int(code, 16)]))
        elif symbol:
            self._add(_CHARACTERS.get(symbol, ""), is_one=True)
        elif plain:
            self._bytes(plain.encode("latin-1"))
        self._is_optional = False
        return 0

    def _open_destination(self, word: str, *, is_optional: bool) -> bool:
        """Decide where the text of a group goes by its first word; return whether the word says only that."""
        if self._state.target == "-":
            return True
        target = self._state.target
        if word in ("fonttbl", "stylesheet", "listtext", "pntext", "footnote") or word in _INFORMATION:
            target = word
            self._collected = []
        elif word in ("info", "creatim"):
            target = word
        elif word in _SKIPPED or (is_optional and word not in _READ):
            target = "-"
        if target == self._state.target:
            return word in _READ
        self._state = replace(self._state, target=target)
        return True

    def _close_group(self) -> None:
        if not self._groups:
            return
        target, self._state = self._state.target, self._groups.pop()
        self._decoder = None
        if target == self._state.target:
            return
        if target in _INFORMATION:
            self.information[target] = "".join(self._collected)
        elif target in ("listtext", "pntext"):
            marker = "".join(self._collected).strip()
            self._marker = f"{marker} " if marker and marker[-1:].isascii() else BULLET if marker else ""
        elif target == "footnote":
            self._notes.append("".join(self._note))
            self._note = []

    def _control(self, word: str, value: int | None) -> None:
        target = self._state.target
        if target == "-":
            return
        if word == "u" and value is not None:
            self._add(chr(value % 0x10000), is_unicode=True)
            self._unread = self._state.skipped_after_unicode
        elif word in ("ansicpg", "mac"):
            self._default_codec = _codec(f"cp{value}") if word == "ansicpg" else "mac_roman"
            self._state = replace(self._state, codec=self._default_codec)
        elif target == "fonttbl":
            self._define_font(word, value)
        elif target == "stylesheet":
            self._define_style(word, value)
        elif target == "creatim":
            self.information[word] = str(value)
        elif changes := self._changes(word, value):
            self._state = replace(self._state, **changes)
        elif word in _CHARACTERS:
            self._add(_CHARACTERS[word])
        else:
            self._layout(word, value)

    def _changes(self, word: str, value: int | None) -> dict[str, Any]:
        """Return what a word changes of the group's state."""
        if word == "uc":
            return {"skipped_after_unicode": max(value or 0, 0)}
        if word in ("v", "deleted"):
            return {"is_hidden": value != 0}
        if word == "plain":
            return {"is_hidden": False, "is_raised": False}
        if word in ("super", "nosupersub", "sub"):
            return {"is_raised": word == "super" and value != 0}
        if word == "f":
            codec, is_symbol = self._fonts.get(value or 0, (self._default_codec, False))
            return {"codec": codec, "is_symbol": is_symbol}
        return {}

    def _layout(self, word: str, value: int | None) -> None:
        """Follow the words that shape paragraphs and tables."""
        if self._state.target:
            self._note += [" "] if self._state.target == "footnote" and word in ("par", "line") else []
        elif word in _ROW_WORDS:
            self._lay_out_row(word)
        elif word in ("par", "sect", "page"):
            self._end_paragraph()
        elif word == "line":
            self._break_line()
        elif word == "pard":
            self._outline, self._paragraph_style, self._is_in_table = None, 0, False
        elif word == "s":
            self._paragraph_style = value or 0
        elif word == "outlinelevel":
            self._outline = value
        elif word == "intbl":
            self._is_in_table = True

    def _lay_out_row(self, word: str) -> None:
        """Follow the words that shape the rows of a table."""
        if word == "trowd":
            self._definitions, self._flag, self._is_header_row = [], "", False
        elif word == "trhdr":
            self._is_header_row = True
        elif word in ("clmgf", "clmrg", "clvmgf", "clvmrg"):
            self._flag = word
        elif word == "cellx":
            self._definitions.append(self._flag)
            self._flag = ""
        elif word == "cell":
            self._end_cell()
        elif word == "row":
            self._end_row()
        elif word in ("nestcell", "nestrow"):
            self._cell.append("; ")

    # Text

    def _bytes(self, data: bytes) -> None:
        if self._unread:
            skipped = min(self._unread, len(data))
            self._unread -= skipped
            data = data[skipped:]
        if data:
            if self._decoder is None or self._codec != self._state.codec:
                self._codec = self._state.codec
                self._decoder = codecs.getincrementaldecoder(self._codec)("replace")
            self._add(self._decoder.decode(data))

    def _add(self, text: str, *, is_one: bool = False, is_unicode: bool = False) -> None:
        if self._unread and is_one:
            self._unread -= 1
            return
        if not is_unicode:
            self._unread = 0
        state = self._state
        if text == "\r" and not state.target:
            self._end_paragraph()
            return
        if not text or state.target == "-" or state.is_hidden:
            return
        if state.is_symbol and state.target in ("listtext", "pntext"):
            text = "•" if text.strip() else text
        elif state.is_raised:
            text = superscript(text)
        if state.target == "":
            self._cell.append(text)
        elif state.target == "footnote":
            self._note.append(text)
        elif state.target == "stylesheet":
            self._name_style(text)
        else:
            self._collected.append(text)

    def _define_font(self, word: str, value: int | None) -> None:
        if word == "f":
            self._font = value or 0
        elif word == "fcharset":
            codec = _CODE_PAGES.get(value or 0, self._default_codec) if value else self._default_codec
            self._fonts[self._font] = codec, value == _SYMBOL_CHARSET

    def _define_style(self, word: str, value: int | None) -> None:
        if word in ("s", "cs", "ds", "ts"):
            self._style_number = (value or 0) if word == "s" else -1
        elif word == "outlinelevel" and value is not None:
            self._style.levels[self._style_number] = value + 1

    def _name_style(self, text: str) -> None:
        if match := _HEADING.match(text.strip()):
            self._style.levels.setdefault(self._style_number, int(match[1]))

    # Paragraphs and tables

    def _take(self) -> str:
        # Pairs of surrogates come as two characters.
        text = "".join(self._cell).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        self._cell = []
        return text

    def _break_line(self) -> None:
        if self._is_in_table:
            self._cell.append(" ")
        else:
            self._end_table()
            self._builder.start_item(self._marker)
            self._marker = ""
            self._builder.add(self._take())
            self._builder.end(LINE)
            self._is_broken = True

    def _end_paragraph(self) -> None:
        if self._is_in_table:
            self._cell.append(" ")
            return
        text = self._take()
        if not text.strip() and not self._rows:
            return
        self._end_table()
        marker, self._marker = self._marker, ""
        level = self._level()
        if not marker and not self._is_broken:
            self._builder.end(PARAGRAPH)
        self._is_broken = False
        self._builder.start_item(marker)
        self._builder.add(text)
        self._builder.end(LINE if marker and not level else PARAGRAPH, level=level)
        self._builder.start_item("")
        self._write_notes()

    def _level(self) -> int:
        level = self._style.levels.get(self._paragraph_style, 0)
        if self._outline is not None:
            level = self._outline + 1
        return level if 1 <= level <= 6 else 0

    def _end_cell(self) -> None:
        marker, self._marker = self._marker, ""
        self._row.append(Cell(f"{marker}{self._take()}"))

    def _end_row(self) -> None:
        flags = self._definitions
        row: list[Cell] = []
        for number, cell in enumerate(self._row):
            flag = flags[number] if number < len(flags) else ""
            if flag == "clmrg" and row:
                row[-1] = replace(row[-1], columns=row[-1].columns + 1)
            else:
                row.append(replace(cell, is_header=self._is_header_row))
        if row:
            self._rows.append(row)
        self._row = []
        self._is_in_table = False

    def _end_table(self) -> None:
        if self._row:
            self._end_row()
        if self._rows:
            rows, self._rows = self._rows, []
            if max(map(len, rows)) == 1:
                for row in rows:
                    self._builder.add(row[0].text)
                    self._builder.end(PARAGRAPH)
            else:
                self._builder.table(rows)
            self._write_notes()

    def _write_notes(self) -> None:
        notes, self._notes = self._notes, []
        for note in notes:
            self._builder.add(note)
            self._builder.end(PARAGRAPH)


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
