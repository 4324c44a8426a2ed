"""Releases: immutable, the same for the same input, and never half there."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import pickle
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, RdfFormat, Store, parse

import budgetgraph
from budgetgraph.errors import ReleaseError
from budgetgraph.releases.files import exclusive
from budgetgraph.releases.release import (
    DocumentRecord,
    PublishedDocument,
    Release,
    SourceFile,
    list_releases,
    prune,
    publish,
    publish_quads,
    rollback,
)

BASE = "http://localhost:8000/"
AMOUNT = "http://data.openbudgets.eu/ontology/dsd/measure/amount"
DECIMAL = "http://www.w3.org/2001/XMLSchema#decimal"
ONTOLOGY = {
    "https://example.org/graph/one": b'@prefix e: <http://e/> . e:a e:b [ e:c 1.50 ], [ e:c "x"@zh ] .',
    "https://example.org/graph/two": b"@prefix e: <http://e/> . e:a e:b [ e:c (1 2) ], _:x .",
}


def document(year: int = 2019, *, amount: str = "1234.50", data: bytes = b"%PDF-1.7") -> PublishedDocument:
    """A small document; with other *data* it is another version of the same disclosure."""
    iri = f"{BASE}id/430202/zhengwu/{year}/approved/unit"
    source = SourceFile.of(data, media_type="application/pdf", name=f"{year}年预算.pdf")
    record = DocumentRecord(
        id=f"430202-zhengwu-{year}-approved-unit-{source.sha256[:12]}",
        iri=iri,
        title=f"{year}年预算",
        year=year,
        organization_iri=f"{BASE}id/org/430202/zhengwu",
        organization_name="某政务服务中心",
        division="430202",
        phase="approved",
        level="unit",
        tables=1,
        figures=1,
        relations=0,
        violations=0,
        warnings=0,
        generated_by="budgetgraph",
    )
    graph = "".join(
        f"<{iri}{path}> <{predicate}> {value} <{iri}> .\n"
        for path, predicate, value in [
            ("/observation/1", AMOUNT, f'"{amount}"^^<{DECIMAL}>'),
            ("", "http://purl.org/dc/terms/title", f'"{year}年\\n\\"预算\\""@zh'),
        ]
    )
    return PublishedDocument(record, graph.encode(), {"conforms": True, "令": ["一"]}, (source,))


def published(into: Path, *documents: PublishedDocument) -> Release:
    return publish(documents, into, base_iri=BASE, ontology=ONTOLOGY)


def unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def contents(folder: Path) -> dict[str, bytes]:
    """All files below *folder* but the stores."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "store" not in path.parts
    }


def assert_whole(release: Release) -> None:
    """Every file of the release has the SHA-256 that the manifest states, and the store has every quad."""
    files = contents(release.path)
    del files["manifest.json"]
    store = Store.read_only(str(release.store_path))

    assert {name: hashlib.sha256(data).hexdigest() for name, data in files.items()} == release.manifest["files"]
    assert len(store) == release.manifest["quads"]


def test_a_release_holds_what_was_published(tmp_path: Path) -> None:
    published(tmp_path, document())

    release = Release.open(tmp_path)
    (record,) = release.documents
    source = release.source_file(document().sources[0].sha256)
    assert (release.number, release.base_iri, record.title) == (1, BASE, "2019年预算")
    assert release.graph_lines(record.id).splitlines() == sorted(document().graph.splitlines())
    assert release.report(record.id) == document().report
    assert source is not None and source.name == "source.pdf" and source.read_bytes() == b"%PDF-1.7"
    assert release.source_file("0" * 64) is None
    assert_whole(release)


def test_the_documents_folder_has_the_layout_of_the_contract(tmp_path: Path) -> None:
    release = published(tmp_path, document())

    (folder,) = (tmp_path / "documents").iterdir()
    stated = json.loads((folder / "document.json").read_bytes())
    assert folder.name == document().record.id
    assert sorted(os.listdir(folder)) == ["document.json", "graph.nq.gz", "report.json", "source.pdf"]
    assert stated["files"][0]["name"] == "2019年预算.pdf"
    assert release.manifest["documents"] == [
        {**stated, "sha256": hashlib.sha256((folder / "graph.nq.gz").read_bytes()).hexdigest()}
    ]
    assert os.readlink(tmp_path / "current") == "releases/1"


