"""The engine: shapes parsed once, a graph in an Oxigraph store of its own, pySHACL between the two."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph
import pyshacl
import pyshacl.helper
from oxrdflib import OxigraphStore
from pyshacl.errors import ReportableRuntimeError
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper
from rdflib import RDFS, SH, Graph, Literal, URIRef, Variable
from rdflib.query import Result
from rdflib.term import Identifier, Node

from budgetgraph.errors import BudgetgraphError
from budgetgraph.resources import data_folder

UNNAMED = "urn:budgetgraph:disclosure"
"""The name that a graph without one bears in the store."""

_TOKEN = re.compile(r'"[^"]*"|<[^<>\s]*>|[{}]|\bOPTIONAL\b')

_VARIABLE = re.compile(r"\\\{\\?[?$]\w+\\\}")


class ValidationFailed(BudgetgraphError):
    """Validation itself failed; this says nothing about the data."""


@dataclass(frozen=True, slots=True)
class Data:
    """One graph in an Oxigraph store."""

    store: pyoxigraph.Store
    graph: pyoxigraph.NamedNode

    def as_rdflib(self, together: bool = False) -> Graph:
        """Return the graph as pySHACL takes it; *together*, a query is put to all of its focus nodes at once.

        It bears the name that it has in the store: what rdflib calls the default graph is a named one there, and
        a graph that is asked for by the wrong name is empty and conforms.
        """
        return _Together(self) if together else _Sized(self)


class _Sized(Graph):
    """A graph that knows its size: pySHACL asks for it with each result, and oxrdflib counts all triples anew."""

    def __init__(self, data: Data) -> None:
        super().__init__(OxigraphStore(store=data.store), URIRef(data.graph.value), bind_namespaces="none")
        self._size = len(data.store)

    def __len__(self) -> int:
        return self._size


class _Together(_Sized):
    """A graph that first asks a query for all focus nodes at once, then again for those alone that have a solution.

    To compile a query takes longer than to run it for one table, and most tables have no solution. It is sound
    where `$this` is bound by a triple pattern in each SELECT: then a node without a solution when nothing is bound
    has none when it is (SHACL 5.3.1, pre-binding). The shapes of this project are written so, and a test holds
    them to it.
    """

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        self._concerned: dict[str, frozenset[Node | None]] = {}

    def query(  # type: ignore[override]
        self,
        query_object: str,
        processor: str = "sparql",
        result: str = "sparql",
        initNs: Mapping[str, Any] | None = None,
        initBindings: Mapping[str, Identifier] | None = None,
        *options: Any,
        **named: Any,
    ) -> Result:
        """Answer a query; one in which nothing but `$this` is bound is run for the nodes that it concerns."""
        bindings = initBindings or {}
        if list(bindings) == ["this"] and bindings["this"] not in self.concerned(query_object):
            nothing = Result("SELECT")
            nothing.bindings = []
            return nothing
        return super().query(query_object, processor, result, initNs, bindings, *options, **named)

    def concerned(self, query: str) -> frozenset[Node | None]:
        """Return the focus nodes for which a query may have solutions."""
        if query not in self._concerned:
            found = super().query(without_optionals(query)).bindings
            self._concerned[query] = frozenset(solution.get(Variable("this")) for solution in found)
        return self._concerned[query]


@cache
def without_optionals(query: str) -> str:
    """Return a query without the end of its outermost pattern, from the first OPTIONAL on.

    What is optional adds to a solution (here: the words of a message) and takes none away.
    """
    depth = 0
    for token in _TOKEN.finditer(query):
        if token[0] == "}":
            depth -= 1
            if not depth:
                break
        elif token[0] == "{":
            depth += 1
        elif token[0] == "OPTIONAL" and depth == 1:
            return query[: token.start()] + query[query.rindex("}") :]
    return query


class _Query(SPARQLQueryHelper):
    """The query of a constraint, whose text is searched once, as it is the same for every focus node."""

    _searched: tuple[Mapping[str, Node], str] | None = None

    def pre_bind_variables(
        self, thisnode: Node, valuenode: Node | None = None, extravars: Any = None
    ) -> tuple[Mapping[str, Node], str]:
        if valuenode is not None or extravars:
            return super().pre_bind_variables(thisnode, valuenode, extravars)  # type: ignore
        if self._searched is None:
            self._searched = super().pre_bind_variables(thisnode)  # type: ignore
        bindings, text = self._searched
        return ({**bindings, "this": thisnode} if "this" in bindings else bindings), text


pyshacl.helper.SPARQLQueryHelperCls = _Query  # type: ignore[attr-defined]
"""pySHACL makes the queries of constraints with the class that stands here."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """A shapes graph and, by the IRI of each constraint, its messages: language and pattern.

    `own` says that they are the shapes of this installation, whose queries may be run for all focus nodes together.
    """

    graph: Graph
    messages: Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]]
    own: bool = False

    def language(self, constraint: str | None, text: str) -> str | None:
        """Return the language of a message: pySHACL drops it when it fills in the numbers."""
        for language, pattern in self.messages.get(constraint or "", ()):
            if pattern.fullmatch(text):
                return language
        return None


def load_graph(lines: bytes) -> Data:
    """Load N-Quads or N-Triples of one graph.

    IRIs are not checked again: the writer of the graph did that. Raises ValidationFailed if there is more than
    one graph or the lines cannot be parsed.
    """
    # pySHACL puts values into messages with re.sub, to which a backslash in a value is a command
    if b"\\" in lines:  # a single byte is sought many times faster than two
        lines = lines.replace(rb"\\", "＼".encode())
    store = pyoxigraph.Store()
    graph = pyoxigraph.NamedNode(UNNAMED)
    try:
        first = next(iter(pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)), None)
        if first is None or isinstance(first.graph_name, pyoxigraph.DefaultGraph):
            store.load(lines, format=pyoxigraph.RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)
        else:
            store.load(lines, format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)
    except SyntaxError as error:
        raise ValidationFailed(what=f"not N-Quads of one graph 不是单个图的 N-Quads: {error}") from error
    names = [name for name in store.named_graphs() if isinstance(name, pyoxigraph.NamedNode)]
    if len(names) > 1:
        raise ValidationFailed(what=f"{len(names)} graphs where one is due 应为单个图")
    graph = names[0] if names else graph
    return Data(store, graph)


@lru_cache(maxsize=8)
def load_shapes(source: Path | bytes | None = None) -> Shapes:
    """Load the shapes of this installation, those of another folder or file, or Turtle; they are kept."""
    graph = Graph()
    if isinstance(source, bytes):
        graph.parse(data=source, format="ox-turtle")
    else:
        path = source or data_folder("shapes")
        for file in sorted(path.glob("*.ttl")) if path.is_dir() else [path]:
            graph.parse(file, format="ox-turtle")
    for constraint, query in list(graph.subject_objects(SH.select)):
        graph.set((constraint, SH.select, Literal(_prepared(graph, constraint, str(query)))))
        graph.remove((constraint, SH.prefixes, None))
    for said in (RDFS.label, RDFS.isDefinedBy):  # pySHACL goes through all that is said of a shape, each time
        graph.remove((None, said, None))
    messages: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for constraint, message in graph.subject_objects(SH.message):
        if isinstance(message, Literal) and message.language:
            pattern = re.compile(_VARIABLE.sub("(?s:.*)", re.escape(message)))
            messages.setdefault(str(constraint), []).append((message.language, pattern))
    by_constraint = {constraint: tuple(sorted(found, key=str)) for constraint, found in messages.items()}
    return Shapes(graph, by_constraint, own=source is None)


def _prepared(graph: Graph, constraint: Node, query: str) -> str:
    """Return a query on one line with the prefixes that it uses, ready to run.

    pySHACL gathers the prefixes of every shape file and searches the text from each of its lines, every time.
    """
    lines = (line.strip() for line in query.splitlines())
    text = " ".join(line for line in lines if line and not line.startswith("#"))
    declared = {
        str(graph.value(entry, SH.prefix)): graph.value(entry, SH.namespace)
        for entry in graph.objects(constraint, SH.prefixes / SH.declare)
    }
    used = (prefix for prefix in sorted(declared) if re.search(rf"(?<![\w-]){prefix}:", text))
    return "".join(f"PREFIX {prefix}: <{declared[prefix]}> " for prefix in used) + text


def run(data: Data, shapes: Shapes) -> Graph:
    """Return pySHACL's results graph; raises ValidationFailed if there is none."""
    try:
        _, results, text = pyshacl.validate(data.as_rdflib(together=shapes.own), shacl_graph=shapes.graph)
    except ReportableRuntimeError as error:
        raise ValidationFailed(what=f"pySHACL: {error}") from error
    # a failure comes back in the place of the graph, with conforms = False, as if the data were at fault
    if not isinstance(results, Graph):
        raise ValidationFailed(what=f"pySHACL: {text}")
    return results
