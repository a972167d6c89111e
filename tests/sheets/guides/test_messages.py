"""Messages: what outsiders are told, what is left blank, and what stops a message."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.office import compare, package
from tests.sheets.guides import books, filling
from xlmatrix import api
from xlmatrix.model import MatrixSpec
from xlmatrix.model.content import content
from xlmatrix.model.guides import Comms, OwnMessage, verdicts_in
from xlmatrix.model.messages import CommsContent
from xlmatrix.model.obligations import published
from xlmatrix.rules.guides.messages import Filled
from xlmatrix.rules.incidents import public_state as public
from xlmatrix.rules.incidents.states import MET
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import make_scene
from xlmatrix.sheets.flags import marked
from xlmatrix.sheets.guides.comms import filled_message
from xlmatrix.write import render

SHARED = content("comms", CommsContent)
#: Our verdict on our own clocks, as the log words it.
VERDICTS = ("Breached", "Due soon", "On track", "No clock", "Closed –", MET + ",")


@pytest.fixture(scope="module")
def messages() -> dict[str, list[Filled]]:
    return {known: filling.messages_of("enterprise", known) for known in filling.INCIDENTS}


@pytest.mark.parametrize("known", filling.INCIDENTS)
def test_every_message_reads_as_it_is_committed(
    messages: dict[str, list[Filled]], known: str
) -> None:
    golden = (filling.FOLDER / f"{known}.txt").read_text(encoding="utf-8")
    assert filling.written(messages[known]) == golden


def test_every_message_of_the_library_is_among_them(messages: dict[str, list[Filled]]) -> None:
    seen = {one.id for listed in messages.values() for one in listed}
    assert seen == {message.id for message in SHARED.messages}


def test_other_tiers_say_the_same_with_their_own_people() -> None:
    assert books.template("basic").comms is None
    standard, whole = (filling.messages_of(name, "outage") for name in ("standard", "enterprise"))
    lead = filling.scene_of("standard").frame["Response owner"][5]
    other = filling.scene_of("enterprise").frame["Response owner"][5]
    assert filling.written(whole).replace(other, lead) == filling.written(standard)


def test_no_message_tells_outsiders_our_verdict(messages: dict[str, list[Filled]]) -> None:
    outside = [m for m in SHARED.messages if m.audience not in SHARED.inside]
    assert [m.id for m in outside if verdicts_in(m.subject, m.text)] == []
    filled = [one for listed in messages.values() for one in listed]
    told = [one for one in filled if one.audience not in SHARED.inside]
    assert [one.id for one in told if any(v in one.subject + one.text for v in VERDICTS)] == []
    assert any("Breached" in one.text for one in filled if one.audience == "Executive")


def test_outsiders_get_no_word_of_our_own_and_no_wrong_beginning() -> None:
    """``{opened}`` is when we learned of it: nothing began, broke or was noticed from then on."""
    ours = ("{severity}", "{class}", "{title}", "{owner}", "{internal_due}", "{decision}")
    users = ("Status page", "Customer")
    for one in (m for m in SHARED.messages if m.audience not in SHARED.inside):
        whole = f"{one.subject} {one.text}"
        assert [word for word in ours if word in whole] == [], one.id
        assert not re.search(r"(began at|(?<!working )since|from) \{opened\}", whole, re.I) or (
            "on which we had worked since {opened}" in whole
        ), one.id
        if one.audience in users and one.phase not in SHARED.ended:
            assert "{advice}" in one.text, one.id


def test_what_is_filled_reads_as_sentences(messages: dict[str, list[Filled]]) -> None:
    for one in (one for listed in messages.values() for one in listed):
        whole = f"{one.subject}\n{one.text}"
        odd = re.findall(r"  | [.,;:]|\.\.|,,|[{}]|: \.|\n\n\n|(?<=\. )[a-z]", whole)
        assert odd == [], (one.id, whole)
        assert bool(re.search(r"\[.*?\]", whole)) == bool(one.needed), (one.id, whole)


def test_the_promise_is_of_the_update_after_this_one() -> None:
    """SEV-1 repeats every 30 minutes: sent at 10:30, the next comes by 11:00, not by 10:42."""
    outage = {one.id: one for one in filling.messages_of("enterprise", "outage")}
    assert outage["SP-3"].text.endswith("The next update comes by 2026-11-16 11:00.")


def message(audience: str, phase: str, known: str = "outage", **words: str) -> Filled:
    scene = filling.scene_of("enterprise")
    typed = filling.typed_for(known, scene, **words)
    typed["tCommsChoice", "Audience", "Choice"] = audience
    typed["tCommsChoice", "Phase", "Choice"] = phase
    return filled_message(replace(scene, typed=typed))


@pytest.mark.parametrize(
    ("audience", "phase", "words", "verdict"),
    [
        ("Customer", "Update", {}, "Ready to copy"),
        ("Customer", "Update", {"service": "  "}, "1 blank left"),
        ("Customer", "Update", {"service": "", "contact": ""}, "1 blank left"),
        ("Status page", "Long incident", {"plan": "", "service": ""}, "2 blanks left"),
        (
            "Status page",
            "Update",
            {"impact": " "},
            "Not ready to copy: the impact is empty · 1 blank left",
        ),
        ("Internal", "First notice", {"impact": ""}, "Ready to copy"),
        ("Executive", "Update", {"impact": ""}, "1 blank left"),
        (
            "Customer",
            "Resolved",
            {},
            "Not ready to copy: the incident is not resolved · 1 blank left",
        ),
        ("Customer", "Update", {"workaround": ""}, "Ready to copy"),
    ],
)
def test_a_message_says_what_it_lacks(
    audience: str, phase: str, words: dict[str, str], verdict: str
) -> None:
    assert message(audience, phase, **words).verdict == verdict


def test_an_incident_that_is_over_gets_no_news_of_going_on() -> None:
    told = message("Customer", "Update", "closed")
    assert told.verdict.startswith("Not ready to copy: the incident is resolved")


def test_a_notice_asks_for_every_field_that_its_regime_demands() -> None:
    fields = published()["gdpr-33"].demands
    articles = [field.article for field in fields]
    assert {f"Art. 33(3)({letter})" for letter in "abcd"} <= set(articles)
    told = message("Regulator", "First notice", "privacy")
    assert told.text.count("[missing]") == 1
    assert all(f"{field.says}: " in told.text for field in fields)
    assert told.verdict == "1 blank left"


# Public state: what the log says, and what is said of it. Worked out by hand from the rule.
# id: stamps of the log, stamp of the reopening, what is typed, what outsiders see, what is flagged
CASES: dict[str, tuple[dict[str, str], str, str, str, str]] = {
    "P-01": ({}, "", "", "investigating", ""),
    "P-02": ({"Contained": "09:00"}, "", "", "mitigating", ""),
    "P-03": ({"Mitigated": "09:00"}, "", "", "monitoring", ""),
    "P-04": ({"Contained": "09:00", "Mitigated": "09:30"}, "", "", "monitoring", ""),
    "P-05": ({"Resolved": "09:00"}, "", "", "resolved", ""),
    "P-06": ({}, "", "Identified", "identified", ""),
    "P-07": ({"Contained": "09:00"}, "", "identified", "identified", public.BEHIND),
    "P-08": ({"Resolved": "09:00"}, "", "monitoring", "monitoring", public.BEHIND),
    "P-09": ({}, "", "resolved", "resolved", public.UNSOLVED),
    "P-10": ({}, "", "monitoring", "monitoring", ""),
    "P-11": ({"Contained": "09:00"}, "", "mitigating", "mitigating", ""),
    "P-12": ({"Contained": "09:00"}, "", "calm", "mitigating", public.UNKNOWN),
    # A stamp that is yet to come counts for nothing.
    "P-13": ({"Resolved": "11:00"}, "", "", "investigating", ""),
    # Reopened: what was stamped before counts no more, and what was typed before is flagged.
    "P-14": ({"Resolved": "09:00"}, "09:30", "", "investigating", ""),
    "P-15": ({"Contained": "09:50"}, "09:30", "", "mitigating", ""),
    "P-16": ({"Resolved": "09:00"}, "09:30", "resolved", "resolved", public.FORMER),
    "P-17": ({"Contained": "09:50"}, "09:30", "monitoring", "monitoring", public.FORMER),
    "P-18": ({"Contained": "09:50"}, "09:30", "mitigating", "mitigating", ""),
    "P-19": ({}, "09:30", "identified", "identified", ""),
    "P-20": ({"Contained": "09:50"}, "09:30", "investigating", "investigating", public.BEHIND),
    # =1+1 is what somebody typed, never a formula.
    "P-21": ({}, "", "=1+1", "investigating", public.UNKNOWN),
}


def at(clock: str) -> np.datetime64:
    return np.datetime64(f"2026-11-16T{clock}" if clock else "NaT", "s")


def small_spec() -> MatrixSpec:
    """The basic template with the messages of the others, one of them somebody's own."""
    own = OwnMessage(
        id="OWN-1", audience="Partner", phase="Update", subject="=News of {id}",
        text="=1+1 is no formula. Status: {status}. {state_says}",
    )  # fmt: skip
    return books.template("basic").model_copy(
        update={"comms": Comms(also=(own,)), "obligations": books.template("standard").obligations}
    )


