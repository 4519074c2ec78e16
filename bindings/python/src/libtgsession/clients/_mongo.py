"""MongoStorage's argument: a URL, or the connection that the client's own class takes.

The library has its own driver, so of a connection only its address and login are used. The layout is MongoStorage's.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from .. import errors
from ..options import USERNAME_EXPIRY_NEVER
from ..session import Session
from ._storage import SessionStorage


class MongoSession(SessionStorage):
    """A storage of its client in MongoDB.

    connection: a mongodb:// URL, or a client of motor or pymongo, whose address and login are used.
    remove_peers: whether `delete` removes the peers too.
    """

    WRITES_BEHIND = False
    # The server is elsewhere: lookups always run in a thread.
    _writing = 1

    def __init__(self, name: str, connection: Any, remove_peers: Optional[bool] = False, **told: Any):
        super().__init__(name)  # type: ignore[call-arg]  # of the client's Storage
        url = connection if isinstance(connection, str) else url_of(connection)
        self._set_location(location(url, name, bool(remove_peers)), None, told)

    def _new(self) -> Session:
        return Session.open(self.database, username_expiry=USERNAME_EXPIRY_NEVER)


def location(url: str, name: str, remove_peers: bool) -> str:
    """The URL of the session, which is a database of its name."""
    parts = urlsplit(url)
    if parts.scheme not in ("mongodb", "mongodb+srv"):
        raise errors.InvalidArgumentError("the connection must be a mongodb:// URL, or a client of motor or pymongo")
    query = parts.query + ("&" if parts.query else "") + "remove_peers=true" if remove_peers else parts.query
    # A name in the URL is where the user is, to MongoDB's own clients.
    return urlunsplit((parts.scheme, parts.netloc, "/" + quote(name, safe=""), query, ""))


def url_of(connection: Any) -> str:
    """Of a client of motor or pymongo, which tells nobody its URL."""
    # Motor wraps pymongo's, which has an attribute of every name: a database.
    client = getattr(connection, "__dict__", {}).get("delegate", connection)
    try:
        seeds, options = client._topology_settings.seeds, client.options
        pool, replica_set = options.pool_options, options.replica_set_name
    except AttributeError:
        raise errors.InvalidArgumentError(
            f"the connection must be a mongodb:// URL, or a client of motor or pymongo, not {type(connection).__name__}"
        ) from None
    login = getattr(pool, "_credentials", None)
    return made_url(seeds, login, replica_set, getattr(pool, "_ssl_context", None) is not None)


def made_url(seeds: Any, login: Any, replica_set: Optional[str], tls: bool) -> str:
    parameters: Dict[str, str] = {"tls": "true" if tls else "false"}
    if replica_set:
        parameters["replicaSet"] = replica_set
    user = ""
    if login is not None:
        user = quote(login.username or "", safe="")
        if login.password is not None:
            user += ":" + quote(login.password, safe="")
        user += "@"
        parameters["authSource"] = login.source
        if login.mechanism != "DEFAULT":
            parameters["authMechanism"] = login.mechanism
    hosts: List[str] = []
    for host, port in sorted(seeds, key=str):
        shown = f"[{host}]" if ":" in host else quote(host, safe="")
        hosts.append(shown if port is None else f"{shown}:{port}")
    return f"mongodb://{user}{','.join(hosts)}/?{urlencode(parameters)}"