def test_several_sources_of_one_document_have_names_of_their_own(tmp_path: Path) -> None:
    text = SourceFile.of("预算".encode(), media_type="text/plain", name="预算")
    sheet = SourceFile.of(b"PK", media_type="application/x-unknown", name="表.XLSX")

    release = published(tmp_path, replace(document(), sources=(*document().sources, text, sheet)))

    assert [file.file for file in release.documents[0].files] == [
        "source.pdf",
        "source-2.txt",
        "source-3.xlsx",
    ]


def test_each_document_and_each_ontology_file_is_a_named_graph_of_the_store(tmp_path: Path) -> None:
    release = published(tmp_path, document(2019), document(2020))
    store = Store.read_only(str(release.store_path))
    answer = store.query(f"ASK {{ ?any <{AMOUNT}> 1234.5 }}", use_default_graph_as_union=True)

    assert {graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode)} == {
        *ONTOLOGY,
        *(record.iri for record in release.documents),
    }
    assert isinstance(answer, QueryBoolean) and bool(answer)
    assert release.manifest["ontology"] == {"graphs": sorted(ONTOLOGY)}


def test_dumps_hold_every_quad_with_its_literals_as_published(tmp_path: Path) -> None:
    release = published(tmp_path, document(2019), document(2020))

    quads = unpacked(release.dump("all.nq.gz"))
    triples = set(parse(unpacked(release.dump("all.ttl.gz")), format=RdfFormat.TURTLE))
    assert set(quads.splitlines()) == {
        *release.ontology_lines().splitlines(),
        *document(2019).graph.splitlines(),
        *document(2020).graph.splitlines(),
    }
    assert {quad.triple for quad in parse(quads, format=RdfFormat.N_QUADS)} == {quad.triple for quad in triples}
    assert Literal("1234.50", datatype=NamedNode(DECIMAL)) in {quad.object for quad in triples}


def test_publishing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    one = published(tmp_path / "one", document(2019), document(2020))
    other = published(tmp_path / "other", document(2020), document(2019))

    first, second = contents(one.path), contents(other.path)
    assert first.pop("manifest.json") and second.pop("manifest.json")
    assert first == second
    assert one.manifest["files"] == other.manifest["files"]
    assert {data[4:8] for name, data in first.items() if name.endswith(".gz")} == {bytes(4)}  # gzip's time


def test_the_order_of_a_documents_quads_does_not_matter(tmp_path: Path) -> None:
    turned = replace(document(), graph=b"\n".join(reversed(document().graph.splitlines())))

    assert (
        published(tmp_path / "one", turned).manifest["files"]
        == published(tmp_path / "other", document()).manifest["files"]
    )


def test_a_publication_adds_to_what_the_current_release_holds(tmp_path: Path) -> None:
    published(tmp_path, document(2019))
    release = published(tmp_path, document(2020))

    assert [record.year for record in release.documents] == [2019, 2020]
    assert release.number == 2
    assert_whole(release)


def test_a_document_takes_the_place_of_the_one_with_its_id_and_old_releases_do_not_change(
    tmp_path: Path,
) -> None:
    old = published(tmp_path, document(amount="1.00"))
    before = contents(old.path)

    new = published(tmp_path, document(amount="2.00"))

    (record,) = new.documents
    assert b'"2.00"' in new.graph_lines(record.id)
    assert b'"2.00"' in unpacked(tmp_path / "documents" / record.id / "graph.nq.gz")
    assert contents(old.path) == before
    assert_whole(old)
    assert_whole(new)


def test_a_corrected_file_takes_the_place_of_the_earlier_version_which_stays_in_documents(
    tmp_path: Path,
) -> None:
    published(tmp_path, document(amount="1.00", data=b"first"))

    release = published(tmp_path, document(amount="2.00", data=b"second"))

    assert [record.id for record in release.documents] == [document(data=b"second").record.id]
    assert b'"1.00"' not in unpacked(release.dump("all.nq.gz"))
    assert len(os.listdir(tmp_path / "documents")) == 2


