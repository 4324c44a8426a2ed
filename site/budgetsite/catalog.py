"""The catalogue: DCAT-AP 3.0.1 and StatDCAT-AP; a data set per disclosure, and one for the whole.

https://semiceu.github.io/DCAT-AP/releases/3.0.1/
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox

from budgetgraph import terms
from budgetgraph.releases.release import DocumentRecord
from budgetsite import description
from budgetsite.current import Served
from budgetsite.datasets import FORMATS, Part, whole_parts
from budgetsite.facts import Facts, both, fact, number, text, typed, types
from budgetsite.graphs import DCT, DIM, PROV, RDFS, SKOS
from budgetsite.library import Library
from budgetsite.rows import DIMENSIONS

ADMS_TYPE = "http://purl.org/adms/publishertype/"
AUTHORITY = "http://publications.europa.eu/resource/authority/"
DCAT = "http://www.w3.org/ns/dcat#"
DCATAP = "http://data.europa.eu/r5r/"
FOAF = "http://xmlns.com/foaf/0.1/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
IANA = "https://www.iana.org/assignments/media-types/"
STAT = "http://data.europa.eu/m8g/"
VCARD = "http://www.w3.org/2006/vcard/ns#"

PHASES = {"draft": ("草案", "draft"), "approved": ("预算", "budget"), "revised": ("调整预算", "revised budget")}
_EXECUTED = ("决算", "final accounts")


class Catalog:
    """One page of the catalogue of a release, as triples."""

    def __init__(self, served: Served, page: int, suffix: str) -> None:
        self.served, self.library, self.profile = served, served.library, served.profile
        self.base, self.page = served.library.base, page
        self.address = f"{self.base}catalog{suffix}"
        self.iri = f"{self.base}catalog#catalog"
        self.size = served.settings.catalog_page_size
        self.records = sorted(served.library.release.documents, key=lambda record: record.iri)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-len(self.records) // self.size))

    def triples(self) -> Facts:
        """Yield the page: the catalogue itself, the service, the whole, and the disclosures of this page."""
        yield from self._catalog()
        yield from self._paging()
        yield from self._people()
        if self.page == 1:
            yield from self._service()
            yield from self._whole()
        for record in self.records[(self.page - 1) * self.size : self.page * self.size]:
            yield from self._disclosure(record)
        yield from authority()

    def _catalog(self) -> Facts:
        me = self.iri
        yield from types(me, DCAT + "Catalog")
        yield from both(me, DCT + "title", self.profile.title_zh, self.profile.title_en)
        yield from both(me, DCT + "description", self.profile.description_zh, self.profile.description_en)
        yield fact(me, DCT + "identifier", text(me))
        yield fact(me, DCT + "publisher", self._publisher)
        yield fact(me, FOAF + "homepage", self.base)
        yield from types(self.base, FOAF + "Document")
        yield from self._languages(me)
        yield from self._dated(me, me)
        yield fact(me, DCT + "license", self.profile.licence)
        yield fact(me, DCT + "spatial", self.profile.country)
        yield fact(me, DCAT + "themeTaxonomy", AUTHORITY + "data-theme")

    def _paging(self) -> Facts:
        me = self._link(self.page)
        yield from types(me, HYDRA + "PartialCollectionView", HYDRA + "PagedCollection")
        yield fact(me, HYDRA + "totalItems", number(len(self.records) + 1))
        yield fact(me, HYDRA + "itemsPerPage", number(self.size))
        yield fact(me, HYDRA + "first", self._link(1))
        yield fact(me, HYDRA + "last", self._link(self.pages))
        if self.page > 1:
            yield fact(me, HYDRA + "previous", self._link(self.page - 1))
        if self.page < self.pages:
            yield fact(me, HYDRA + "next", self._link(self.page + 1))

    def _link(self, page: int) -> str:
        return f"{self.address}?page={page}"

    @property
    def _publisher(self) -> str:
        return f"{self.base}catalog#publisher"

    def _people(self) -> Facts:
        yield from self._agent(self._publisher, self.profile.publisher_name, "PrivateIndividual(s)")
        contact, email = f"{self.base}catalog#contact", self.profile.email(self.base)
        yield from types(contact, VCARD + "Kind", VCARD + "Organization")
        yield fact(contact, VCARD + "fn", text(self.profile.contact_name))
        yield fact(contact, VCARD + "hasEmail", f"mailto:{email}")
        rights = f"{self.base}catalog#rights"
        yield from types(rights, DCT + "RightsStatement")
        yield fact(rights, RDFS + "label", text(self.profile.rights))

    def _agent(self, iri: str, name: str, kind: str) -> Facts:
        yield from types(iri, FOAF + "Agent", FOAF + "Organization")
        yield fact(iri, FOAF + "name", text(name))
        yield fact(iri, FOAF + "mbox", f"mailto:{self.profile.email(self.base)}")
        yield fact(iri, DCT + "type", ADMS_TYPE + kind)

    def _service(self) -> Facts:
        me = f"{self.base}sparql#service"
        yield fact(self.iri, DCAT + "service", me)
        yield from types(me, DCAT + "DataService")
        yield fact(me, DCT + "identifier", text(me))
        yield from both(me, DCT + "title", "SPARQL 查询服务", "SPARQL endpoint")
        yield from both(me, DCT + "description", "SPARQL 1.1 查询服务。", "SPARQL 1.1 query service.")
        yield fact(me, DCAT + "endpointURL", f"{self.base}sparql")
        yield fact(me, DCAT + "endpointDescription", f"{self.base}sparql")
        yield fact(me, DCAT + "servesDataset", description.dataset_iri(self.library))
        yield fact(me, DCT + "conformsTo", "http://www.w3.org/TR/sparql11-protocol/")
        yield fact(me, DCT + "format", AUTHORITY + "file-type/SPARQLQRES")
        yield from self._terms(me)
        yield fact(me, DCAT + "keyword", text("SPARQL", "en"))

    def _terms(self, me: str) -> Facts:
        """Yield what services and data sets have in common: publisher, contact, licence, theme."""
        yield fact(me, DCT + "publisher", self._publisher)
        yield fact(me, DCAT + "contactPoint", f"{self.base}catalog#contact")
        yield fact(me, DCT + "license", self.profile.licence)
        yield fact(me, DCT + "accessRights", AUTHORITY + "access-right/PUBLIC")
        yield from (fact(me, DCAT + "theme", f"{AUTHORITY}data-theme/{theme}") for theme in ("GOVE", "ECON"))

    def _languages(self, me: str) -> Facts:
        return (fact(me, DCT + "language", f"{AUTHORITY}language/{code}") for code in ("ZHO", "ENG"))

    def _dated(self, me: str, dataset: str) -> Facts:
        """Date a resource by its data set: when that was published first, and last with another content."""
        issued, modified = self.served.dates_of(dataset)
        yield fact(me, DCT + "issued", typed(issued, "dateTime"))
        yield fact(me, DCT + "modified", typed(modified, "dateTime"))

    def _dataset(self, me: str, title: tuple[str, str], about: tuple[str, str]) -> Facts:
        """Yield what every data set says."""
        yield fact(self.iri, DCAT + "dataset", me)
        yield from types(me, DCAT + "Dataset")
        yield fact(me, DCT + "identifier", text(me))
        yield from both(me, DCT + "title", *title)
        yield from both(me, DCT + "description", *about)
        yield from (term for term in self._terms(me) if term.predicate.value != DCT + "license")
        yield from self._languages(me)
        yield from self._dated(me, me)
        yield fact(me, DCT + "type", AUTHORITY + "dataset-type/STATISTICAL")
        yield fact(me, DCAT + "version", text(str(self.library.release.number)))
        for zh, en in (("预算", "budget"), ("财政", "public finance"), ("预算公开", "budget disclosure")):
            yield from both(me, DCAT + "keyword", zh, en)
        yield from (fact(me, STAT + "dimension", DIM + name) for name in DIMENSIONS)
        yield fact(me, STAT + "attribute", terms.OBEU_ATTRIBUTE + "currency")
        yield fact(me, STAT + "statUnitMeasure", terms.CNY)

    def _whole(self) -> Facts:
        me, years = description.dataset_iri(self.library), [record.year for record in self.records]
        yield from self._dataset(
            me,
            (self.profile.title_zh, self.profile.title_en),
            (self.profile.description_zh, self.profile.description_en),
        )
        yield fact(me, DCT + "spatial", self.profile.country)
        yield fact(me, DCT + "accrualPeriodicity", AUTHORITY + "frequency/IRREG")
        yield fact(me, DCAT + "landingPage", self.base)
        yield from self._period(me, min(years, default=2019), max(years, default=2019))
        for part in whole_parts(self.served):
            yield from self._distribution(me, part, f"{self.base}catalog#{part.name}")

    def _period(self, me: str, first: int, last: int) -> Facts:
        period = f"{self.base}catalog#period-{first}-{last}"
        yield fact(me, DCT + "temporal", period)
        yield from types(period, DCT + "PeriodOfTime")
        yield fact(period, DCAT + "startDate", typed(f"{first}-01-01", "date"))
        yield fact(period, DCAT + "endDate", typed(f"{last}-12-31", "date"))

    def _disclosure(self, record: DocumentRecord) -> Facts:
        me = record.iri
        page = f"{self.base}{self.library.addresses.path(me)}"
        zh, en = PHASES.get(record.phase, _EXECUTED)
        body, year = record.organization_name, record.year
        yield from self._dataset(
            me,
            (record.title, f"{body}: {en} {year}"),
            (
                f"{body}{year}年{zh}公开：{record.tables} 张表，{record.figures} 个数字，"
                f"{record.relations} 个可核查的关系。",
                f"The {en} of {body} for {year}: {record.tables} tables, {record.figures} figures, "
                f"{record.relations} checkable relations.",
            ),
        )
        yield fact(me, DCT + "creator", record.organization_iri)
        yield from self._agent(record.organization_iri, body, "LocalAuthority")
        yield fact(me, DCT + "accrualPeriodicity", self.profile.frequency)
        yield fact(me, DCAT + "landingPage", page)
        yield from types(page, FOAF + "Document")
        yield fact(me, STAT + "numSeries", number(record.tables))
        yield from (fact(me, PROV + "wasDerivedFrom", f"{self.base}id/file/{file.sha256}") for file in record.files)
        yield from self._period(me, year, year)
        yield from self._places(me, record.division)
        for part in self.served.datasets.parts(record.iri):
            yield from self._distribution(me, part, f"{me}#{part.name}", page)

    def _places(self, me: str, division: str) -> Facts:
        """Place a data set by its country, by GB/T 2260, and by what that is called elsewhere."""
        yield fact(me, DCT + "spatial", self.profile.country)
        place = f"{terms.CONCEPT}division/{division}"
        yield fact(me, DCT + "spatial", place)
        yield from types(place, DCT + "Location")
        yield fact(place, SKOS + "prefLabel", text(self.library.name(place).zh, "zh"))
        yield fact(place, SKOS + "notation", text(division))
        for match in known_as(self.library, place):
            yield fact(me, DCT + "spatial", match)
            yield from types(match, DCT + "Location")

    def _distribution(self, dataset: str, part: Part, me: str, access: str | None = None) -> Facts:
        form = FORMATS[part.name.partition("-")[0]]
        yield fact(dataset, DCAT + "distribution", me)
        yield from types(me, DCAT + "Distribution")
        yield fact(me, DCT + "identifier", text(me))
        yield fact(me, DCT + "title", text(form.title, "en"))
        yield from both(me, DCT + "description", f"{form.title} 格式的数据", f"The data as {form.title}")
        yield fact(me, DCAT + "accessURL", access or self.base)
        yield fact(me, DCAT + "downloadURL", part.address)
        yield fact(me, DCT + "format", f"{AUTHORITY}file-type/{form.authority}")
        yield fact(me, DCAT + "mediaType", IANA + form.media_type)
        if part.address.endswith(".gz"):
            yield fact(me, DCAT + "compressFormat", IANA + "application/gzip")
        yield fact(me, DCT + "license", self.profile.licence)
        yield fact(me, DCT + "rights", f"{self.base}catalog#rights")
        yield fact(me, DCATAP + "availability", AUTHORITY + "planned-availability/STABLE")
        yield fact(me, DCAT + "byteSize", typed(str(part.size), "nonNegativeInteger"))
        yield from self._languages(me)
        yield from self._dated(me, dataset)


def known_as(library: Library, place: str) -> list[str]:
    """Return what others call a place, or the nearest place above it that they know."""
    step: str | None = place
    while step:
        matches = library.ontology.texts(step, SKOS + "exactMatch")
        if matches:
            return matches
        step = library.ontology.value(step, SKOS + "broader")
    return []


@cache
def authority() -> tuple[ox.Triple, ...]:
    """Return what the catalogue says of the authority terms that it uses."""
    data = (Path(__file__).parent / "authority.ttl").read_bytes()
    return tuple(quad.triple for quad in ox.parse(data, format=ox.RdfFormat.TURTLE))
