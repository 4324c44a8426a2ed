"""Fiscal Data Package: the consolidated budget as CSV with a descriptor, in a zip.

https://specs.frictionlessdata.io/fiscal-data-package/ (1.0, column types) with the `model` that its published
JSON schema still asks for. The profile stays `tabular-data-package`: `fiscal-data-package` fails its own schema.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from budgetgraph.concepts.ontology import Ontology
from budgetgraph.exports.columns import Column
from budgetgraph.exports.csvfile import csv_bytes
from budgetgraph.exports.quadindex import QuadIndex
from budgetgraph.exports.rows import RowWriter, slug
from budgetgraph.terms import BG, CONCEPT, DCT

MEDIA_TYPE = "application/zip"
TAXONOMY = "https://specs.frictionlessdata.io/taxonomies/fiscal/budgets.json"
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
# Budget phases of OpenBudgets.eu → those of the Fiscal Data Package.
_PHASES = {"draft": "proposed", "approved": "approved", "revised": "adjusted", "executed": "executed"}
_START = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can state


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the package: where its value comes from, and the column type of the fiscal taxonomy."""

    name: str
    zh: str
    en: str
    column_type: str | None = None
    kind: str = "string"

    def as_json(self) -> Mapping[str, str]:
        """Return the field of the table schema."""
        stated = {"columnType": self.column_type} if self.column_type else {}
        return {"name": self.name, "type": self.kind, "title": self.zh, "description": self.en, **stated}


def _levels(name: str, family: str | None, titles: Sequence[tuple[str, str]]) -> Iterator[Field]:
    for level, (zh, en) in enumerate(titles, start=1):
        kind = f"{family}:generic:level{level}" if family else None
        yield Field(f"{name}{level}_code", f"{zh}编码", f"{en}, code", f"{kind}:code" if kind else None)
        yield Field(f"{name}{level}_label", f"{zh}名称", f"{en}, name", f"{kind}:label" if kind else None)


FIELDS: Sequence[Field] = (
    Field("line_id", "预算行编号", "identifier of the line: the last part of the observation's IRI", "budget-line-id"),
    Field("fiscal_year", "财政年度", "fiscal year", "date:fiscal-year", "integer"),
    Field("phase", "预算阶段", "budget phase", "phase:id"),
    Field("phase_label", "预算阶段名称", "budget phase, name", "phase:label"),
    Field("direction", "收入或支出", "revenue or expenditure", "direction"),
    Field("operation_character", "收支性质", "operation character"),
    Field("aspect", "侧面；只在同一侧面内相加", "aspect; add up within one aspect only"),
    Field("division_code", "行政区划代码", "administrative division, GB/T 2260 code", "geo:generic:code"),
    Field("division_label", "行政区划名称", "administrative division, name", "geo:generic:title"),
    Field("organization_code", "单位编号", "organisation", "administrative-classification:generic:code"),
    Field("organization_label", "单位名称", "organisation, name", "administrative-classification:generic:label"),
    *_levels(
        "functional",
        "functional-classification",
        (("功能分类类", "functional class"), ("功能分类款", "functional section"), ("功能分类项", "functional item")),
    ),
    *_levels(
        "department_economic",
        "economic-classification",
        (("部门经济分类类", "department economic class"), ("部门经济分类款", "department economic item")),
    ),
    *_levels(
        "government_economic",
        None,
        (("政府经济分类类", "government economic class"), ("政府经济分类款", "government economic item")),
    ),
    Field("nature", "支出性质", "expenditure nature", "expenditure-type:code"),
    Field("nature_label", "支出性质名称", "expenditure nature, name", "expenditure-type:label"),
    Field("fund", "资金来源", "fund source", "fin-source:generic:code"),
    Field("fund_label", "资金来源名称", "fund source, name", "fin-source:generic:label"),
    Field("funding_year", "资金年度", "funding year"),
    Field("fund_level", "资金级次", "level of government that the money comes from"),
    Field("item", "项目内容", "revenue, three-public or procurement item"),
    Field("item_label", "项目内容名称", "item, name"),
    Field("project", "项目编号", "project", "activity:generic:project:code"),
    Field("project_label", "项目名称", "project, name", "activity:generic:project:label"),
    Field("line_role", "明细、小计或合计", "leaf, subtotal or total"),
    Field("breakdown", "所分解的维度；只在同一分解内相加明细", "dimensions broken down; add up leaves within one only"),
    Field("contested", "各表所印是否不一致", "whether tables state it differently", None, "boolean"),
    Field("currency", "币种", "currency", "value-currency:code"),
    Field("amount", "金额（元）", "amount in yuan", "value", "number"),
)


