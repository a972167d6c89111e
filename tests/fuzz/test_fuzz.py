"""No reader of a file ends otherwise than as planned; what was found once is not found again."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.finds import Finds, limited
from tests.fuzz.found import FOUND
from tests.fuzz.targets import TARGETS

EXAMPLES = int(os.environ.get("XLMATRIX_FUZZ", "40"))
SEED = int(os.environ.get("XLMATRIX_FUZZ_SEED", time.time_ns() // 10**9))
#: What XML and its numbers are made of.
PIECES = [
    b"<", b">", b"&", b"]]>", b"<!--", b"-->", b"<![CDATA[", b"<?x", b"?>", b"/>", b'"', b"'", b"=",
    b"<!DOCTYPE a>", b":", b"-1", b"0", b"99999999999", b"1e999", b"nan", b"x", b"A1", b"$", b"!",
    b"[", b"]", b"{", b"#", b",", b";", b"\n", b"\r", b"\t", b"\0", b"\xff", b"\xc3\xa9",
    b"_x000D_", b"_xD800_",
]  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """A good input, changed in up to six places; now and then anything at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=300))
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 6))):
        at, length = draw(st.integers(0, len(data))), draw(st.sampled_from([0, 0, 1, 4, 30, 300]))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4), st.just(b"")))
        more = draw(st.sampled_from([1, 1, 1, 3, 200]))
        data = data[:at] + piece * more + data[at + length :]
    return data


@pytest.mark.parametrize("name", TARGETS)
def test_a_reader_ends_as_planned_whatever_it_reads(name: str) -> None:
    print(f"XLMATRIX_FUZZ={EXAMPLES} XLMATRIX_FUZZ_SEED={SEED} pytest tests/fuzz -k {name}")
    target, finds = TARGETS[name], Finds()

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(spoiled(target.seeds))
    def whatever(data: bytes) -> None:
        finds.run(target, data)

    whatever()
    assert not finds.inputs


@pytest.mark.parametrize(("name", "data"), FOUND)
def test_what_was_found_ends_as_planned_now(name: str, data: bytes) -> None:
    with limited():
        TARGETS[name](data)


@pytest.mark.parametrize("name", sorted(TARGETS.keys() - {"stamp_pieces"}))
def test_what_a_reader_begins_with_is_good(name: str) -> None:
    """A target that refuses all its good inputs would find nothing behind its door."""
    target = TARGETS[name]
    ended = []
    for data in target.seeds:
        try:
            target.run(data)
        except target.planned:
            continue
        ended.append(data)
    assert ended
