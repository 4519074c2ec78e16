"""Opens, keeps and converts the session of any Telegram client.

    from libtgsession import Session

    with Session.open("my_account.session") as session:
        print(session.format, session.dc_id, session.peer_by_username("durov"))

`libtgsession.clients` has storages for Pyrogram, its forks, and Telethon.
"""

from .async_session import AsyncSession
from .conversion import default_server_address, diagnose
from .data_centers import DataCenter, DataCenters, DcAddress
from .engine import Engine, LeaseHolder
from .errors import (
    BadSessionStringError,
    ClosedError,
    CorruptError,
    DiskFullError,
    IncompleteError,
    InternalError,
    InUseError,
    InvalidArgumentError,
    IoError,
    LockedError,
    NotASessionError,
    PermissionDeniedError,
    ReadOnlyError,
    ServerError,
    SessionNotFoundError,
    TgsError,
    UnknownVersionError,
    UnsupportedError,
    UsernameExpired,
    WrongKeyError,
)
from .options import USERNAME_EXPIRY_AS_CLIENT, USERNAME_EXPIRY_NEVER, Lease
from .peer_type import PeerType
from .peers import InputPeer, Peer
from .sent_files import SentFile, SentFileType
from .session import Session
from .session_data import SessionData
from .status import Status, status_name
from .stores import list_sessions
from .update_states import UpdateState
from .values import Counts, Values
from .version import abi_version, version

__all__ = [
    "USERNAME_EXPIRY_AS_CLIENT",
    "USERNAME_EXPIRY_NEVER",
    "AsyncSession",
    "BadSessionStringError",
    "ClosedError",
    "CorruptError",
    "Counts",
    "DataCenter",
    "DataCenters",
    "DcAddress",
    "DiskFullError",
    "Engine",
    "InUseError",
    "IncompleteError",
    "InputPeer",
    "InternalError",
    "InvalidArgumentError",
    "IoError",
    "Lease",
    "LeaseHolder",
    "LockedError",
    "NotASessionError",
    "Peer",
    "PeerType",
    "PermissionDeniedError",
    "ReadOnlyError",
    "SentFile",
    "SentFileType",
    "ServerError",
    "Session",
    "SessionData",
    "SessionNotFoundError",
    "Status",
    "TgsError",
    "UnknownVersionError",
    "UnsupportedError",
    "UpdateState",
    "UsernameExpired",
    "Values",
    "WrongKeyError",
    "abi_version",
    "default_server_address",
    "diagnose",
    "list_sessions",
    "status_name",
    "version",
]
