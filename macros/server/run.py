"""Start the server: python run.py; see README.md."""

import argparse
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    parser = argparse.ArgumentParser(description="Serve xlmatrix to Excel.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at")
    parser.add_argument("--port", type=int, default=8000, help="port to listen at")
    parser.add_argument(
        "--without-login", action="store_true", help="answer this computer alone, and ask nobody"
    )
    parser.add_argument("--add", metavar="NAME", help="give somebody a token, and end")
    wanted = parser.parse_args()
    try:
        from xlmatrix.addin import guard, stamps, tokens
        from xlmatrix.errors import XlmatrixError
    except ImportError:
        print("xlmatrix is not installed: pip install -r requirements.txt", file=sys.stderr)
        return 2
    try:
        if wanted.add:
            token = tokens.add(HERE / tokens.FILE, wanted.add)
            print(f"The token of {wanted.add}, which is shown once: {token}")
            return 0
        return serve(guard, stamps, tokens, wanted)
    except XlmatrixError as error:
        print(error, file=sys.stderr)
        return 2


def serve(guard, stamps, tokens, wanted) -> int:
    from xlmatrix.errors import XlmatrixError

    os.chdir(HERE)
    os.environ["XLWINGS_PROJECT_DIR"] = str(HERE)
    os.environ[guard.STARTED] = str(os.getpid())
    import uvicorn
    from dotenv import dotenv_values
    from xlwings_server.config import settings

    # The server reads its own settings from that file, and this one is ours.
    os.environ.setdefault(stamps.ROLES, dotenv_values(HERE / ".env").get(stamps.ROLES) or "")
    providers = list(settings.auth_providers or [])
    guard.check_start(providers, wanted.host, without_login=wanted.without_login)
    if "tokens" in providers:
        tokens.people(HERE / tokens.FILE)
    if "entraid" in providers and not (
        settings.auth_entraid_client_id and settings.auth_entraid_tenant_id
    ):
        raise XlmatrixError(
            "the login by Entra ID lacks its client or tenant",
            where=".env",
            mend="Set XLWINGS_AUTH_ENTRAID_CLIENT_ID and XLWINGS_AUTH_ENTRAID_TENANT_ID",
        )
    for name in providers:
        if name not in ("tokens", "entraid") and not (HERE / "auth" / name).is_dir():
            raise XlmatrixError(
                f"there is no login {name!r} in this project",
                where=".env",
                mend=f'Use ["tokens"] or ["entraid"], or write auth/{name}/__init__.py',
            )
    from xlwings_server.main import main_app

    key, certificate = (HERE / "certs" / name for name in ("key.pem", "cert.pem"))
    secure = key.exists() and certificate.exists()
    if not secure:
        print("No certs/key.pem and certs/cert.pem: Excel needs https, see README.md")
    uvicorn.run(
        guard.Guard(main_app, login=bool(providers)),
        host=wanted.host,
        port=wanted.port,
        # Only this process knows what people have read; and a relayed address proves nothing.
        workers=1,
        proxy_headers=False,
        ssl_keyfile=str(key) if secure else None,
        ssl_certfile=str(certificate) if secure else None,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
