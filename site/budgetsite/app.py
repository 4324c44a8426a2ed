"""The application: made from a directory of releases, closed by whoever made it; nothing happens at import."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask

from budgetgraph.settings import Settings
from budgetgraph.settings import settings as environment_settings
from budgetsite import descriptions, endpoint, files, home, machines, resources
from budgetsite.context import SERVED
from budgetsite.current import Current
from budgetsite.engine import QueryFailed
from budgetsite.responses import register
from budgetsite.transfers import Transfers
from budgetsite.words import register_words

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Site(Flask):
    """The site over the current release under a directory; it follows when `current` is switched."""

    def __init__(self, directory: Path, settings: Settings, store: str | None = None) -> None:
        super().__init__("budgetsite")
        self.current = Current(directory, settings, store)
        self.transfers = Transfers(self._answer, _too_many_transfers, settings.transfers)

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request; long answers are sent to so many clients at a time."""
        return self.transfers(environ, start_response)

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer queries at once, and everything else through Flask."""
        with self.current.hold() as served:
            environ[SERVED] = served
            root = served.library.addresses.root
            if root != "/" and environ["PATH_INFO"].startswith(root):
                environ["PATH_INFO"] = environ["PATH_INFO"][len(root) - 1 :]
            if environ["PATH_INFO"] == "/sparql":
                found = endpoint.answer(environ, served)
                if found is not None:
                    return endpoint.respond(found, environ["REQUEST_METHOD"], start_response)
            answer: Iterable[bytes] = super().wsgi_app(environ, start_response)
            return answer

    def close(self) -> None:
        """Stop the query workers and close the store."""
        self.current.close()


def _too_many_transfers(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    failed = QueryFailed(503, "too many long answers are being sent; try again later 正在发送的大文件过多", "transfers")
    return endpoint.respond(endpoint.refusal(failed), environ["REQUEST_METHOD"], start_response)


def create_app(directory: Path, settings: Settings | None = None, store: str | None = None, **config: Any) -> Site:
    """Make the site over the releases under *directory*; its queries go to the endpoint at *store*, if it is given.

    Raises ReleaseError if there is no release, SettingError if a setting of the environment is wrong.
    """
    app = Site(directory, settings or environment_settings(), store)
    app.config.update(config)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for blueprint in (home.blueprint, resources.blueprint, files.blueprint, descriptions.blueprint, machines.blueprint):
        app.register_blueprint(blueprint)
    register_words(app)
    register(app)
    return app
