"""``check``: all findings, exit codes, JSON, and specs mutated at random."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.examples import examples
from tests.model.small import SMALL, changed
from xlmatrix import api, resources

Run = Callable[..., Any]

BASIC = resources.template_text("basic")


def spec_file(folder: Path, text: str = BASIC) -> Path:
    path = folder / "matrix.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_spec_exits_0(run: Run, tmp_path: Path) -> None:
    result = run("check", spec_file(tmp_path), "--strict")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "no findings" in result.stdout


def test_every_error_is_listed_with_its_line_and_the_exit_code_is_2(
    run: Run, tmp_path: Path
) -> None:
    text = BASIC.replace("severity: SEV-1", "severity: SEV-7").replace("title:", "tittle:", 1)
    result = run("check", spec_file(tmp_path, text))
    assert result.exit_code == 2
    wrong = [
        n for n, line in enumerate(text.splitlines(), 1) if "SEV-7" in line or "tittle" in line
    ]
    assert len(wrong) > 2
    for line in wrong:
        assert f"matrix.yaml:{line} " in result.stdout


def test_warnings_exit_1_only_when_strict(run: Run, tmp_path: Path) -> None:
    text = BASIC.replace("2027-12-31}", "2026-12-30}")
    path = spec_file(tmp_path, text)
    assert run("check", path).exit_code == 0
    result = run("check", path, "--strict")
    assert result.exit_code == 1
    assert "warning" in result.stdout


def test_json_holds_every_finding(run: Run, tmp_path: Path) -> None:
    result = run(
        "check",
        spec_file(tmp_path, BASIC.replace("severity: SEV-1", "severity: SEV-7", 1)),
        "--json",
    )
    answer = json.loads(result.stdout)
    assert result.exit_code == 2
    assert answer["errors"] == sum(f["level"] == "error" for f in answer["findings"]) > 0
    assert {"level", "code", "what", "where", "mend", "path"} == set(answer["findings"][0])


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"a: [", b"\t- x", b"", b"just text", b"a: 1\na: 2"]
)
def test_what_is_no_spec_exits_2_in_words_and_in_json(
    run: Run, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    said = run("check", path)
    assert said.exit_code == 2
    assert "Traceback" not in said.output
    answer = json.loads(run("check", path, "--json").stdout)
    assert answer["errors"] >= 1


def test_control_characters_of_a_spec_do_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    text = BASIC.replace("severity: SEV-1", 'severity: "SEV\\e[31m"', 1)
    result = run("check", spec_file(tmp_path, text))
    assert result.exit_code == 2
    assert "\x1b[31m" not in result.output


def test_a_spec_written_again_without_its_comments_is_still_good(run: Run, tmp_path: Path) -> None:
    # Otherwise the mutations below would all be refused before they are looked at.
    assert run("check", spec_file(tmp_path, written(YAML(typ="safe").load(BASIC)))).exit_code == 0


WEIRD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=True),
    st.text(max_size=12),
    st.sampled_from(["24x7", "2026-02-30", "4 h", "SEV-1", "=1+1", "Mon-Fri 25:00-26:00", "0 min"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def written(tree: Any) -> str:
    dumper = YAML(typ="safe", pure=True)
    # The emitter folds long keys of flow mappings into what no parser reads.
    dumper.default_flow_style, dumper.width = False, 10_000
    out = StringIO()
    dumper.dump(tree, out)
    return out.getvalue()


def _places(tree: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, Any]]:
    """Where something can be changed; a tree that a swap put into itself is entered once."""
    keys = list(tree) if isinstance(tree, dict) else range(len(tree))
    found, above = [(tree, key) for key in keys], (*above, tree)
    for key in keys:
        if isinstance(tree[key], dict | list) and all(tree[key] is not one for one in above):
            found += _places(tree[key], above)
    return found


def _mutated(tree: Any, data: st.DataObject) -> None:
    holder, key = data.draw(st.sampled_from(_places(tree)))
    match data.draw(st.sampled_from(["drop", "replace", "double", "swap"])):
        case "drop":
            del holder[key]
        case "replace":
            holder[key] = data.draw(WEIRD)
        case "double" if isinstance(holder, list):
            holder.append(holder[key])
        case _:
            other, place = data.draw(st.sampled_from(_places(tree)))
            holder[key] = other[place] if other[place] is not holder else None


@pytest.mark.slow
@settings(
    max_examples=examples(20, 60), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_change_to_the_tree_of_a_spec_brings_a_traceback(
    run: Run, tmp_path: Path, data: st.DataObject
) -> None:
    tree = YAML(typ="safe").load(BASIC)
    for _ in range(data.draw(st.integers(1, 3))):
        _mutated(tree, data)
    try:
        text = written(tree)
    except (RecursionError, ValueError):
        return
    refused_or_checked(run, spec_file(tmp_path, text))


@pytest.mark.slow
@settings(
    max_examples=examples(20, 60), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    at=st.integers(0, len(BASIC) - 1),
    length=st.integers(0, 40),
    put=st.one_of(
        st.text(max_size=20),
        st.sampled_from([": ", "- ", "\t", "&a ", "*a ", "!!python/object:os.system ", "---\n", '"',
                         "{", "}", "[", "#", "\x00", "\ufeff", "\u2028", "<<: *a", "|", ">-"]),
    ),
)  # fmt: skip
def test_no_change_to_the_text_of_a_spec_brings_a_traceback(
    run: Run, tmp_path: Path, at: int, length: int, put: str
) -> None:
    text = BASIC[:at] + put + BASIC[at + length :]
    path = tmp_path / "matrix.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    refused_or_checked(run, path)


def refused_or_checked(run: Run, path: Path) -> None:
    result = run("check", path)
    assert result.exit_code in (0, 2), result.output
    assert "Traceback" not in result.output


def test_what_the_spec_accepts_is_counted_apart_and_no_warning(run: Run, tmp_path: Path) -> None:
    entry = "accept:\n  - {finding: escalation-late, reason: Nobody is up at night}\n"
    late = changed(("after: 30 min", "after: 61 min"))
    path = spec_file(tmp_path, late + entry)
    result = run("check", path, "--strict", "--quick")
    assert result.exit_code == 0
    assert result.stdout.endswith("no findings\naccepted: 1\n")
    answer = json.loads(run("check", path, "--quick", "--json").stdout)
    assert (answer["warnings"], answer["findings"]) == (0, [])
    (taken,) = answer["accepted"]
    assert (taken["code"], taken["accepted"]) == ("escalation-late", "Nobody is up at night")
    assert "accepted" not in json.loads(run("check", spec_file(tmp_path), "--json").stdout)


def test_an_entry_about_what_only_check_sees_is_judged_there(tmp_path: Path) -> None:
    path = spec_file(tmp_path, SMALL + "accept:\n  - {finding: horizon-ends, reason: Why}\n")
    assert [f.code for f in api.check(path, today=date(2027, 1, 1), quick=True)] == [
        "accept-unused"
    ]
    assert api.check(path, today=date(2027, 12, 1), quick=True) == ()


def test_laws_that_may_have_changed_and_open_scope_are_named(run: Run, tmp_path: Path) -> None:
    rules = (
        "  - {id: old, regime: A, trigger: b, recipient: C, amount: 1, unit: hours,\n"
        "     after: aware, posture_date: 2027-02-01, read: 2026-09-30, stale_after: 100}\n"
        "  - {id: elsewhere, regime: A, trigger: b, recipient: C, amount: 1, unit: hours,\n"
        "     after: aware, posture_date: 2027-02-01, applies_to: {sec: domestic}}\n"
        "  - gdpr-33\n"
    )
    chosen = f"obligations:\n  decider: quality\n  scope: {{sec: none}}\n  rules:\n{rules}"
    path = spec_file(tmp_path, changed(("severities:\n", f"{chosen}severities:\n")))

    def said(day: str) -> list[tuple[str, str]]:
        found = json.loads(run("check", path, "--json", "--quick", "--as-of", day).stdout)
        dated = ("law-changed", "source-stale", "scope-open")
        return [(one["code"], one["what"]) for one in found["findings"] if one["code"] in dated]

    scope = ("scope-open", "nobody has said what obligations apply: gdpr, eu-member")
    assert said("2027-01-08") == [scope]
    assert said("2027-01-31") == [
        ("source-stale", "the source of 'old' was read on 2026-09-30 and must be read again"),
        scope,
    ]
    assert said("2027-02-01")[0] == (
        "law-changed", "the law behind 'old' may have changed on 2027-02-01",
    )  # fmt: skip
    assert run("check", path, "--as-of", "soon").exit_code == 2