def small_log(typed: books.Typed | None = None) -> Any:
    kinds = [kind.name for kind in small_spec().classes]
    headers = ("Contained", "Mitigated", "Resolved")
    log = IncidentLog.of(
        {
            "ID": list(CASES),
            "Class": [kinds[0]] * len(CASES),
            "Public state": [case[2] for case in CASES.values()],
        },
        {
            "Opened": np.array([at("08:00")] * len(CASES)),
            **{h: np.array([at(c[0].get(h, "")) for c in CASES.values()]) for h in headers},
        },
    )
    reopened: books.Typed = {}
    for number, (known, case) in enumerate(CASES.items(), start=1):
        if case[1]:
            serial = (at(case[1]) - np.datetime64("1899-12-30T00:00", "s")) / np.timedelta64(1, "D")
            reopened["tReopened", str(number), "Incident"] = known
            reopened["tReopened", str(number), "Reopened"] = float(serial)
    return log, {**reopened, **(typed or {})}


def test_outsiders_see_the_state_that_the_rule_gives() -> None:
    log, typed = small_log()
    frame = make_scene(small_spec(), log, as_of=books.AS_OF, created=books.AS_OF, typed=typed).frame
    for row, (known, case) in enumerate(CASES.items()):
        assert frame["Public now"][row] == case[3], known
        said = [one for one in public.CONTRADICTIONS if one in frame["Check"][row]]
        assert said == ([case[4]] if case[4] else []), known


