"""Columns: what a row of an export holds, named and explained in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `name` heads it, `kind` is its type in a table schema."""

    name: str
    zh: str
    en: str
    kind: str = "string"


CODED = {
    "operation_character": ("operationCharacter", "收支性质", "operation character"),
    "aspect": ("aspect", "侧面", "aspect"),
    "fund_source": ("fundSource", "资金来源", "fund source"),
    "funding_year": ("fundingYear", "资金年度", "funding year"),
    "fund_level": ("fundLevel", "资金级次", "fund level"),
    "expenditure_nature": ("expenditureNature", "支出性质", "expenditure nature"),
    "functional": ("functionalClassification", "支出功能分类", "functional classification"),
    "department_economic": (
        "departmentEconomicClassification",
        "部门预算支出经济分类",
        "department economic classification",
    ),
    "government_economic": (
        "governmentEconomicClassification",
        "政府预算支出经济分类",
        "government economic classification",
    ),
    "item": ("item", "项目内容", "item"),
}
"""Column name → dimension, and its name in Chinese and English; each has a code, a zh and an en column."""


def _coded(name: str, zh: str, en: str) -> tuple[Column, Column, Column]:
    return (
        Column(name, f"{zh}编码；all 为未分解", f"{en}, code; all where it is not broken down"),
        Column(f"{name}_zh", f"{zh}名称", f"{en}, Chinese name"),
        Column(f"{name}_en", f"{zh}英文名", f"{en}, English name (Chinese where there is none)"),
    )


_PLACE = (
    Column("table", "表的编号", "table, as numbered in its IRI"),
    Column("table_title", "表名", "title of the table"),
    Column("annex", "附件号", "annex number"),
    Column("row_label", "行标题，按印出", "label of the row, as printed"),
    Column("column_label", "列标题，按印出", "label of the column, as printed"),
)
_AMOUNT = (
    Column("amount", "金额（元）", "amount in yuan", "number"),
    Column("currency", "币种", "currency"),
    Column("printed_text", "印出的文字", "text as printed"),
    Column("printed_unit_zh", "印出的单位", "unit as printed, in Chinese"),
    Column("printed_unit_en", "印出的单位（英文）", "unit as printed, in English"),
    Column("line_role", "明细 leaf、小计 subtotal、合计 total", "leaf, subtotal or total of its breakdown"),
    Column("breakdown", "所分解的维度；只在同一分解内相加", "dimensions broken down; add up within one breakdown only"),
)
_SCOPE = (
    Column("fiscal_year", "财政年度", "fiscal year", "integer"),
    Column("budget_phase", "预算阶段", "budget phase"),
    Column("budget_phase_zh", "预算阶段名称", "budget phase, Chinese name"),
    Column("budget_phase_en", "预算阶段英文名", "budget phase, English name"),
    Column("organization", "单位名称", "organisation"),
    Column("organization_iri", "单位的 IRI", "IRI of the organisation"),
    *(column for name, (_, zh, en) in CODED.items() for column in _coded(name, zh, en)),
    Column("project", "项目名称", "project, by name"),
)
_SOURCE = (
    Column("page", "页码", "page of the source", "integer"),
    Column("row", "单元格行号", "row of the source cell", "integer"),
    Column("column", "单元格列号", "column of the source cell", "integer"),
    Column("line", "文本源文件的行号", "line, where the source is a text", "integer"),
    Column("sheet", "电子表格的工作表", "sheet, where the source is a spreadsheet"),
    Column("address", "电子表格的单元格地址", "address of the cell, where the source is a spreadsheet"),
    Column("box", "单元格位置（点）", "box of the source cell, in points"),
    Column("source_file", "源文件 SHA-256", "SHA-256 of the source file"),
)
_IRI = Column("observation", "观测值的 IRI", "IRI of the observation")

INDICATOR: Sequence[Column] = (
    *_PLACE[:3],
    Column("project", "项目名称", "project, by name; empty where the whole body is meant"),
    Column("organization", "指标所属单位", "body that the indicator is set for, where one is printed"),
    Column("path", "上级指标，按印出，以 › 分隔", "kinds above, as printed, parted by ›"),
    Column("name", "指标名称，按印出", "name of the indicator, as printed"),
    Column("kind", "指标种类编码", "kind of the indicator, code"),
    Column("kind_zh", "指标种类名称", "kind of the indicator, Chinese name"),
    Column("kind_en", "指标种类英文名", "kind of the indicator, English name"),
    Column("sign", "符号编码", "relation sign, code"),
    Column("sign_zh", "符号", "relation sign, in Chinese"),
    Column("value", "指标值，按印出", "value, as printed"),
    Column("quantity", "指标值中的数；不是金额", "number of the value; never an amount"),
    Column("unit", "计量单位，按印出", "unit, as printed"),
    Column("weight", "权重", "weight"),
    Column("core", "是否核心指标", "whether it is a core indicator"),
    Column("target", "所属绩效目标的 IRI", "IRI of the target that it measures"),
    *_SOURCE,
    Column("indicator", "指标的 IRI", "IRI of the indicator"),
)
"""A performance indicator; its source is the cell of its name."""

FIGURE: Sequence[Column] = (
    *_PLACE,
    *_AMOUNT,
    *_SCOPE,
    Column("statement", "同一表重复印出时的序号", "ordinal, where a table prints the same thing twice", "integer"),
    Column("resolved", "标题是否全部识别", "whether every label was understood", "boolean"),
    *_SOURCE,
    _IRI,
)
"""A printed figure."""

FACT: Sequence[Column] = (
    *_AMOUNT,
    *_SCOPE,
    Column("contested", "各表所印是否不一致", "whether tables state it differently", "boolean"),
    Column("stated_in", "印出它的表", "tables that state it"),
    Column("pages", "印出它的页", "pages that state it"),
    _IRI,
)
"""A fact of the consolidated budget."""
