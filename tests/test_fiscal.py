"""The Fiscal Data Package: valid by the published schema and by frictionless, and equal to the graph."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import frictionless
import jsonschema
import pyoxigraph
import pytest
import referencing
from referencing.jsonschema import DRAFT4

from budgetgraph.concepts.ontology import load_ontology
from budgetgraph.exports.fiscal import FIELDS
from samples import HETANG, ROOT, SAMPLE, SHARED, needs_hetang
from test_exports import exports, select

FISCAL = SHARED / "conformance" / "fdp"
DIM = "https://w3id.org/budgetgraph/dimension#"
DOCUMENTS = [SAMPLE, pytest.param(HETANG / "disclosure.pdf", marks=needs_hetang)]
CLASSIFICATIONS = {
    "functional": "functionalClassification",
    "department_economic": "departmentEconomicClassification",
    "government_economic": "governmentEconomicClassification",
}

# What the published schema refers to (build/profiles/dictionary.json), as the specification of 0.3 states it.
_NAMED: dict[str, Any] = {"type": "object", "required": ["source"], "properties": {"source": {"type": "string"}}}
_MEASURE: dict[str, Any] = {
    "required": ["source", "currency"],
    "properties": {
        "currency": {"pattern": "^[A-Z]{3}$"},
        "factor": {"type": "number"},
        "direction": {"enum": ["expenditure", "revenue"]},
        "phase": {"enum": ["proposed", "approved", "adjusted", "executed"]},
    },
}
_KINDS = ["datetime", "entity", "classification", "activity", "fact", "location", "other"]
_DIMENSION: dict[str, Any] = {
    "required": ["attributes", "primaryKey"],
    "properties": {
        "attributes": {"type": "object", "minProperties": 1, "additionalProperties": _NAMED},
        "primaryKey": {"type": ["string", "array"]},
        "dimensionType": {"enum": _KINDS},
        "classificationType": {"enum": ["functional", "administrative", "economic"]},
    },
}
DICTIONARY = {
    "definitions": {
        "tabularDataPackage": {"required": ["resources", "profile"], "properties": {"profile": {"type": "string"}}},
        "tabularDataResources": {"type": "array", "minItems": 1, "items": {"required": ["path", "schema", "profile"]}},
        "countryCode": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "fiscalModel": {
            "type": "object",
            "required": ["measures", "dimensions"],
            "properties": {
                "measures": {"type": "object", "additionalProperties": _MEASURE},
                "dimensions": {"type": "object", "additionalProperties": _DIMENSION},
            },
        },
    }
}


@cache
def package(path: Path = SAMPLE) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(exports(path)["fiscal-data-package.zip"].data))


def descriptor(path: Path = SAMPLE) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(package(path).read("datapackage.json"))
    return loaded


def lines(path: Path = SAMPLE) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(package(path).read("data/budget.csv").decode(), newline="")))


@pytest.mark.parametrize("path", DOCUMENTS)
def test_frictionless_finds_it_valid_without_a_network(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "package.zip"
    file.write_bytes(exports(path)["fiscal-data-package.zip"].data)

    result = frictionless.validate(str(file), type="package")

    assert result.flatten(["rowNumber", "fieldName", "message"]) == []
    assert result.valid


@pytest.mark.parametrize("path", DOCUMENTS)
def test_rows_amounts_and_codes_equal_a_query_over_the_graph(path: Path) -> None:
    codes = " ".join(f"?o <{DIM}{name}> ?{column} ." for column, name in CLASSIFICATIONS.items())
    query = f"""SELECT ?o ?amount ?functional ?department_economic ?government_economic
        WHERE {{ ?d a bg:Disclosure . ?o qb:dataSet ?d ; obeu-measure:amount ?amount . {codes} }}"""
    concepts = load_ontology().concepts
    wanted = Counter(
        (iri.rpartition("/")[2], Decimal(amount), *(concepts[code].notation or concepts[code].slug for code in values))
        for iri, amount, *values in select(query, path)
    )

    found = Counter(
        (row["line_id"], Decimal(row["amount"]), *(_deepest(row, column) for column in CLASSIFICATIONS))
        for row in lines(path)
    )

    assert len(wanted) > 200
    assert found == wanted


def _deepest(row: dict[str, str], column: str) -> str:
    """The code of the lowest level that a row states."""
    stated = [row[name] for name in row if name.startswith(column) and name.endswith("_code") and row[name]]
    return stated[-1] if stated else "all"


@pytest.mark.parametrize(
    ("breakdown", "printed"),
    [
        ("departmentEconomicClassification expenditureNature functionalClassification", "3710800.00"),
        ("departmentEconomicClassification expenditureNature", "2180800.00"),
        ("departmentEconomicClassification functionalClassification", "2180800.00"),
    ],
)
def test_the_leaves_of_one_breakdown_add_up_to_the_printed_total(breakdown: str, printed: str) -> None:
    leaves = [row for row in lines() if row["breakdown"] == breakdown and row["line_role"] == "leaf"]
    general = [Decimal(row["amount"]) for row in leaves if row["fund"] == "general-public" and not row["aspect"]]

    assert sum(general) == Decimal(printed)


def test_codes_of_each_level_stand_in_their_columns() -> None:
    row = next(row for row in lines() if row["functional3_code"] == "2010350")

    assert (row["functional1_code"], row["functional2_code"]) == ("201", "20103")
    assert row["functional3_label"] == "事业运行"


def test_revenue_and_expenditure_are_told_apart() -> None:
    assert {row["direction"] for row in lines()} == {"revenue", "expenditure"}


def column_types() -> dict[str, str]:
    """What alignment-fiscal.ttl says: dimension → column type."""
    quads = pyoxigraph.parse(path=ROOT / "ontology" / "alignment-fiscal.ttl")
    return {str(quad.subject): quad.object.value for quad in quads if isinstance(quad.object, pyoxigraph.Literal)}


def test_the_package_uses_the_column_types_of_the_alignment() -> None:
    used = {re.sub(r":level\d", "", field.column_type) for field in FIELDS if field.column_type}

    assert set(column_types().values()) <= used


@pytest.mark.conformance
@pytest.mark.skipif(not FISCAL.is_dir(), reason="../shared/conformance/fdp is not here")
class TestPublishedSchema:
    """What needs the published schema and the taxonomy of column types."""

    @pytest.mark.parametrize("path", DOCUMENTS)
    def test_the_descriptor_is_valid(self, path: Path) -> None:
        schema = json.loads((FISCAL / "profiles" / "fiscal-data-package.json").read_text("utf-8"))
        dictionary = referencing.Resource.from_contents(DICTIONARY, default_specification=DRAFT4)
        registry = referencing.Registry().with_resource("build/profiles/dictionary.json", dictionary)
        validator = jsonschema.Draft4Validator(schema, registry=registry)

        assert [error.message for error in validator.iter_errors(descriptor(path))] == []
        assert not validator.is_valid({**descriptor(path), "model": {}})

    def test_every_column_type_is_in_the_taxonomy_with_its_data_type(self) -> None:
        taxonomy = json.loads((FISCAL / "budget-taxonomy.json").read_text("utf-8"))
        known = {kind["name"]: kind["dataType"] for kind in taxonomy["columnTypes"]}
        used = [field for field in FIELDS if field.column_type]

        assert {field.column_type: field.kind for field in used} == {
            field.column_type: known[field.column_type or ""] for field in used
        }
        assert len({field.column_type for field in used}) == len(used)
        assert set(column_types().values()) <= known.keys()
