"""The files of tests/layouts: disclosures as their layouts, whose amounts come from the ledger.

A file opens with what is said of the whole document (`body:`, `year:`, `only:` …).
Each table begins with `== title` and its own settings; after a blank line come its rows, cells parted by tabs.
Cells are written as in the annexes of the sample: `<` goes on with the cell on the left, `^` with the one above,
`>` indents, braces say what a label means.
An empty cell in a column of figures holds what the ledger says for the meanings above and beside it; `x` is empty.
A row `@functional {code} {name}` stands for one row for every code that the ledger has for the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from sample_annexes import Cell, meaning_of, read_cell

from layout_ledger import WORDS, Coordinates, Ledger, iri

FOLDER = Path(__file__).parent / "layouts"
UNITS = {"元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}
NOWHERE = "x"

Key = tuple[str, Decimal, tuple[tuple[str, str], ...]]
"""What is expected of a figure: the title of its table, its yuan, its coordinates."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a layout: settings, rows of cells with amounts filled in, and the key to them."""

    title: str
    settings: Mapping[str, str]
    rows: tuple[tuple[Cell, ...], ...]
    key: tuple[Key, ...]
    figures: frozenset[int]

    @property
    def header(self) -> int:
        """The number of header rows."""
        return int(self.settings.get("header", "1"))

    def is_figure(self, row: int, column: int) -> bool:
        """Say whether a place is one for an amount."""
        return row >= self.header and column in self.figures


@dataclass(frozen=True, slots=True)
class Layout:
    """A disclosure of the test layouts."""

    name: str
    settings: Mapping[str, str]
    sheets: tuple[Sheet, ...]

    @property
    def key(self) -> list[Key]:
        """What is to be read of all tables."""
        return [line for sheet in self.sheets for line in sheet.key]


def read_layout_file(path: Path) -> Layout:
    """Read a layout and fill in its amounts."""
    settings, tables = _divided(path)
    seed = int(settings.get("seed", str(sum(map(ord, path.stem)))))
    without = _coordinates(settings.get("without", ""))
    if "unit-funds" not in settings:
        without["fund"] = f"{without.get('fund', '')} unit-funds"
    ledger = Ledger.read(seed, _coordinates(settings.get("only", "")), without)
    sheets = tuple(_sheet(table, ledger, _for_all(settings)) for table in tables)
    return Layout(
        path.stem, settings, tuple(_renamed(sheet, _coordinates(settings.get("rename", ""))) for sheet in sheets)
    )


def _renamed(sheet: Sheet, codes: Mapping[str, str]) -> Sheet:
    """Return a table whose key says the codes that are printed, not those by which the ledger knows the money."""
    renamed = (
        (title, yuan, tuple((name, _with_code(value, codes)) for name, value in values))
        for title, yuan, values in sheet.key
    )
    return replace(sheet, key=tuple(renamed))


def _with_code(value: str, codes: Mapping[str, str]) -> str:
    scheme, _, code = value.rpartition("/")
    return f"{scheme}/{codes[code]}" if code in codes else value


