"""schema.org JSON-LD in pages: what search engines for data sets read (https://schema.org/Dataset)."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from budgetgraph.releases.release import DocumentRecord
from budgetsite.current import Served
from budgetsite.datasets import FORMATS

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def catalog(served: Served) -> Markup:
    """Return the site as a schema.org DataCatalog."""
    base, profile = served.library.base, served.profile
    return _script(
        {
            "@type": "DataCatalog",
            "@id": f"{base}catalog#catalog",
            "name": profile.title_zh,
            "alternateName": profile.title_en,
            "description": profile.description_zh,
            "url": base,
            "license": LICENCE,
            "inLanguage": ["zh", "en"],
            "publisher": {"@type": "Organization", "name": profile.publisher_name},
        }
    )


def dataset(served: Served, record: DocumentRecord) -> Markup:
    """Return a disclosure as a schema.org Dataset."""
    base = served.library.base
    return _script(
        {
            "@type": "Dataset",
            "@id": record.iri,
            "identifier": record.iri,
            "name": record.title,
            "description": f"{record.title}公开：{record.tables} 张表，{record.figures} 个数字，每个都有坐标和出处。",
            "url": f"{base}{served.library.addresses.path(record.iri)}",
            "creator": {"@type": "Organization", "@id": record.organization_iri, "name": record.organization_name},
            "publisher": {"@type": "Organization", "name": served.profile.publisher_name},
            "license": LICENCE,
            "isAccessibleForFree": True,
            "temporalCoverage": f"{record.year}-01-01/{record.year}-12-31",
            "spatialCoverage": served.library.name(
                f"https://w3id.org/budgetgraph/concept/division/{record.division}"
            ).zh,
            "keywords": ["预算", "预算公开", "budget", "public finance"],
            "datePublished": served.dates_of(record.iri).issued,
            "dateModified": served.dates_of(record.iri).modified,
            "includedInDataCatalog": {"@type": "DataCatalog", "@id": f"{base}catalog#catalog"},
            "distribution": [
                {
                    "@type": "DataDownload",
                    "encodingFormat": FORMATS[part.name].media_type,
                    "contentUrl": part.address,
                    "contentSize": f"{part.size} B",
                }
                for part in served.datasets.parts(record.iri)
            ],
        }
    )


def _script(value: dict[str, Any]) -> Markup:
    """Return JSON-LD as it may stand inside a page: no text of it can end the element."""
    data = json.dumps({"@context": "https://schema.org/", **value}, ensure_ascii=False).replace("<", "\\u003c")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(data))
