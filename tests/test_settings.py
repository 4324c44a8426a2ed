"""Settings: one door, at which every limit is checked."""

from __future__ import annotations

import pytest

from budgetgraph.errors import SettingError
from budgetgraph.settings import Settings, describe, settings


def test_without_an_environment_every_setting_has_its_default() -> None:
    assert settings({}) == Settings()
    assert Settings().query_seconds == 20


def test_a_variable_sets_its_setting_and_others_are_not_ours() -> None:
    found = settings({"BUDGETGRAPH_PAGE_SIZE": "25", "PAGE_SIZE": "x", "BUDGETGRAPH_UNKNOWN": "x"})

    assert found == Settings(page_size=25)


def test_the_process_environment_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUDGETGRAPH_QUERY_RESULT_BYTES", "1_000_000")

    assert settings().query_result_bytes == 1_000_000


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "ten", "٣", "_", "1__0"])
def test_a_value_that_cannot_be_is_refused_by_the_variables_name(text: str) -> None:
    with pytest.raises(SettingError, match=r"^BUDGETGRAPH_PAGES: .*whole number of at least 1") as refused:
        settings({"BUDGETGRAPH_PAGES": text})

    assert refused.value.where == "BUDGETGRAPH_PAGES"


def test_every_setting_is_described_in_chinese_and_english() -> None:
    described = describe(Settings(pages=7))

    assert [line.name for line in described] == list(Settings.__slots__)
    assert all(line.meaning.zh and line.meaning.en for line in described)
    (line,) = [line for line in described if line.name == "pages"]
    assert (line.variable, line.value, line.default) == (
        "BUDGETGRAPH_PAGES",
        7,
        2000,
    )