def fiscal_package_bytes(index: QuadIndex, ontology: Ontology) -> bytes:
    """Return the package: datapackage.json and data/budget.csv, a row for each fact of the consolidated budget.

    Codes that are not broken down are left empty. The zip states no time and no owner.
    """
    rows = RowWriter(index, ontology)
    columns = [Column(field.name, field.zh, field.en, field.kind) for field in FIELDS]
    lines = [_line(facts, index, ontology) for facts in rows.named_facts()]
    table = csv_bytes(columns, [tuple(line[field.name] for field in FIELDS) for line in lines])
    descriptor = json.dumps(_descriptor(index, len(table)), ensure_ascii=False, indent=1) + "\n"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in (("datapackage.json", descriptor.encode()), ("data/budget.csv", table)):
            entry = zipfile.ZipInfo(name, _START)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            package.writestr(entry, data)
    return stream.getvalue()


def _line(fact: Mapping[str, str], index: QuadIndex, ontology: Ontology) -> Mapping[str, str]:
    division = index.value(index.disclosure, DCT + "spatial")
    place = ontology.concepts.get(division)
    return {
        "line_id": slug(fact["observation"]),
        "fiscal_year": fact["fiscal_year"],
        "phase": _PHASES[fact["budget_phase"]],
        "phase_label": fact["budget_phase_zh"],
        "direction": _direction(fact["operation_character"], ontology),
        "division_code": slug(division),
        "division_label": place.label if place else "",
        "organization_code": slug(fact["organization_iri"]),
        "organization_label": fact["organization"],
        **dict(_codes("functional", 3, fact, ontology)),
        **dict(_codes("department_economic", 2, fact, ontology)),
        **dict(_codes("government_economic", 2, fact, ontology)),
        **dict(_labelled("nature", "expenditure_nature", fact)),
        **dict(_labelled("fund", "fund_source", fact)),
        **dict(_labelled("item", "item", fact)),
        "project": _stated(slug(fact["project_iri"])),
        "project_label": _stated(fact["project"]),
        **{name: _stated(fact[name]) for name in ("operation_character", "aspect", "funding_year", "fund_level")},
        **{name: fact[name] for name in ("line_role", "breakdown", "contested", "currency", "amount")},
    }


def _direction(character: str, ontology: Ontology) -> str:
    """Return the side of the account: money that comes is revenue, money that goes is expenditure."""
    concept = ontology.concepts.get(f"{CONCEPT}operation-character/{character}")
    sides = {slug(iri) for iri in ontology.ancestors(concept)} | {character} if concept else set()
    if "sources" in sides:
        return "revenue"
    return "expenditure" if "uses" in sides else ""


def _codes(name: str, levels: int, fact: Mapping[str, str], ontology: Ontology) -> Iterator[tuple[str, str]]:
    """Yield code and label of each level of a classification, as far as the fact goes down."""
    scheme = name.replace("_", "-")
    concept = ontology.concepts.get(f"{CONCEPT}{scheme}/{fact[name]}")
    path = [concept, *map(ontology.concepts.get, ontology.ancestors(concept))] if concept else []
    known = [step for step in reversed(path) if step and not step.is_all]
    for level in range(1, levels + 1):
        step = known[level - 1] if level <= len(known) else None
        yield f"{name}{level}_code", (step.notation or step.slug) if step else ""
        yield f"{name}{level}_label", step.label if step else ""