PARTNER: books.Typed = {
    ("tCommsChoice", "Incident", "Choice"): "P-16",
    ("tCommsChoice", "Audience", "Choice"): "partner",
    ("tCommsChoice", "Phase", "Choice"): "Update",
    ("tCommsChoice", "Obligation", "Choice"): "GDPR-33",
    ("tNoticeFields", "gdpr-33 nature", "Answer"): "=1+1 is text",
    ("tCommsWords", "{impact}", "Type over it"): "=answers are late",
}


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    log, typed = small_log(PARTNER)
    book = books.book(small_spec(), typed, log)
    path = tmp_path_factory.mktemp("messages") / "used.xlsx"
    path.write_bytes(render(book))
    return book, path


def test_an_own_message_with_our_verdict_is_kept_withheld_and_flagged(
    used: tuple[Any, Path],
) -> None:
    book, _ = used
    sheet = next(sheet for sheet in book.sheets if sheet.name == "Comms")
    subject, text, verdict = (books.shown(sheet, *at_) for at_ in ((6, 6), (7, 6), (5, 7)))
    assert subject == "=News of P-16"
    assert text == ("=1+1 is no formula. Status: [for insiders alone]. the problem is resolved")
    assert verdict == (
        "Not ready to copy: it tells outsiders our own verdict; the public state contradicts "
        "the log, see its Check; the incident is resolved · 1 blank left"
    )
    rows = books.rows(list(book.sheets), "tMessages")
    assert rows["OWN-1"]["Text"].startswith("=1+1 is no formula. Status: {status}")
    _, flags = marked(book)
    assert ("message-verdict", "OWN-1") in [(one.flag.code, one.key) for one in flags]
    assert "{status}" in rows["OWN-1"]["Check"]
    assert rows["EX-3"]["Check"] == ""


@pytest.mark.office
@pytest.mark.slow
def test_two_engines_agree_on_messages_and_public_states(used: tuple[Any, Path]) -> None:
    _, path = used
    assert compare.assert_confirmed(path) > 5_000
    mine = [cell for cell in package.formula_cells(path) if cell[0] == "Comms"]
    assert compare.assert_confirmed_by_ironcalc(path, mine) > 300


def test_check_names_an_own_message_that_would_tell_outsiders() -> None:
    from xlmatrix.model import loads
    from xlmatrix.resources import template_text

    text = template_text("standard").replace(
        "comms: {}",
        "comms:\n  inside: [Board]\n  also:\n"
        "    - {id: OWN-1, audience: Partner, phase: Update, subject: 'We are {status}', text: x}\n"
        "    - {id: OWN-2, audience: Board, phase: Update, subject: x, text: '{breaches}'}\n",
    )
    found = [one for one in loads(text).findings if one.code == "message-verdict"]
    assert [one.path for one in found] == ["comms.also[0].subject"]
    assert "{status}" in found[0].what


def test_a_workbook_of_the_first_release_keeps_what_was_typed_about_messages(
    tmp_path: Path,
) -> None:
    """Its hidden formulas are told by their places: none is taken for what somebody typed."""
    old = Path(__file__).parents[2] / "golden" / "standard-0.1.0.xlsx"
    renewed = api.regenerate(old, output=tmp_path / "new.xlsx")
    assert [c for c in renewed.report.changes if "Comms!" in c.key] == []
