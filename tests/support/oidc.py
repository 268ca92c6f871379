"""A small OpenID Connect provider on localhost: the visitor says who they are, and it vouches for them."""

import base64
import html
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "mapa-klastrow", "tajne-tylko-w-testach"
# Address, and whether the provider calls it verified.
PEOPLE = {"anna@urzad.example": True, "ktos@obcy.example": True, "niepewny@urzad.example": False}


class _Provider(BaseHTTPRequestHandler):
    key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
    codes = {}  # noqa: RUF012 - shared by the handlers on purpose

    def do_GET(self):
        """Answer discovery, keys and the page where the visitor chooses who they are."""
        url = urlsplit(self.path)
        asked = {k: v[0] for k, v in parse_qs(url.query).items()}
        if url.path == "/.well-known/openid-configuration":
            self._json(
                {
                    "issuer": self._issuer,
                    "authorization_endpoint": f"{self._issuer}/authorize",
                    "token_endpoint": f"{self._issuer}/token",
                    "jwks_uri": f"{self._issuer}/jwks",
                    "response_types_supported": ["code"],
                    "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                    "code_challenge_methods_supported": ["S256"],
                }
            )
        elif url.path == "/jwks":
            self._json({"keys": [self.key.as_dict(private=False)]})
        elif url.path == "/authorize" and asked["client_id"] == CLIENT:
            rows = []
            for email in PEOPLE:
                code = secrets.token_urlsafe(16)
                self.codes[code] = (email, asked.get("nonce"), asked["redirect_uri"])
                back = f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
                rows.append(f"<p><a href='{html.escape(back)}'>{email}</a></p>")
            self._send(f"<!doctype html><title>Logowanie</title>{''.join(rows)}".encode(), "text/html; charset=utf-8")
        else:
            self.send_error(404)

    def do_POST(self):
        """Exchange a code for tokens, once, for the client that knows the secret."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {k: v[0] for k, v in parse_qs(body).items()}
        basic = self.headers.get("Authorization", "").removeprefix("Basic ")
        client = base64.b64decode(basic).decode() if basic else f"{form.get('client_id')}:{form.get('client_secret')}"
        known = self.codes.pop(form.get("code", ""), None)
        if client != f"{CLIENT}:{SECRET}" or known is None or known[2] != form.get("redirect_uri"):
            self.send_error(400)
            return
        email, nonce, _ = known
        now = int(time.time())
        claims = {"iss": self._issuer, "sub": email, "aud": CLIENT, "iat": now, "exp": now + 3600, "nonce": nonce}
        claims |= {"email": email, "email_verified": PEOPLE[email], "name": email}
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)
        self._json({"access_token": "x", "token_type": "Bearer", "expires_in": 3600, "id_token": token})

    @property
    def _issuer(self):
        return f"http://localhost:{self.server.server_address[1]}"

    def _json(self, content):
        self._send(json.dumps(content).encode(), "application/json")

    def _send(self, content, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def running_provider():
    """Run the provider until the block ends; yield its address."""
    server = ThreadingHTTPServer(("localhost", 0), _Provider)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def secrets_toml(provider, app_port):
    """Return what the app needs to know of the provider."""
    return f"""[auth]
redirect_uri = "http://localhost:{app_port}/oauth2callback"
cookie_secret = "{secrets.token_hex(32)}"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""
