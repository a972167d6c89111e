"""Whom the guard of the server lets pass, and how much it reads of the others: nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.addin.fake import FakeBook
from xlmatrix.addin.bridge import KEPT, KEPT_S, STATES, owned, read
from xlmatrix.addin.guard import Guard, Message, Receive, Send, check_start
from xlmatrix.addin.tokens import add, owner_of, people
from xlmatrix.errors import XlmatrixError

HERE = ("127.0.0.1", 5000)
LOCAL = {"host": "localhost:8000"}


def asked(
    guard_of: Any,
    *,
    method: str = "POST",
    client: tuple[str, int] = HERE,
    headers: dict[str, str] | None = None,
    pieces: tuple[bytes, ...] = (b"{}",),
) -> tuple[int, bytes, int]:
    """The status, what the application behind the guard got, and how many pieces were read."""
    got: list[bytes] = []
    sent: list[Message] = []
    waiting = list(pieces)

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        message = await receive()
        got.append(message["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Message:
        piece = waiting.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(waiting)}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "client": client,
        "headers": [(k.encode(), v.encode()) for k, v in (headers or LOCAL).items()],
    }
    asyncio.run(guard_of(app)(scope, receive, send))
    return sent[0]["status"], b"".join(got), len(pieces) - len(waiting)


def alone(app: Any) -> Guard:
    return Guard(app, login=False, body=100, values=10)


def with_login(app: Any) -> Guard:
    return Guard(app, login=True, body=100, values=10)


SIGNED = {"host": "matrix.example", "authorization": "a token"}


def test_a_body_reaches_the_application_as_it_came() -> None:
    assert asked(alone, pieces=(b'{"a":', b"1}")) == (200, b'{"a":1}', 2)
    assert asked(with_login, headers=SIGNED, client=("10.0.0.9", 1)) == (200, b"{}", 1)


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        (("10.0.0.9", 1), LOCAL),
        (HERE, {"host": "matrix.example"}),
        (HERE, {"host": "localhost.evil.example:8000"}),
        (HERE, {}),
        (HERE, LOCAL | {"x-forwarded-for": "127.0.0.1"}),
        (HERE, LOCAL | {"forwarded": "for=10.0.0.9"}),
        (HERE, LOCAL | {"origin": "https://evil.example"}),
        (HERE, LOCAL | {"origin": "null"}),
        (HERE, LOCAL | {"origin": "http://localhost:9999"}),
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_without_login_nobody_but_this_computers_own_pages_is_answered(
    client: tuple[str, int], headers: dict[str, str], method: str
) -> None:
    headers = headers or {"accept": "*/*"}
    assert asked(alone, client=client, headers=headers, method=method) == (403, b"", 0)


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST"])
def test_this_computer_is_known_by_each_of_its_names(host: str) -> None:
    headers = {"host": host, "origin": f"http://{host}"}
    assert asked(alone, client=("::1", 4), headers=headers)[0] == 200


@pytest.mark.parametrize("authorization", ["", "  "])
def test_who_names_nobody_is_not_read(authorization: str) -> None:
    headers = SIGNED | {"authorization": authorization}
    assert asked(with_login, headers=headers) == (401, b"", 0)
    # What every add-in shows to everybody.
    assert asked(with_login, headers=headers, method="GET")[0] == 200


@pytest.mark.parametrize(
    ("headers", "pieces", "read"),
    [
        ({"content-length": "101"}, (b"x" * 101,), 0),
        ({"content-length": "1"}, (b"x" * 60, b"x" * 60, b"x" * 60), 2),
        ({"content-length": "many"}, (b"x" * 101,), 1),
        ({}, (b"[1,1,1,1,1,1", b",1,1,1,1,1,1]", b"never"), 2),
    ],
)
def test_what_is_too_large_is_read_no_further(
    headers: dict[str, str], pieces: tuple[bytes, ...], read: int
) -> None:
    assert asked(with_login, headers=SIGNED | headers, pieces=pieces) == (413, b"", read)


def test_a_socket_is_closed() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def never(*_: Any) -> Any:
        raise AssertionError("the application was asked")

    asyncio.run(Guard(never, login=True)({"type": "websocket"}, never, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(
    ("providers", "host", "without_login"),
    [([], "127.0.0.1", False), ([], "0.0.0.0", True), (["tokens"], "127.0.0.1", True)],
)
def test_a_server_that_would_ask_nobody_does_not_start(
    providers: list[str], host: str, without_login: bool
) -> None:
    with pytest.raises(XlmatrixError) as fault:
        check_start(providers, host, without_login=without_login)
    assert fault.value.mend


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.9.9.9"])
def test_a_server_for_this_computer_alone_starts_when_told_so(host: str) -> None:
    check_start([], host, without_login=True)
    check_start(["entraid"], "0.0.0.0", without_login=False)


def test_a_token_opens_for_its_owner_and_stands_nowhere(tmp_path: Path) -> None:
    users = tmp_path / "users.toml"
    ada, bob = add(users, "ada"), add(users, "bob.b-1")
    text = users.read_text(encoding="utf-8")
    assert ada not in text
    known = people(users)
    assert [person.id for person in known] == ["ada", "bob.b-1"]
    found = owner_of(bob, known)
    assert found is not None
    assert found.id == "bob.b-1"
    assert owner_of("", known) is None
    assert owner_of(ada[:-1], known) is None
    with pytest.raises(XlmatrixError, match="ada has a token already"):
        add(users, "ada")


@pytest.mark.parametrize("name", ["", "Ada", "../x", 'a"b', "a b", "x" * 65])
def test_a_name_that_a_file_cannot_hold_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(XlmatrixError, match="no name of a user"):
        add(tmp_path / "users.toml", name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[ada]",
        "ada = 1",
        '[ada]\ntoken_sha256 = "x"',
        '[ada]\ntoken_sha256 = 1\nroles = ["a"]',
        f'[ada]\ntoken_sha256 = "{"0" * 64}"\nroles = "admin"',
        f'[ada]\ntoken_sha256 = "{"0" * 64}"\nrole = ["admin"]',
    ],
)
def test_a_file_of_people_that_says_nothing_lets_nobody_in(tmp_path: Path, text: str) -> None:
    users = tmp_path / "users.toml"
    users.write_text(text, encoding="utf-8")
    with pytest.raises(XlmatrixError) as fault:
        people(users)
    assert str(users) in str(fault.value)


def test_nobody_answers_from_what_somebody_else_had_read(plain: FakeBook) -> None:
    name = plain.fullname
    with owned("ada"):
        state = STATES.take(read(plain))
    assert STATES.of_cell("ada", name) is state
    assert STATES.of_cell("ada", "") is state
    for owner, book in (("bob", name), ("", name), ("ada", "other.xlsx"), ("bob", "")):
        with pytest.raises(XlmatrixError, match="has not been read yet"):
            STATES.of_cell(owner, book)


def test_two_matrices_of_one_name_answer_nothing_until_one_is_named(
    plain: FakeBook, macro_path: Path
) -> None:
    first = read(plain)
    second = read(FakeBook(macro_path))
    second = type(second)(first.key, second.tables, second.names, _made_later(second.stamp))
    STATES.take(first)
    STATES.take(second)
    with pytest.raises(XlmatrixError, match="two workbooks named"):
        STATES.of_cell("", first.key)
    # A button in either of them does not say which one is meant; Read this workbook does.
    STATES.take(first)
    with pytest.raises(XlmatrixError, match="two workbooks named"):
        STATES.of_cell("", first.key)
    state = STATES.take(first, chosen=True)
    assert STATES.of_cell("", first.key) is state


def _made_later(stamp: Any) -> Any:
    from dataclasses import replace
    from datetime import timedelta

    return replace(stamp, created=stamp.created + timedelta(days=1))


def test_what_nobody_asks_for_is_forgotten(
    plain: FakeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = read(plain)
    state = STATES.take(snapshot)
    now = [0.0]
    monkeypatch.setattr("xlmatrix.addin.bridge.build_state", lambda *_: state)
    monkeypatch.setattr("xlmatrix.addin.bridge.time.monotonic", lambda: now[0])
    STATES.forget()
    for number in range(KEPT + 3):
        with owned(f"user {number}"):
            STATES.take(snapshot)
        # Whoever goes on asking keeps what was read.
        STATES.of_cell("user 0", snapshot.key)
    with pytest.raises(XlmatrixError):
        STATES.of_cell("user 1", snapshot.key)
    assert STATES.of_cell("user 0", snapshot.key) is state
    now[0] = KEPT_S + 1
    with pytest.raises(XlmatrixError):
        STATES.of_cell("user 0", snapshot.key)