def test_of_two_versions_in_one_publication_the_later_one_counts(tmp_path: Path) -> None:
    release = published(tmp_path, document(data=b"first"), document(data=b"second"))

    assert [record.id for record in release.documents] == [document(data=b"second").record.id]


def test_files_of_a_release_are_read_only(tmp_path: Path) -> None:
    published(tmp_path, document())

    writable = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and not path.is_symlink() and path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP)
    ]
    assert writable == [tmp_path / ".lock"]


def test_quads_of_any_kind_make_a_release_without_documents(tmp_path: Path) -> None:
    nquads = b'# note\n<http://e/a>  <http://e/b> "01"^^<http://e/c> <http://e/g> .\n_:x <http://e/b> _:y .\n'

    release = publish_quads(nquads, tmp_path, base_iri=BASE)
    store = Store.read_only(str(release.store_path))
    solutions = store.query("SELECT ?s { ?s <http://e/b> ?o }")

    assert release.documents == ()
    assert unpacked(release.dump("all.nq.gz")).splitlines() == [
        b'<http://e/a> <http://e/b> "01"^^<http://e/c> <http://e/g> .',
        b"_:x <http://e/b> _:y .",
    ]
    assert isinstance(solutions, QuerySolutions) and len(list(solutions)) == 1


def test_without_a_release_opening_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"no release here .*; publish one first"):
        Release.open(tmp_path)


def test_a_wrong_folder_is_left_as_it_is(tmp_path: Path) -> None:
    for act in (rollback, lambda into: prune(into, 1), Release.open):
        with pytest.raises(ReleaseError, match="no release here"):
            act(tmp_path)

    assert os.listdir(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ReleaseError, match=r"file/documents: cannot be written 无法写入: Not a directory"):
        published(tmp_path / "file", document())


def test_a_broken_manifest_is_said_in_one_line_and_can_be_rolled_back(tmp_path: Path) -> None:
    published(tmp_path, document())
    release = published(tmp_path, document())
    (release.path / "manifest.json").unlink()
    (release.path / "manifest.json").write_text("{")

    with pytest.raises(ReleaseError, match="manifest cannot be read") as refused:
        Release.open(tmp_path)
    assert "\n" not in str(refused.value)
    assert rollback(tmp_path).number == 1


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (
            replace(document(), graph=b"<http://e/a> <http://e/b> <http://e/c> <http://e/g> .\n"),
            "outside its graph",
        ),
        (replace(document(), graph=document().graph.replace(b'"1234.50"', b"_:x ")), "blank node"),
        (replace(document(), graph=document().graph.replace(b'"1234.50"', b'"1234.50')), "not valid RDF"),
        (replace(document(), record=replace(document().record, id="../x")), "cannot name a folder"),
        (replace(document(), record=replace(document().record, iri="http://e/")), "not under the base IRI"),
        (replace(document(), sources=(SourceFile("0" * 64, "text/plain", "x", b""),)), "SHA-256"),
    ],
    ids=["graph", "blank", "syntax", "id", "iri", "digest"],
)
def test_an_unfit_document_leaves_everything_as_it_was(tmp_path: Path, refused: PublishedDocument, why: str) -> None:
    published(tmp_path, document(2018))
    before = contents(tmp_path)

    with pytest.raises(ReleaseError, match=why):
        published(tmp_path, document(2020), refused)

    assert contents(tmp_path) == before
    assert os.listdir(tmp_path / "releases") == ["1"]


def test_an_invalid_ontology_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"http://e/g: not valid RDF"):
        publish([document()], tmp_path, base_iri=BASE, ontology={"http://e/g": b"<a> <b>"})


def test_documents_under_two_base_iris_do_not_mix(tmp_path: Path) -> None:
    published(tmp_path, document())

    with pytest.raises(ReleaseError, match="another base IRI"):
        publish([], tmp_path, base_iri="https://budget.example/")


def test_two_publishers_are_kept_apart(tmp_path: Path) -> None:
    with exclusive(tmp_path), pytest.raises(ReleaseError, match="another publication"):
        published(tmp_path, document())

    assert published(tmp_path, document()).number == 1


