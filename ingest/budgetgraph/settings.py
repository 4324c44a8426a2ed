"""Settings: every limit with its default and its meaning; each can be set by an environment variable."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import NamedTuple

from budgetgraph.errors import SettingError

PREFIX = "BUDGETGRAPH_"
_NUMBER = re.compile(r"[1-9](_?[0-9])*")


class Meaning(NamedTuple):
    """What a setting limits, in Chinese and English."""

    zh: str
    en: str


def _limit(default: int, zh: str, en: str) -> int:
    """Declare a limit: a whole number of at least 1."""
    return field(default=default, metadata={"meaning": Meaning(zh, en)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All limits, as whole numbers of the unit that their names or meanings state."""

    query_seconds: int = _limit(20, "一次查询的最长时间（秒）", "seconds that a query may take")
    query_memory_mb: int = _limit(1024, "一个查询进程的内存上限（MB）", "MB that a query worker may use")
    query_result_bytes: int = _limit(50_000_000, "查询结果的最大字节数", "bytes that the result of a query may have")
    query_workers: int = _limit(2, "每个服务进程的查询进程数", "query workers of each server process")
    query_queue: int = _limit(
        8, "每个服务进程中等候的查询数", "queries that may wait for a worker in each server process"
    )
    query_bodies: int = _limit(
        100, "每个服务进程中同时接收的查询请求数", "queries sent by POST that each server process receives at a time"
    )
    connections: int = _limit(
        4096, "每个服务进程同时保持的连接数", "connections that each server process holds at a time"
    )
    transfers: int = _limit(
        64,
        "每个服务进程中同时发送的大文件（逾512 kB）数",
        "answers of more than 512 kB that each server process sends at a time",
    )
    query_length: int = _limit(100_000, "查询语句的最大字符数", "characters that a query may have")
    query_cache_bytes: int = _limit(
        50_000_000, "每个服务进程缓存的查询结果字节数", "bytes of query results that each server process keeps"
    )
    page_size: int = _limit(100, "每页的条目数", "entries on a page of a list")
    catalog_page_size: int = _limit(25, "目录每页的数据集数", "data sets on a page of the catalogue")
    source_bytes: int = _limit(200_000_000, "一个源文件的最大字节数", "bytes that a source file may have")
    pages: int = _limit(2000, "一个源文件的最大页数", "pages that a source file may have")
    sheet_cells: int = _limit(500_000, "一个工作簿的最大单元格数", "cells that a workbook may have")
    document_seconds: int = _limit(600, "读取一份文件的最长时间（秒）", "seconds that reading a document may take")
    document_memory_mb: int = _limit(4096, "读取进程的内存上限（MB）", "MB that a process that reads documents may use")


class Described(NamedTuple):
    """A line of `budgetgraph settings`."""

    name: str
    variable: str
    value: int
    default: int
    meaning: Meaning


def settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of *environment* (by default the process's); raise SettingError if one is wrong."""
    given = os.environ if environment is None else environment
    known = {variable(setting.name): setting.name for setting in fields(Settings)}
    return Settings(**{known[name]: _number(name, text) for name, text in given.items() if name in known})


def describe(current: Settings | None = None) -> tuple[Described, ...]:
    """Return each setting with its variable, value, default and meaning."""
    current, default = current or settings(), Settings()
    return tuple(
        Described(
            name=setting.name,
            variable=variable(setting.name),
            value=getattr(current, setting.name),
            default=getattr(default, setting.name),
            meaning=setting.metadata["meaning"],
        )
        for setting in fields(Settings)
    )


def variable(name: str) -> str:
    """Return the environment variable of the setting *name*."""
    return PREFIX + name.upper()


def _number(name: str, text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise SettingError(
            what=f"{text!r} is not a whole number of at least 1 不是正整数",
            where=name,
            remedy="see 请见: budgetgraph settings",
        )
    return int(text)
