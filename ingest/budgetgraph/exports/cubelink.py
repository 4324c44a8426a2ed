"""cube.link view: the consolidated budget as a cube that Zazuko's tools read (https://cube.link/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from budgetgraph.concepts.ontology import Ontology
from budgetgraph.exports.quadindex import QuadIndex, Term
from budgetgraph.exports.rdfxml import ordered_head
from budgetgraph.terms import BG, DCT, DIM, OBEU_MEASURE, RDF, RDFS, SH, XSD, literal, node
from budgetgraph.vocabulary.classes import read_vocabulary

CUBE = "https://cube.link/"
SCHEMA = "http://schema.org/"
QUDT = "http://qudt.org/schema/qudt/"
ADMIN = "https://ld.admin.ch/"
YUAN = "http://qudt.org/vocab/unit/CCY_CNY"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
MEASURE = OBEU_MEASURE + "amount"
PREFIXES = {
    "bg": BG,
    "bg-dim": DIM,
    "cube": CUBE,
    "obeu-measure": OBEU_MEASURE,
    "qudt": QUDT,
    "rdf": RDF,
    "schema": SCHEMA,
    "sh": SH,
    "xsd": XSD,
}

Facts = Iterator[tuple[str, str, NamedNode | Literal]]


def cube_link_bytes(index: QuadIndex, ontology: Ontology) -> bytes:
    """Return the view as Turtle: the cube, its constraint, its observations, and the names of their values.

    Its dates are those that the sources state (metadata first, then the file); where none does, the vocabulary's.
    """
    view = _View(index, ontology)
    triples = sorted((Triple(node(s), node(p), o) for s, p, o in view.facts()), key=str)
    return ordered_head(serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"", len(PREFIXES))


class _View:
    """The cube of one disclosure."""

    def __init__(self, index: QuadIndex, ontology: Ontology) -> None:
        self._index, self._ontology = index, ontology
        self._cube = f"{index.disclosure}/cube"
        self._body = index.value(index.disclosure, BG + "organization")
        self._observations = index.observations.get(index.disclosure, ())
        self._dimensions = sorted(
            {name for iri in self._observations for name in index.terms[iri] if name.startswith(DIM)}
        )

    def facts(self) -> Facts:
        yield from self._head()
        yield from self._constraint()
        for iri in self._observations:
            yield from self._observation(iri)
        for value in sorted({value for name in self._dimensions for value in self._values(name)}):
            yield from self._named(value)

    def _head(self) -> Facts:
        me, index = self._cube, self._index
        for cls in (CUBE + "Cube", SCHEMA + "Dataset"):
            yield me, RDF + "type", node(cls)
        for title in index.terms[index.disclosure][DCT + "title"]:
            assert isinstance(title, Literal)
            yield me, SCHEMA + "name", title
        yield me, SCHEMA + "identifier", literal(index.disclosure)
        yield me, SCHEMA + "isBasedOn", node(index.disclosure)
        yield me, SCHEMA + "license", node(index.value(index.disclosure, DCT + "license") or LICENCE)
        yield me, SCHEMA + "creativeWorkStatus", node(ADMIN + "vocabulary/CreativeWorkStatus/Published")
        yield me, SCHEMA + "workExample", node(ADMIN + "application/visualize")
        yield me, SCHEMA + "publisher", node(index.value(index.disclosure, DCT + "publisher") or self._body)
        for role in ("creator", "contributor", "contactPoint"):
            yield me, SCHEMA + role, node(self._body)
        for event, date in self._dates().items():
            yield me, SCHEMA + event, literal(date, "date")
        yield me, CUBE + "observationConstraint", node(f"{me}/constraint")
        if self._observations:
            yield me, CUBE + "observationSet", node(f"{me}/observations")
            yield f"{me}/observations", RDF + "type", node(CUBE + "ObservationSet")
            for iri in self._observations:
                yield f"{me}/observations", CUBE + "observation", node(iri)

    def _dates(self) -> Mapping[str, str]:
        index, disclosure = self._index, self._index.disclosure
        files = index.values(disclosure, BG + "sourceFile")
        made = max((date for file in files for date in index.values(file, DCT + "created")), default="")
        issued = max(index.values(disclosure, DCT + "issued"), default="")
        known = made or issued or read_vocabulary().header[BG][DCT + "modified"][0]
        return {"dateCreated": known, "datePublished": issued or known, "dateModified": max(known, issued)}

    def _constraint(self) -> Facts:
        me = f"{self._cube}/constraint"
        for cls in (CUBE + "Constraint", SH + "NodeShape"):
            yield me, RDF + "type", node(cls)
        yield me, SH + "closed", literal("true", "boolean")
        yield from self._property(me, RDF + "type", [CUBE + "Observation"])
        yield from self._property(me, CUBE + "observedBy", [self._body])
        for name in self._dimensions:
            yield from self._property(me, name, self._values(name))
            yield self._shape(me, name), RDF + "type", node(CUBE + "KeyDimension")
            yield self._shape(me, name), QUDT + "scaleType", node(QUDT + "NominalScale")
            yield from self._names(self._shape(me, name), name)
        yield from self._property(me, MEASURE, [])
        yield self._shape(me, MEASURE), SH + "nodeKind", node(SH + "Literal")
        yield self._shape(me, MEASURE), SH + "datatype", node(XSD + "decimal")
        yield self._shape(me, MEASURE), RDF + "type", node(CUBE + "MeasureDimension")
        yield self._shape(me, MEASURE), QUDT + "scaleType", node(QUDT + "RatioScale")
        yield self._shape(me, MEASURE), QUDT + "hasUnit", node(YUAN)
        for text, language in (("金额（元）", "zh"), ("amount (yuan)", "en")):
            yield self._shape(me, MEASURE), SCHEMA + "name", literal(text, language=language)

    @staticmethod
    def _shape(constraint: str, path: str) -> str:
        return f"{constraint}/{path.replace('#', '/').rpartition('/')[2]}"

    def _property(self, constraint: str, path: str, values: Sequence[str]) -> Facts:
        """Say that a property has one value, of those that occur; a list's nodes have names, not blanks."""
        me = self._shape(constraint, path)
        yield constraint, SH + "property", node(me)
        yield me, SH + "path", node(path)
        yield me, SH + "minCount", literal(1, "integer")
        yield me, SH + "maxCount", literal(1, "integer")
        if values:
            yield me, SH + "nodeKind", node(SH + "IRI")
            yield me, SH + "in", node(f"{me}/in/1")
        for place, value in enumerate(values, start=1):
            following = f"{me}/in/{place + 1}" if place < len(values) else RDF + "nil"
            yield f"{me}/in/{place}", RDF + "first", node(value)
            yield f"{me}/in/{place}", RDF + "rest", node(following)

    def _names(self, subject: str, dimension: str) -> Facts:
        term = read_vocabulary().term(dimension)
        for language, text in (term.label if term else {}).items():
            yield subject, SCHEMA + "name", literal(text, language=language)

    def _observation(self, iri: str) -> Facts:
        yield iri, RDF + "type", node(CUBE + "Observation")
        yield iri, CUBE + "observedBy", node(self._body)
        for name in (*self._dimensions, MEASURE):
            for value in _plain(self._index.terms[iri].get(name, ())):
                yield iri, name, value

    def _values(self, dimension: str) -> list[str]:
        return sorted({value for iri in self._observations for value in self._index.values(iri, dimension)})

    def _named(self, value: str) -> Facts:
        """Give a value the names that it has in the ontology or in the graph."""
        concept = self._ontology.concepts.get(value)
        if concept:
            yield value, SCHEMA + "name", literal(concept.label, language="zh")
            if concept.label_en != concept.label:
                yield value, SCHEMA + "name", literal(concept.label_en, language="en")
            if concept.notation:
                yield value, SCHEMA + "identifier", literal(concept.notation)
        for text in _plain(self._index.terms.get(value, {}).get(RDFS + "label", ())):
            yield value, SCHEMA + "name", text


def _plain(values: Iterable[Term]) -> Iterator[NamedNode | Literal]:
    return (value for value in values if isinstance(value, NamedNode | Literal))
