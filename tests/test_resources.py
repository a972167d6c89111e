from __future__ import annotations

from pathlib import Path

import pytest

from xlmatrix import resources
from xlmatrix.errors import XlmatrixError


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package folder with templates and macros beside it, as in a checkout."""
    for name in ("standard", "basic"):
        folder = tmp_path / "workbook_templates" / name
        folder.mkdir(parents=True)
        (folder / "template.yaml").write_text(f"name: {name}\n", encoding="utf-8")
    (tmp_path / "workbook_templates" / "notes").mkdir()
    (tmp_path / "macros").mkdir()
    (tmp_path / "macros" / "Escalations.bas").write_bytes(b"Sub Go()\r\nEnd Sub\r\n")
    (tmp_path / "macros" / "README.md").touch()
    (tmp_path / "xlmatrix").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "xlmatrix")
    return tmp_path


def test_a_folder_without_a_template_file_is_no_template(checkout: Path) -> None:
    assert resources.template_names() == ("basic", "standard")
    assert resources.template_text("basic") == "name: basic\n"
    assert resources.template_path("basic").parent == checkout / "workbook_templates" / "basic"


def test_packaged_templates_win_over_those_beside_the_package(checkout: Path) -> None:
    folder = checkout / "xlmatrix" / "_workbook_templates" / "shipped"
    folder.mkdir(parents=True)
    (folder / "template.yaml").touch()
    assert resources.template_names() == ("shipped",)


@pytest.mark.usefixtures("checkout")
def test_an_unknown_template_is_refused_with_the_closest_name() -> None:
    with pytest.raises(XlmatrixError) as refused:
        resources.template_path("Standart")
    assert refused.value.what == "there is no template 'Standart'"
    assert refused.value.mend == "Did you mean 'standard'? Known: basic, standard"


@pytest.mark.usefixtures("checkout")
def test_a_name_far_from_every_template_gets_the_list_alone() -> None:
    with pytest.raises(XlmatrixError, match=r"Known: basic, standard\.$") as refused:
        resources.template_text("x")
    assert "Did you mean" not in str(refused.value)


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("file", ["template.yml", "../basic/template.yaml", "."])
def test_a_file_that_is_not_in_the_template_is_refused(file: str) -> None:
    with pytest.raises(XlmatrixError, match="template standard: there is no file"):
        resources.template_path("standard", file)


@pytest.mark.usefixtures("checkout")
def test_macros_are_read_with_plain_line_ends() -> None:
    assert resources.macro_names() == ("Escalations.bas",)
    assert resources.macro_text("Escalations.bas") == "Sub Go()\nEnd Sub\n"
    with pytest.raises(XlmatrixError, match=r"Did you mean 'Escalations\.bas'"):
        resources.macro_text("escalation.bas")


def test_every_shipped_template_is_found() -> None:
    root = Path(__file__).resolve().parents[1] / "workbook_templates"
    assert resources.template_names() == tuple(
        sorted(p.parent.name for p in root.glob("*/template.yaml"))
    )
