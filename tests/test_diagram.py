"""The picture of the vocabulary: well-formed, and of terms that exist."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from budgetgraph.vocabulary.classes import read_vocabulary
from budgetgraph.vocabulary.diagram import model_svg

SVG = "{http://www.w3.org/2000/svg}"


def texts() -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(model_svg()).iter(f"{SVG}text")]


def test_every_term_in_the_picture_is_declared() -> None:
    shown = {name for text in texts() for name in re.findall(r"bg:\w+", text)}

    assert {"bg:Disclosure", "bg:Relation", "bg:outcome", "bg:addend"} <= shown
    assert shown <= {term.name for term in read_vocabulary().terms}


def test_boxes_lead_where_the_caller_says() -> None:
    root = ElementTree.fromstring(model_svg(lambda iri: "/ontology/" + iri.rpartition("#")[2]))

    assert "/ontology/Disclosure" in {link.get("href") for link in root.iter(f"{SVG}a")}


def test_the_picture_is_the_same_every_time() -> None:
    assert model_svg() == model_svg()
