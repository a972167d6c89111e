"""What a class is called in published taxonomies, and who else is called when it happens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field, field_validator

from xlmatrix.model.base import Id, Name, Strict, Text, refusal
from xlmatrix.model.duration import Duration

Framework = Literal[
    "owasp_llm", "owasp_agentic", "atlas", "nist_ai_600_1", "eu_ai_act", "avid", "mit"
]
#: Every framework with the heading that people read.
FRAMEWORKS: Mapping[Framework, str] = {
    "owasp_llm": "OWASP LLM 2025",
    "owasp_agentic": "OWASP Agentic 2026",
    "atlas": "MITRE ATLAS",
    "nist_ai_600_1": "NIST AI 600-1",
    "eu_ai_act": "EU AI Act",
    "avid": "AVID",
    "mit": "MIT AI Risk",
}
#: How far a fact may be trusted: ours to propose, from memory and to be checked, or published.
Status = Literal["proposed", "verify", "published"]


class Mappings(Strict):
    """The codes of a class in public frameworks.

    ``malicious_only`` lists those codes that hold only where somebody means harm.
    """

    owasp_llm: tuple[Name, ...] = ()
    owasp_agentic: tuple[Name, ...] = ()
    atlas: tuple[Name, ...] = ()
    nist_ai_600_1: tuple[Name, ...] = ()
    eu_ai_act: tuple[Name, ...] = ()
    avid: tuple[Name, ...] = ()
    mit: tuple[Name, ...] = ()
    malicious_only: tuple[Name, ...] = ()

    def get(self, framework: Framework) -> tuple[str, ...]:
        """The codes in one framework."""
        codes: tuple[str, ...] = getattr(self, framework)
        return codes

    def items(self) -> Iterator[tuple[Framework, tuple[str, ...]]]:
        """Every framework with its codes, the empty ones too."""
        for framework in FRAMEWORKS:
            yield framework, self.get(framework)

    def marked(self, framework: Framework) -> tuple[str, ...]:
        """The codes as a sheet shows them, ``*`` behind those that need a malicious actor."""
        return tuple(
            f"{code}*" if code in self.malicious_only else code for code in self.get(framework)
        )


class AlwaysAdd(Strict):
    """A role that is called in addition to the ladder, by the first letters of the class's id.

    It is called once, acknowledged or not: with the first step of the ladder, or ``after`` an
    amount of time on the ladder's calendar.
    """

    prefix: tuple[Id, ...] = Field(min_length=1)
    role: Id
    after: Duration | None = None
    channel: Name = "page"

    @field_validator("after")
    @classmethod
    def _on_the_clock(cls, value: Duration | None) -> Duration | None:
        if value is not None and value.days is not None:
            raise refusal(
                "a call runs on the severity's calendar, not on calendar days",
                f"Write {value.days * 24} h or {value.days} business days",
            )
        return value

    def applies_to(self, class_id: str) -> bool:
        """Whether a class belongs to one of the families."""
        folded = class_id.casefold()
        return any(
            folded == prefix.casefold() or folded.startswith(f"{prefix.casefold()}-")
            for prefix in self.prefix
        )


class RaciRow(Strict):
    """One phase of an incident: which role is responsible, accountable, consulted or informed.

    ``letters`` maps a role's id to R, A, C, I or A/R; a role left out has no part.
    """

    phase: Name
    letters: Mapping[Id, Literal["R", "A", "A/R", "C", "I"]]
    source: Text | None = None

    def with_letter(self, letter: Literal["A", "R"]) -> tuple[str, ...]:
        """The role ids that carry a letter, alone or as one of two."""
        return tuple(role for role, letters in self.letters.items() if letter in letters.split("/"))
