"""The login by a token of users.toml; the file is read anew at each request."""

from pathlib import Path

from fastapi import HTTPException
from xlwings_server.models import User

from xlmatrix.addin import tokens
from xlmatrix.errors import XlmatrixError

USERS = Path(__file__).resolve().parents[2] / tokens.FILE


async def validate_token(token_string: str) -> User:
    try:
        person = tokens.owner_of(token_string.removeprefix("Bearer ").strip(), tokens.people(USERS))
    except XlmatrixError:
        person = None
    if person is None:
        raise HTTPException(401, "This token opens nothing here: ask who runs the server")
    return User(id=person.id, name=person.id, roles=list(person.roles))
