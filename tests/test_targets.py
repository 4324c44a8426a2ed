"""Performance targets: texts under the right heads, and marked where that is inferred."""

from __future__ import annotations

from budgetgraph.indicators.targets import Target
from samples import disclosure


def targets(table: str) -> list[Target]:
    return [target for target in disclosure().targets if target.table == table]


def test_annexes_17_to_19_become_targets() -> None:
    assert [len(targets(slug)) for slug in ("17", "18", "19")] == [1, 5, 5]


def test_texts_that_slipped_stand_under_the_heads_that_their_contents_tell() -> None:
    for target in targets("19"):
        kinds = {content.kind.slug: content.cell.flat.replace(" ", "") for content in target.contents}
        assert target.slipped
        assert kinds["output-cost"].startswith("经费安排")
        assert "满意" in kinds["benefit-satisfaction"]
        assert "goal-annual" not in kinds


def test_texts_under_their_own_heads_stay_there() -> None:
    assert not any(target.slipped for slug in ("17", "18") for target in targets(slug))


def test_a_target_knows_its_project() -> None:
    assert [target.project for target in targets("18")] == [target.project for target in targets("19")]
