"""What stands before the server route: who may call, from where, and how much.

An ASGI application around another one; it knows nothing of what it guards, and imports nothing that
has to be paid for. A request that is refused is not read.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from xlmatrix.errors import XlmatrixError

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]

#: The largest body: the demo's workbook takes some 3 MB of it, one of 10,000 incidents 20 MB.
BODY_BYTES: Final = 32 * 2**20
#: Values in a body, counted by what stands between them: cells, and commas inside of texts.
BODY_VALUES: Final = 3_000_000
#: Whether the project's own start is what runs; see ``run.py`` and ``lifespan.py`` there.
STARTED: Final = "XLMATRIX_SERVER_STARTED"
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_RELAYED: Final = (b"x-forwarded-for", b"forwarded", b"x-real-ip", b"x-forwarded-host")
_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that stands in for the application's: a status of HTTP and a sentence."""

    status: int
    words: str


@dataclass(frozen=True, slots=True)
class Guard:
    """Another ASGI application behind bounds.

    Attributes
    ----------
    app
        The application.
    login
        Requests that carry data need an ``Authorization`` header, which the application looks at.
        Without login, nobody but this very computer is answered.
    body, values
        The largest body in bytes, and how many values it may hold.
    """

    app: App
    login: bool
    body: int = BODY_BYTES
    values: int = BODY_VALUES

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Hand a request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            # Nothing of ours streams, and nobody would look at the login of a socket.
            await send({"type": "websocket.close", "code": 1008})
            return
        refusal = self._refusal(scope)
        if refusal is None and scope["method"] not in _READING:
            read = await self._read(receive)
            if isinstance(read, Refusal):
                refusal = read
            else:
                receive = _replayed(read, receive)
        if refusal is not None:
            await _answer(refusal, send)
            return
        await self.app(scope, receive, send)

    def _refusal(self, scope: Message) -> Refusal | None:
        """What is wrong with a request before its body is read."""
        headers = dict(scope["headers"])
        if not self.login and not _from_here(scope.get("client"), headers):
            return Refusal(403, "This server runs without login and answers its own computer alone")
        if scope["method"] in _READING:
            return None
        if self.login and not headers.get(b"authorization", b"").strip():
            return Refusal(401, "Sign in first: this request names nobody")
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > self.body:
            return self._too_large()
        return None

    async def _read(self, receive: Receive) -> bytes | Refusal:
        """The whole body, as far as the bounds allow."""
        pieces: list[bytes] = []
        size = values = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return Refusal(400, "The request ended before its body did")
            piece = message.get("body", b"")
            size += len(piece)
            values += piece.count(b",")
            if size > self.body:
                return self._too_large()
            if values > self.values:
                return Refusal(
                    413,
                    f"This workbook holds more than {self.values:,} values, which is more than the "
                    "server reads: leave out sheets, or close what is over in the log",
                )
            pieces.append(piece)
            if not message.get("more_body", False):
                return b"".join(pieces)

    def _too_large(self) -> Refusal:
        return Refusal(
            413,
            f"This workbook takes more than {self.body // 2**20} MB, which is more than the server "
            "reads: leave out sheets, or close what is over in the log",
        )


async def _answer(refusal: Refusal, send: Send) -> None:
    words = f"{refusal.words}.".encode()
    head = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send(
        {
            "type": "http.response.start",
            "status": refusal.status,
            "headers": [*head, (b"content-length", str(len(words)).encode())],
        }
    )
    await send({"type": "http.response.body", "body": words})


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A body that was read, once more, and then what comes after it."""
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again


def _from_here(client: Sequence[Any] | None, headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request was made on this computer, by a page of this server.

    A proxy on this computer would make everybody local, a name that somebody else points at this
    computer every web page: neither counts.
    """
    if client is None or not is_loopback(str(client[0])):
        return False
    if any(name in headers for name in _RELAYED):
        return False
    host = headers.get(b"host", b"").decode("latin-1").casefold()
    if _without_port(host) not in _LOOPBACK_NAMES:
        return False
    origin = headers.get(b"origin")
    return origin is None or origin.decode("latin-1").casefold().partition("://")[2] == host


def _without_port(host: str) -> str:
    name, mark, port = host.rpartition(":")
    return name if mark and port.isdigit() else host


def is_loopback(host: str) -> bool:
    """Whether a host is this computer and no other."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def check_start(providers: Sequence[str], host: str, *, without_login: bool) -> None:
    """Refuse to serve data to people whom nobody has asked for their name.

    Parameters
    ----------
    providers
        What is set as ``XLWINGS_AUTH_PROVIDERS``.
    host
        The address to listen at.
    without_login
        Whether somebody asked for a server without login.

    Raises
    ------
    XlmatrixError
        Nobody would be asked, or what is set contradicts itself.
    """
    if without_login and providers:
        raise XlmatrixError(
            f"the settings ask for a login by {', '.join(providers)}, and the command for none",
            where="--without-login",
            mend="Leave --without-login out, or XLWINGS_AUTH_PROVIDERS",
        )
    if without_login and not is_loopback(host):
        raise XlmatrixError(
            f"a server without login listens at this computer alone, not at {host}",
            where="--host",
            mend="Set XLWINGS_AUTH_PROVIDERS in .env, or use --host 127.0.0.1",
        )
    if not providers and not without_login:
        raise XlmatrixError(
            "nobody would be asked who they are, and whoever reaches this server could read the "
            "names and phones of the matrix",
            where=".env",
            mend='Set XLWINGS_AUTH_PROVIDERS=["tokens"] or ["entraid"]; to try it on this computer '
            "alone: python run.py --without-login",
        )