def _labelled(name: str, column: str, fact: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    code = _stated(fact[column])
    yield name, code
    yield f"{name}_label", fact[f"{column}_zh"] if code else ""


def _stated(code: str) -> str:
    return "" if code == "all" else code


def _descriptor(index: QuadIndex, size: int) -> Mapping[str, Any]:
    me = index.disclosure
    year = index.value(me, BG + "fiscalYear")
    sources = [
        {"title": index.value(file, BG + "fileName"), "path": index.value(file, DCT + "source") or file}
        for file in index.values(me, BG + "sourceFile")
    ]
    return {
        "name": me.partition("/id/")[2].replace("/", "-").lower(),
        "id": me,
        "title": index.value(me, DCT + "title"),
        "description": (
            "合并预算：每个事实一行，含合计与小计；求和时只取同一 breakdown、同一 aspect 的 leaf 行。"
            "The consolidated budget: a row a fact, totals and subtotals among them; "
            "to add up, take the leaf rows of one breakdown and one aspect."
        ),
        "profile": "tabular-data-package",
        "homepage": me,
        "licenses": [_licence(index.value(me, DCT + "license"))],
        "sources": sources,
        "countryCode": "CN",
        "granularity": "aggregated",
        "fiscalPeriod": {"start": f"{year}-01-01", "end": f"{year}-12-31"},
        "columnTypes": [TAXONOMY],
        "resources": [_resource(size)],
        "model": _model(slug(index.value(me, BG + "phase"))),
    }


def _licence(stated: str) -> Mapping[str, str]:
    """Return the licence that the metadata of the source states; where it states none, that of our own data."""
    return LICENCE if stated in ("", LICENCE["path"]) else {"path": stated, "title": stated}


def _resource(size: int) -> Mapping[str, Any]:
    return {
        "name": "budget",
        "path": "data/budget.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "schema": {
            "fields": [field.as_json() for field in FIELDS],
            "primaryKey": ["line_id"],
            "missingValues": [""],
        },
    }


def _model(phase: str) -> Mapping[str, Any]:
    def code(source: str, parent: str | None = None) -> Mapping[str, str]:
        return {"source": source, **({"parent": parent} if parent else {})}

    def labelled(source: str, label: str) -> Mapping[str, Any]:
        return {"code": {"source": source}, "label": {"source": label, "labelfor": "code"}}

    def classification(kind: str, levels: int) -> Mapping[str, Any]:
        family = kind.rpartition("_")[2]
        codes = {f"level{n}": code(f"{kind}{n}_code", f"level{n - 1}" if n > 1 else None) for n in range(1, levels + 1)}
        return {
            "dimensionType": "classification",
            "classificationType": family,
            "primaryKey": list(codes),
            "attributes": codes,
        }

    return {
        "measures": {"amount": {"source": "amount", "currency": "CNY", "factor": 1, "phase": _PHASES[phase]}},
        "dimensions": {
            "date": {
                "dimensionType": "datetime",
                "primaryKey": ["year"],
                "attributes": {"year": code("fiscal_year")},
            },
            "administrator": {
                "dimensionType": "entity",
                "primaryKey": ["code"],
                "attributes": labelled("organization_code", "organization_label"),
            },
            "functional": classification("functional", 3),
            "economic": classification("department_economic", 2),
            "government": classification("government_economic", 2),
            "project": {
                "dimensionType": "activity",
                "primaryKey": ["code"],
                "attributes": labelled("project", "project_label"),
            },
            "fund": {
                "dimensionType": "other",
                "primaryKey": ["code"],
                "attributes": labelled("fund", "fund_label"),
            },
        },
    }
