"""Charts, pictures, shapes and conversations that users put on our sheets."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from xlmatrix.formula.render import column_letters
from xlmatrix.package.cut import cut
from xlmatrix.regen.carrying.cargo import Cargo
from xlmatrix.regen.carrying.freight.boxes import old_shapes
from xlmatrix.regen.carrying.freight.drawings import Thing, self_contained, shape_ids
from xlmatrix.regen.carrying.freight.extensions import Extensions
from xlmatrix.regen.carrying.freight.kinds import LEFT, R
from xlmatrix.regen.carrying.freight.loading import Loading
from xlmatrix.regen.carrying.freight.pieces import Load, Relation, relations_of
from xlmatrix.regen.carrying.freight.places import moved_beside
from xlmatrix.regen.carrying.freight.threads import Thread, part_of, threads_of
from xlmatrix.regen.merging.merge import Outcome
from xlmatrix.regen.reading.contents import SheetPart
from xlmatrix.sheets.buttons import BUTTONS
from xlmatrix.sheets.plan import Chart, Note, SheetPlan, Visibility

#: A button of ours, by its macro.
_BUTTON: Final = re.compile(rf"\b(?:{'|'.join(BUTTONS.values())})\b")
_TITLE: Final = re.compile(r"<(?:\w+:)?title>(.*?)</(?:\w+:)?title>", re.DOTALL)
_TEXT: Final = re.compile(r"<(?:\w+:)?t>([^<]*)</")
#: Data models, in which a diagram names the drawing of itself.
_DRAWN: Final = re.compile(r"\srelId=\"([^\"]+)\"")
#: What users' sheets may have, and ours cannot bring along.
_LEFT: Final = {
    **LEFT,
    "pivotTable": "a pivot table",
    "oleObject": "an embedded object",
    "package": "an embedded object",
}


def load_beside(loading: Loading, cargo: Cargo) -> tuple[Cargo, list[Load]]:
    """What users put on our sheets; the cargo with comments where a conversation had none."""
    loads = []
    for name, part, _ in loading.trip.our_sheets(cargo.book):
        plan = cargo.sheet(name)
        assert plan is not None
        if part.state != "visible" and plan.visibility is not Visibility.VISIBLE:
            # One of the helpers, on which nobody hangs anything.
            continue
        cargo, load = _Ours(loading, part, plan).load(cargo)
        if load is not None:
            loads.append(load)
    return cargo, loads


def lose_dropped(loading: Loading, cargo: Cargo) -> None:
    """Name what users put on sheets that the template has no more."""
    for name, now in loading.trip.used.sheet_names.items():
        part = loading.trip.used.contents.sheet(now)
        planned = cargo.sheet(name)
        stays = planned is not None and now not in {one.name for one in loading.trip.dropped}
        if part is None or stays:
            continue
        made = loading.trip.sheet_as_made(name)[0]
        if (
            made is not None
            and made.visibility is not Visibility.VISIBLE
            and part.state != "visible"
        ):
            continue
        for thing in theirs_on(loading, part, (made,)):
            loading.lose(now, f"{thing.word} at {now}!{thing.at}: the template has no such sheet")
        for thread in threads_of(loading.package, part.part):
            lose_thread(loading, part, thread)
        for what in left_on(loading, part):
            loading.lose(now, what)


def theirs_on(
    loading: Loading, part: SheetPart, plans: Iterable[SheetPlan | None]
) -> Iterator[Thing]:
    """The things on a sheet of ours that are none of ours."""
    ours = _charts_of(plans)
    for relation in relations_of(loading.package, part.part):
        if relation.kind != "drawing" or relation.target not in loading.package:
            continue
        known = {one.id: one for one in relations_of(loading.package, relation.target)}
        things = loading.things(relation.target, part.name, frozenset())
        charts = [thing for thing in things if thing.word == "a chart"]
        drawn = _drawn(ours, {thing: _said(loading, thing, known) for thing in charts})
        yield from (one for one in things if one not in drawn and not _BUTTON.search(one.text))


def _charts_of(plans: Iterable[SheetPlan | None]) -> list[Chart]:
    """The charts that our writer drew, by the first plan that there is, and others of the next."""
    found: list[Chart] = []
    for plan in plans:
        known = {chart.title for chart in found}
        found += [chart for chart in plan.charts if chart.title not in known] if plan else []
    return found


def _drawn(ours: list[Chart], charts: dict[Thing, set[str]]) -> set[Thing]:
    """Which charts are ours, each for one of ours: by what it says, best where ours hung.

    One that says nothing is known by its place alone.
    """
    drawn: set[Thing] = set()
    for chart in ours:
        texts = {chart.title, chart.alt_text or chart.title}
        left = [thing for thing in charts if thing not in drawn]
        fits = [2 * bool(texts & charts[t]) + (t.at == chart.anchor) for t in left]
        best = max(fits, default=0)
        thing = left[fits.index(best)] if best else None
        if thing is not None and (best > 1 or charts[thing] <= {thing.names[0]}):
            drawn.add(thing)
    return drawn


def _said(loading: Loading, thing: Thing, known: dict[str, Relation]) -> set[str]:
    """The texts by which a chart is known: its name and its title."""
    said = {*thing.names} - {""}
    for identity in thing.refers:
        one = known.get(identity)
        if one is not None and one.kind == "chart" and one.target in loading.package:
            title = _TITLE.search(loading.package.xml(one.target))
            if title is not None:
                said.add(html.unescape("".join(_TEXT.findall(title[1]))))
    return said


class _Ours:
    """One sheet of ours."""

    def __init__(self, loading: Loading, part: SheetPart, plan: SheetPlan) -> None:
        self.loading, self.part, self.plan = loading, part, plan
        self.known = relations_of(loading.package, part.part)

    def load(self, cargo: Cargo) -> tuple[Cargo, Load | None]:
        """What the new sheet gets, and the cargo."""
        slicers, filtered, without = self._slicers()
        anchors, anchored = self._drawing(without)
        picture = self._background()
        for what in left_on(self.loading, self.part):
            self.loading.lose(self.part.name, what)
        cargo, comments, threaded = self._threads(cargo)
        relations, elements = (*picture[0], *filtered), (*picture[1], *slicers)
        if not (anchors or relations or comments):
            return cargo, None
        threads = part_of(comments) if comments else ""
        return cargo, Load(
            self.plan.name, relations, elements, tuple(anchors), tuple(anchored), threads, threaded
        )

    # --- the drawing ---

    def _drawing(self, without: frozenset[str]) -> tuple[list[str], list[Relation]]:
        anchors: list[str] = []
        relations: list[Relation] = []
        # To plan the old sheet takes long, and where nobody drew the new plan knows every chart.
        if not any(theirs_on(self.loading, self.part, (self.plan,))):
            return [], []
        plans = (self.loading.trip.sheet_as_made(self.plan.name)[0], self.plan)
        things = [t for t in theirs_on(self.loading, self.part, plans) if t.word not in without]
        for relation in self.known:
            if relation.kind != "drawing" or relation.target not in self.loading.package:
                continue
            whole = cut(self.loading.package.xml(relation.target))
            moved = list(self._moved(things))
            anchors += [self_contained(thing.text, whole.tag) for thing in moved]
            left = relations_of(self.loading.package, relation.target)
            known = self.loading.mended(left, self.plan.name, moved)
            used = {one for thing in moved for one in thing.refers}
            used |= self._of_diagrams(one for one in known if one.id in used)
            relations = [one for one in known if one.id in used]
            self.loading.take_each(moved, relations, self.plan.name)
        return anchors, relations

    def _of_diagrams(self, relations: Iterable[Relation]) -> set[str]:
        """Relations that the data of a diagram names: to the drawing that was made of it."""
        texts = (
            self.loading.package.xml(one.target)
            for one in relations
            if one.kind == "diagramData" and not one.outside
        )
        return {one for text in texts for one in _DRAWN.findall(text)}

    def _moved(self, things: list[Thing]) -> Iterator[Thing]:
        for thing in things:
            if thing.shape_id:
                at = f"{self.part.name}!{thing.at}"
                self.loading.lose(self.part.name, f"a control or an embedded object at {at}")
                continue
            now, pushed = moved_beside(self.loading.aim, self.part, self.plan, thing)
            note = f"{thing.word} of yours"
            if pushed:
                note += f"; it hung on {thing.at}, where our cells stand now"
            self.loading.note(Outcome.KEPT, self.plan.name, now.at, note)
            yield self.loading.mended_thing(now, self.plan.name)

    # --- what hangs on the sheet itself ---

    def _background(self) -> tuple[tuple[Relation, ...], tuple[tuple[str, str], ...]]:
        tail = _tail(self.loading, self.part)
        found = re.search(r"<(?:\w+:)?picture\b[^<>]*:id=\"([^\"]*)\"", tail)
        one = next((one for one in self.known if found and one.id == found[1]), None)
        if one is None or not self.loading.takes(one):
            return (), ()
        self.loading.take([one], self.plan.name, "")
        self.loading.note(Outcome.KEPT, self.plan.name, "", "a background picture of yours")
        return (one,), (("picture", f'<picture xmlns:r="{R}" r:id="{one.id}"/>'),)

    def _slicers(
        self,
    ) -> tuple[tuple[tuple[str, str], ...], tuple[Relation, ...], frozenset[str]]:
        """Slicers of our tables, which need their place in an extension as well."""
        tail = _tail(self.loading, self.part)
        at = tail.find("<extLst")
        if at < 0:
            return (), (), frozenset()
        known = {one.id: one for one in self.known}
        extensions = Extensions(self.loading, self.plan.name, only_filters=True)
        head = self._head()
        kept = [
            text
            for child, element in cut(f"{head}{tail}").children
            if child == "extLst" and (text := extensions.taken(element, known, head))
        ]
        elements = tuple(("extLst", text) for text in kept)
        return elements, tuple(extensions.relations), extensions.without

    def _head(self) -> str:
        """The start tag of the sheet."""
        found = re.search(r"<worksheet\b[^<>]*>", self.loading.package.xml(self.part.part))
        return "<worksheet>" if found is None else found[0]

    # --- conversations ---

    def _threads(self, cargo: Cargo) -> tuple[Cargo, list[str], dict[str, str]]:
        """The conversations where their cells stand now, as parts and as older comments."""
        moved = self.loading.aim.moved(self.part, self.plan)
        comments: list[str] = []
        threaded: dict[str, str] = {}
        notes = dict(self.plan.comments)
        for thread in threads_of(self.loading.package, self.part.part):
            spot = moved.spot(*thread.spot)
            if spot is None or f"{column_letters(spot[1])}{spot[0]}" in threaded:
                lose_thread(self.loading, self.part, thread)
                continue
            place = f"{column_letters(spot[1])}{spot[0]}"
            threaded[place] = thread.id
            comments += thread.at(spot)
            # Every other program shows the comment of the older kind alone.
            notes.setdefault(spot, Note(f"tc={thread.id}", thread.said))
        if notes != dict(self.plan.comments):
            self.plan = replace(self.plan, comments=notes)
            cargo = cargo.with_sheet(self.plan)
        return cargo, comments, threaded


def lose_thread(loading: Loading, part: SheetPart, thread: Thread) -> None:
    """Name a thread; one whose older comment has its own line needs no second."""
    if thread.spot not in part.comments:
        at = f"{part.name}!{column_letters(thread.spot[1])}{thread.spot[0]}"
        loading.lose(f"comment {at}", f"the comment on {at}: {thread.said}")


def left_on(loading: Loading, part: SheetPart) -> Iterator[str]:
    """What a sheet of ours has that no sheet of ours can have, in words."""
    package, known = loading.package, relations_of(loading.package, part.part)
    there = [one for one in known if one.target in package]
    drawings = [package.xml(one.target) for one in there if one.kind == "drawing"]
    drawn = {number for text in drawings for number in shape_ids(text)}
    yield from (f"{_LEFT[one.kind]} on sheet {part.name!r}" for one in known if one.kind in _LEFT)
    for one in there:
        if one.kind == "vmlDrawing":
            # Controls that the older drawing alone has, and pictures of headers.
            for shape in old_shapes(loading.read(one.target)):
                if shape.word and not shape.names & drawn and not _BUTTON.search(shape.text):
                    yield f"{shape.word} on sheet {part.name!r}"


def _tail(loading: Loading, part: SheetPart) -> str:
    """A sheet's XML behind its rows."""
    text = loading.package.xml(part.part)
    at = text.rfind("</sheetData>")
    return text[at + len("</sheetData>") :] if at >= 0 else ""