def test_rollback_and_publishing_on_top_of_it(tmp_path: Path) -> None:
    published(tmp_path, document(2019, amount="1.00"))
    published(tmp_path, document(2019, amount="2.00"), document(2020))

    assert rollback(tmp_path).number == Release.open(tmp_path).number == 1
    assert rollback(tmp_path, 2).number == 2
    assert rollback(tmp_path, 1).number == 1
    release = published(tmp_path, document(2021))
    assert (release.number, [record.year for record in release.documents]) == (3, [2019, 2021])
    assert b'"1.00"' in release.graph_lines(document(2019).record.id)
    assert b'"1.00"' in unpacked(tmp_path / "documents" / document(2019).record.id / "graph.nq.gz")
    assert_whole(release)


def test_rollback_refuses_what_is_not_there(tmp_path: Path) -> None:
    published(tmp_path, document())

    with pytest.raises(ReleaseError, match="is the first"):
        rollback(tmp_path)
    with pytest.raises(ReleaseError, match=r"no release 7 .*there are 现有: 1"):
        rollback(tmp_path, 7)
    assert Release.open(tmp_path).number == 1


def test_prune_keeps_the_newest_and_the_current_release(tmp_path: Path) -> None:
    for year in range(2016, 2020):
        published(tmp_path, document(year))
    rollback(tmp_path, 1)

    assert prune(tmp_path, 2) == (2,)
    assert [release.number for release in list_releases(tmp_path)] == [1, 3, 4]
    with pytest.raises(ReleaseError, match="cannot keep 0"):
        prune(tmp_path, 0)
    for release in list_releases(tmp_path):
        assert_whole(release)


# Each step is done by a fork that is killed, as by a power cut, at the n-th thing that it does to the folder
# (Python reports each to an audit hook), until one comes to its end.
PUBLISHER = """
import itertools, os, pickle, shutil, signal, sys
from pathlib import Path
from budgetgraph.releases.release import publish

def publish_until(step, into, keywords):
    done = itertools.count(1)

    def kill(event, arguments):
        touched = event in {"os.rename", "os.link", "os.symlink", "os.mkdir", "os.remove", "os.rmdir"}
        written = event == "open" and str(into) in str(arguments[0]) and arguments[1] == "wb"
        if (touched or written) and next(done) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(kill)
    publish(into=into, **keywords)

root, keywords = Path(sys.argv[1]), pickle.load(sys.stdin.buffer)
for step in itertools.count(1):
    shutil.copytree(root / "before", root / str(step), symlinks=True, copy_function=os.link)
    child = os.fork()
    if not child:
        publish_until(step, root / str(step), keywords)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status != -signal.SIGKILL:
        sys.exit(status)
"""


def kill_at_every_step(root: Path, *documents: PublishedDocument) -> list[Path]:
    """Publish into copies of root/before, each killed one step later; return the copies, but for the last."""
    subprocess.run(
        [sys.executable, "-c", PUBLISHER, str(root)],
        input=pickle.dumps({"documents": documents, "base_iri": BASE, "ontology": ONTOLOGY}),
        env={**os.environ, "PYTHONPATH": str(Path(budgetgraph.__file__).parents[1])},
        check=True,
    )
    *killed, finished = sorted((path for path in root.glob("[0-9]*")), key=lambda path: int(path.name))
    assert Release.open(finished).number == 2
    assert len(killed) > 30
    return killed


def test_a_publisher_killed_at_any_step_leaves_the_old_release_served_and_a_rerun_finishes(
    tmp_path: Path,
) -> None:
    old = published(tmp_path / "before", document(2018), document(2019, amount="1.00"))
    before = contents(old.path)
    publication = document(2019, amount="2.00"), document(2020)

    for into in kill_at_every_step(tmp_path, *publication):
        served = Release.open(into)
        assert [record.year for record in served.documents] in ([2018, 2019], [2018, 2019, 2020])
        assert served.number == len(served.documents) - 1
        assert contents(into / "releases" / "1") == before
        assert_whole(served)

        again = published(into, *publication)
        assert again.number == served.number + 1
        assert [record.year for record in again.documents] == [2018, 2019, 2020]
        assert b'"2.00"' in unpacked(into / "documents" / document(2019).record.id / "graph.nq.gz")
        assert not [path for path in into.rglob("*") if ".tmp" in path.name or "current." in path.name]
        assert_whole(again)
