"""What a graph says of the text: statements with their words, duties, definitions; and performance targets."""

from __future__ import annotations

from budgetgraph.figures import Figure
from budgetgraph.graph.facts import Facts, types_of, yuan
from budgetgraph.graph.iris import Iris
from budgetgraph.graph.tables import cell_facts, dimension_facts
from budgetgraph.indicators.targets import Target
from budgetgraph.labels import readable
from budgetgraph.prose.quotes import Quote
from budgetgraph.prose.reading import Statement
from budgetgraph.terms import BG, CONCEPT, DCT, OA, PROV, RDF, RDFS, literal, node


def statement_facts(iris: Iris, statement: Statement) -> Facts:
    me = iris.statement(statement)
    yield from types_of(me, BG + "Statement")
    yield me, DCT + "isPartOf", node(iris.names.disclosure)
    yield me, BG + "quotedText", literal(statement.quoted, language="zh")
    yield me, BG + "printedText", literal(statement.printed)
    yield me, BG + "printedUnitText", literal(statement.unit, language="zh")
    yield from _place_facts(iris, me, statement.page, statement.line, statement.file)
    if statement.amount is not None:
        yield me, BG + "amount", yuan(statement.amount)
    if statement.quantity is not None:
        yield me, BG + "quantity", literal(statement.quantity, "decimal")
    if statement.subject:
        yield me, BG + "subject", node(statement.subject)
    if statement.direction:
        yield me, BG + "direction", node(f"{CONCEPT}cue/{statement.direction}")
    if statement.coordinates:
        yield from dimension_facts(iris, me, statement.coordinates)
    if statement.quote:
        yield from _selector_facts(iris, me, statement.quote, statement.file)


def _selector_facts(iris: Iris, statement: str, quote: Quote, file: str) -> Facts:
    """Say where the words of a statement stand.

    "The Selector describes a range of text by copying it, and including some of the text immediately before
    (a prefix) and after (a suffix) it", https://www.w3.org/TR/annotation-model/#text-quote-selector
    """
    me = f"{statement}/quote"
    yield statement, OA + "hasSource", node(iris.names.file(iris.document(file).sha256))
    yield statement, OA + "hasSelector", node(me)
    yield from types_of(me, OA + "TextQuoteSelector")
    yield me, OA + "exact", literal(quote.exact)
    if quote.prefix:
        yield me, OA + "prefix", literal(quote.prefix)
    if quote.suffix:
        yield me, OA + "suffix", literal(quote.suffix)


def _place_facts(iris: Iris, me: str, page: int, line: int | None, file: str) -> Facts:
    document = iris.document(file)
    yield me, PROV + "hadPrimarySource", node(iris.names.file(document.sha256))
    if document.paged:
        yield me, BG + "page", literal(page, "integer")
    elif line is not None:
        yield me, BG + "line", literal(line, "integer")


def text_facts(iris: Iris) -> Facts:
    prose = iris.disclosure.prose
    for number, duty in enumerate(prose.duties, start=1):
        me = iris.names.part("duty", str(number))
        yield from types_of(me, BG + "Duty")
        yield me, DCT + "isPartOf", node(iris.names.disclosure)
        yield me, BG + "order", literal(number, "integer")
        yield me, RDFS + "label", literal(readable(duty), language="zh")
    for number, definition in enumerate(prose.definitions, start=1):
        me = iris.names.part("definition", str(number))
        yield from types_of(me, BG + "Definition")
        yield me, DCT + "isPartOf", node(iris.names.disclosure)
        yield me, BG + "term", literal(definition.term, language="zh")
        yield me, RDF + "value", literal(definition.text, language="zh")
        yield from _place_facts(iris, me, definition.page, None, definition.file)
        if definition.concept:
            yield me, BG + "defines", node(definition.concept)
            yield definition.concept, BG + "definedIn", node(me)


def target_facts(iris: Iris, number: int, target: Target) -> Facts:
    me = iris.names.part("target", str(number))
    yield from types_of(me, BG + "PerformanceTarget")
    yield me, BG + "inTable", node(iris.table(target.table))
    yield me, DCT + "isPartOf", node(iris.names.disclosure)
    if target.project:
        yield me, BG + "project", node(iris.names.project(readable(target.project)))
    for figure in _fund_amounts(iris, target):
        yield me, BG + "fundAmount", node(iris.observation(figure))
    for order, content in enumerate(target.contents, start=1):
        part = iris.names.part("target", str(number), "content", str(order))
        yield me, BG + "content", node(part)
        yield from types_of(part, BG + "TargetContent")
        yield part, BG + "contentKind", node(content.kind.iri)
        yield part, RDF + "value", literal(readable(content.cell.text), language="zh")
        yield part, PROV + "wasDerivedFrom", node(iris.cell(content.cell))
        if content.printed_under:
            yield part, BG + "inferred", literal("true", "boolean")
            yield part, BG + "printedUnder", node(content.printed_under.iri)
        yield from cell_facts(iris, content.cell)


def _fund_amounts(iris: Iris, target: Target) -> list[Figure]:
    """Return the money of the target's own form, or else that of its project in its table."""
    reading = iris.disclosure.reading(target.table)
    stated = (target.project, target.organization)
    lines = [block.lines[0] for block in reading.structure.blocks if block.form]
    own = [line for line in lines if (line.project, line.organization) == stated]
    if own:
        cells = [item for (row, _), item in reading.cells.items() if any(row is line for line in own)]
        return [item for item in cells if isinstance(item, Figure)]
    named = readable(target.project) if target.project else None
    return [
        figure
        for figure in reading.figures
        if named and figure.coordinates.get("project") == named and not figure.coordinates.get("fundLevel")
    ]
