"""Forms: what pairs of label and value say of one project, or of the whole body: its name, its goals, its money."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from budgetgraph.amounts import is_blank, is_number
from budgetgraph.concepts.lookup import Context, Resolver
from budgetgraph.concepts.ontology import Concept
from budgetgraph.document import Cell
from budgetgraph.indicators.targets import Content
from budgetgraph.labels import normalise, parse_line_label
from budgetgraph.structure.blocks import PERFORMANCE, Block
from budgetgraph.structure.trees import Node
from budgetgraph.tables import Row
from budgetgraph.tables.header import Column

_OF_MONEY = frozenset(("fund-source", "expenditure-nature", "funding-year"))
_TOTALS = frozenset(("amount", "total"))
_REST = "other"
"""What is other than the parts before it exhausts the whole with them."""

Pair = tuple[Cell, Cell]


@dataclass(slots=True)
class Form:
    """What is said of one project, or of the whole body, in the table where it is first spoken of.

    `amounts` are pairs of label and value by the column of the label, `open` the columns with an amount whose label
    is not known; `titled` is the project of the table's title.
    """

    table: str
    titled: str | None = None
    project: Cell | None = None
    body: Cell | None = None
    unit: str | None = None
    contents: dict[tuple[str, str], Content] = field(default_factory=dict)
    amounts: dict[int, list[Pair]] = field(default_factory=dict)
    open: set[int] = field(default_factory=set)

    @property
    def name(self) -> str | None:
        """The project as it is printed, or else as the title of the table names it."""
        return self.project.flat if self.project else self.titled

    @property
    def organization(self) -> str | None:
        """The body as it is printed."""
        return self.body.flat if self.body else None

    def place_goal(self, kind: Concept, cell: Cell) -> None:
        """Note a text that says what the money is for, once."""
        if cell.flat:
            self.contents.setdefault((kind.iri, normalise(cell.flat)), Content(kind, cell))

    def place_amount(self, label: Cell, value: Cell, resolver: Resolver) -> None:
        """Note a value beside a label that names money: 资金总额, 其中：财政拨款, 其他资金."""
        number = is_number(value.flat)
        if is_number(label.flat) or not (number or is_blank(value.flat)):
            return
        if _is_total(label.flat, resolver) or _concepts(label.flat, resolver):
            self.amounts.setdefault(label.column, []).append((label, value))
        elif number:
            self.open.add(label.column)


def form_block(form: Form, resolver: Resolver, taken: Collection[Cell]) -> Block | None:
    """Return the money of a form as a block of one row, its labels as columns; None if it states no total.

    Amounts beside a total of more years than one, which is no amount of a budget, are left out; so are those that
    have been read otherwise (*taken*).
    """
    columns = [pairs for pairs in form.amounts.values() if any(_is_total(label.flat, resolver) for label, _ in pairs)]
    pairs = columns[0] if columns else []
    if not any(is_number(value.flat) for _, value in pairs) or any(value in taken for _, value in pairs):
        return None
    leaves = [_leaf(number, label, resolver) for number, (label, _) in enumerate(pairs, start=1)]
    row = Node(form.name or "", project=form.name, organization=form.organization)
    row.row = Row({number: value for number, (_, value) in enumerate(pairs, start=1)})
    root, rows = Node(""), Node("")
    rows.adopt(row)
    _hang(root, leaves, complete=pairs[0][0].column not in form.open)
    return Block(root, rows, leaves, [row], (resolver.ontology[PERFORMANCE],), form=True)


def _leaf(number: int, label: Cell, resolver: Resolver) -> Node:
    total = _is_total(label.flat, resolver)
    concepts = () if total else _concepts(label.flat, resolver)
    return Node(label.flat, concepts, total=total, column=Column(number, (label.flat,), (number,)))


def _hang(root: Node, leaves: list[Node], *, complete: bool) -> None:
    """Put the parts beside their total if they exhaust it, else below it."""
    whole = next(leaf for leaf in leaves if leaf.total)
    exhausted = complete and any(concept.slug == _REST for leaf in leaves for concept in leaf.concepts)
    root.adopt(whole)
    for leaf in leaves:
        if leaf is not whole:
            (root if exhausted else whole).adopt(leaf)


def _is_total(label: str, resolver: Resolver) -> bool:
    head = resolver.column_head(parse_line_label(label).text)
    return head is not None and head.slug in _TOTALS


def _concepts(label: str, resolver: Resolver) -> tuple[Concept, ...]:
    text = parse_line_label(label).text
    context = Context((resolver.ontology["operation-character/expenditure"],))
    concept = resolver.resolve(text, context)
    found = (concept,) if concept else resolver.compose(text, context)
    return found if found and all(each.scheme in _OF_MONEY for each in found) else ()