def _divided(path: Path) -> tuple[dict[str, str], list[str]]:
    """Return the settings and the tables of a file; one that is `like:` another has the other's tables."""
    opening, *tables = re.split(r"^== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    settings = _settings(opening)
    if "like" not in settings:
        return settings, tables
    others, more = _divided(path.with_stem(settings["like"]))
    return {**others, **settings}, [*more, *tables]


def _for_all(settings: Mapping[str, str]) -> dict[str, str]:
    """Return what a document says of all its tables: `all-rules:` is the `rules:` of each."""
    return {name.removeprefix("all-"): value for name, value in settings.items() if name.startswith("all-")}


def _settings(source: str) -> dict[str, str]:
    lines = [line for line in source.splitlines() if line and not line.startswith("#")]
    pairs = (line.partition(":") for line in lines)
    return {name: value.strip() for name, _, value in pairs}


def _coordinates(source: str) -> dict[str, str]:
    return dict(meaning_of(source))


def _sheet(source: str, ledger: Ledger, for_all: Mapping[str, str]) -> Sheet:
    head, _, body = source.partition("\n\n")
    title, _, lines = head.partition("\n")
    settings = {**_settings(lines), **for_all}
    meaning = _coordinates(settings.get("meaning", ""))
    rows = [row for line in body.rstrip("\n").splitlines() for row in _rows(line, ledger, meaning)]
    width = max(map(len, rows))
    grid = [[*row, *[Cell()] * (width - len(row))] for row in rows]
    sheet = Sheet(title, settings, tuple(map(tuple, grid)), (), _figures(settings))
    return _Filler(sheet, ledger, meaning).filled()


def _figures(settings: Mapping[str, str]) -> frozenset[int]:
    named: set[int] = set()
    for part in settings["figures"].split():
        first, _, last = part.partition("-")
        named.update(range(int(first) - 1, int(last or first)))
    return frozenset(named)


def _rows(line: str, ledger: Ledger, meaning: Coordinates) -> Iterator[list[Cell]]:
    """Yield the row of a line, or the many rows that a line with @ stands for."""
    if not line.startswith("@"):
        yield [read_cell(text) for text in line.split("\t")]
        return
    directive, *pattern = line.split("\t")
    found = re.fullmatch(r"@(\w+)(?:\[(\d*)\])?(?:/(\d))?((?: \w+=[\w-]+)*)", directive)
    assert found is not None, directive
    key, under, deepest, more = found.groups()
    where = {**meaning, **_coordinates(", ".join((more or "").split()))}
    for code, name, depth in ledger.values(key, where):
        if code.startswith(under or "") and len(code) >= len(under or "") and depth < int(deepest or 3):
            parts = {"code": code, "name": name, "indent": ">" * depth, "indents": "  " * depth}
            parts |= {"c1": code[:3], "c2": code[3:5], "c3": code[5:7], "last": code[-2:] if depth else code}
            parts |= {"dotted": ".".join(filter(None, (code[:3], code[3:5], code[5:7])))}
            cells = [read_cell(text.format_map(parts)) for text in pattern]
            said = (key, code if key != "project" else name)
            yield [replace(cells[0], meaning=(*cells[0].meaning, said)), *cells[1:]]


@dataclass(slots=True)
class _Filler:
    """Fills the amounts of a table in, and notes what each of them means."""

    sheet: Sheet
    ledger: Ledger
    meaning: Coordinates
    key: list[Key] = field(default_factory=list)

    def filled(self) -> Sheet:
        """Return the table with its amounts."""
        rows = tuple(
            tuple(self._cell(row, column, cell) for column, cell in enumerate(cells))
            for row, cells in enumerate(self.sheet.rows)
        )
        return replace(self.sheet, rows=rows, key=tuple(self.key))

    def _cell(self, row: int, column: int, cell: Cell) -> Cell:
        if not self.sheet.is_figure(row, column) or cell.merge or cell.text:
            return replace(cell, text="") if cell.text == NOWHERE else cell
        said = {**self.meaning, **self._said(row, column)}
        unit = said.pop("unit", None) or self.sheet.settings.get("worth") or "万元"
        yuan = self.ledger.yuan(said)
        if not yuan:
            return Cell(self.sheet.settings.get("zero", ""))
        sign = -1 if said.pop("sign", "") else 1
        text, number = printed(sign * yuan / UNITS[unit], self.sheet.settings.get("number", ",2"))
        expected = {name: iri(name, value) for name, value in said.items()}
        shown = tuple(sorted((name, value) for name, value in expected.items() if not value.endswith("/all")))
        self.key.append((self.sheet.title, (number * UNITS[unit]).quantize(Decimal("0.01")), shown))
        return Cell(text)

    def _said(self, row: int, column: int) -> dict[str, str]:
        labels = [*self._heads(column), *self._stubs(row, column)]
        return {name: value for label in labels for name, value in label.meaning}

    def _heads(self, column: int) -> Iterator[Cell]:
        for row in range(self.sheet.header):
            yield self._owner(row, column)

    def _stubs(self, row: int, column: int) -> Iterator[Cell]:
        """Yield the labels left of a figure up to the next block of figures, or from `stubs:` if that is set."""
        if "stubs" in self.sheet.settings:
            columns: Sequence[int] = [int(text) - 1 for text in self.sheet.settings["stubs"].split()]
        else:
            end = column
            while end in self.sheet.figures:
                end -= 1
            start = end
            while start > 0 and start - 1 not in self.sheet.figures:
                start -= 1
            columns = range(start, end + 1)
        for place in columns:
            yield self._owner(row, place)

    def _owner(self, row: int, column: int) -> Cell:
        while self.sheet.rows[row][column].merge:
            if self.sheet.rows[row][column].merge == "<":
                column -= 1
            else:
                row -= 1
        return self.sheet.rows[row][column]


def printed(number: Decimal, style: str) -> tuple[str, Decimal]:
    """Return a number as a style prints it, and what is then printed: `,2` thousands, `2` plain, `f` full width."""
    places = int(re.sub(r"\D", "", style) or "2")
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:,.{places}f}" if "," in style else f"{rounded:.{places}f}"
    if "(" in style and rounded < 0:
        text = f"({text.removeprefix('-')})"
    if "f" in style:
        text = text.translate(str.maketrans("0123456789.,-", "０１２３４５６７８９．，－"))
    if "¥" in style:
        text = "¥" + text
    if "n" in style and len(text) > 6:
        text = text[:6] + "\n" + text[6:]
    return text, rounded


def is_word(name: str) -> bool:
    """Say whether a key of a meaning is a word and no concept."""
    return name in WORDS
