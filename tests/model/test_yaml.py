"""Text that is not a spec at all: a planned error with its line, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.small import SMALL, changed, findings, line
from xlmatrix.errors import FindingsError, XlmatrixError
from xlmatrix.model import load, loads
from xlmatrix.model.loader import MAX_BYTES

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("", "matrix.yaml", "empty"),
        ("# only a comment\n", "matrix.yaml", "empty"),
        ("- a\n- b\n", "matrix.yaml:1", "not a spec"),
        ("a,b,c\n1,2,3\n", "matrix.yaml:1", "not a spec"),
        ("title: x\n\tzone: UTC\n", "matrix.yaml:2", "tab"),
        ("title: [a, b\nzone: UTC\n", "matrix.yaml:", "not YAML"),
        ("a:\n  - b: 1\n  c: 2\n", "matrix.yaml:3", "does not continue"),
        ('title: "a\nzone: b\n', "matrix.yaml:", "not YAML"),
        ("title: a\n---\ntitle: b\n", "matrix.yaml:2", "second YAML document"),
        ("a: !!python/object/apply:os.system [x]\n", "matrix.yaml:1", "tag"),
        ("a: b\nc: !secret d\n", "matrix.yaml:2", "tag"),
        ("a: &x [*x]\n", "matrix.yaml:1", "inside what it names"),
        ("a: *nobody\n", "matrix.yaml:1", "names nothing"),
        ("a: " + "[" * 50_000, "matrix.yaml:1", "nest too deeply"),
        ("".join(" " * depth + "k:\n" for depth in range(500)), "matrix.yaml:41", "nest"),
        (BOMB, "matrix.yaml:", "aliases are expanded"),
        ("a: [" + "x," * 50_001 + "]", "matrix.yaml:1", "values"),
        ("a: b\nc: \x01\n", "matrix.yaml:2", "U+0001"),
        ("PK\x03\x04", "matrix.yaml:1", "U+0003"),
        ('a: "\\UFFFFFFFF"\n', "matrix.yaml", "cannot be read as YAML"),
        ("%YAML 9.9\n---\na: 1\n", "matrix.yaml:1", "not YAML"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_what_is_not_one_yaml_document_is_a_planned_error(text: str, place: str, what: str) -> None:
    with pytest.raises(XlmatrixError) as caught:
        loads(text)
    assert not isinstance(caught.value, FindingsError)
    assert caught.value.where.startswith(place)
    assert what in caught.value.what
    assert caught.value.mend


def test_a_duplicate_key_is_found_with_both_lines() -> None:
    text = changed(("    name: Critical\n", "    name: Critical\n    name: Worst of all\n"))
    (found,) = findings(text)
    first = line("name: Critical", text).rpartition(":")[2]
    assert found.where == line("Worst of all", text)
    assert found.path == "severities[0].name"
    assert f"first on line {first}" in found.what


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    assert loads("\ufeff" + SMALL.replace("\n", "\r\n")).spec == loads(SMALL).spec


def test_a_telephone_number_keeps_its_plus() -> None:
    assert loads(SMALL).spec.person("Priya Raman").phone == "+493023125101"


def test_a_merged_mapping_gives_what_the_mapping_itself_leaves_out() -> None:
    text = changed(
        ("  - id: REL-01\n", "  - &outage\n    id: REL-01\n"),
        ("classes:\n", "classes:\n"),
        ("import:\n", "  - <<: *outage\n    id: REL-02\nimport:\n"),
    )
    spec = loads(text).spec
    assert spec.incident_class("REL-02").name == spec.incident_class("REL-01").name == "Outage"


def test_a_folded_text_is_read_as_one_line() -> None:
    text = changed(("definition: Can wait for", "definition: >-\n      Can\n      wait for"))
    assert loads(text).spec == loads(SMALL).spec


def test_a_missing_file_a_directory_and_another_encoding_are_planned_errors(
    tmp_path: Path,
) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"xlmatrix: 1\ntitle: B\xfcro\n")
    (tmp_path / "utf16.yaml").write_bytes(SMALL.encode("utf-16"))
    for name, place, what in [
        ("absent.yaml", "absent.yaml", "does not exist"),
        (".", "", "directory"),
        ("latin.yaml", "latin.yaml:2", "UTF-8"),
        ("utf16.yaml", "utf16.yaml:1", "UTF-8"),
        ("a\0b.yaml", "a\0b.yaml", "cannot be read"),
    ]:
        with pytest.raises(XlmatrixError) as caught:
            load(tmp_path / name)
        assert caught.value.where.endswith(place)
        assert what in caught.value.what


def test_a_file_that_may_not_be_read_is_a_planned_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "matrix.yaml").touch()
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(XlmatrixError, match="may not be read"):
        load(tmp_path / "matrix.yaml")


def test_a_file_is_not_read_beyond_the_limit(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(20 * MAX_BYTES)
    with pytest.raises(XlmatrixError, match="larger than 5 MB"):
        load(large)


def test_a_file_reads_as_its_text_does(tmp_path: Path) -> None:
    path = tmp_path / "matrix.yaml"
    path.write_text(SMALL, encoding="utf-8")
    loaded = load(path)
    assert loaded.spec == loads(SMALL).spec
    assert loaded.text == SMALL
    assert loaded.where(("severities", 0, "targets", "resolve")).startswith(f"{path}:")
