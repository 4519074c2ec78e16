"""Opens td.binlog files by TDLib itself, offline, and says what it makes of them.

Reads a JSON list of {"folder", "database_key" in base64} from standard input, and writes a list of {"state", "my_id",
"error"}: the authorization state, the id of the user, and TDLib's refusal. TGS_TDLIB is the library.
"""

import ctypes
import json
import os
import sys
import time

SECONDS = 60
PASSED_OVER = {"authorizationStateWaitTdlibParameters"}


class Client:
    """A client of TDLib, whose database stands in a folder."""

    def __init__(self, library):
        self.library = library
        self.number = library.td_create_client_id()

    def send(self, kind, **parameters):
        request = {"@type": kind, **parameters}
        self.library.td_send(self.number, json.dumps(request).encode())

    def receive(self, is_answer):
        """Returns the first message of which is_answer says something."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            message = self.library.td_receive(1.0)
            answer = message and is_answer(json.loads(message))
            if answer:
                return answer
        raise TimeoutError("TDLib does not answer")

    def open(self, folder, database_key):
        self.send(
            "setTdlibParameters",
            database_directory=folder,
            database_encryption_key=database_key,
            api_id=1,
            api_hash="a",
            system_language_code="en",
            device_model="test",
            application_version="1",
        )
        self.options = {}
        state, error = self.receive(self.is_opened)
        my_id = self.options.get("my_id")
        self.send("close")
        self.receive(lambda message: state_of(message) == "authorizationStateClosed")
        return {"state": state, "my_id": my_id, "error": error}

    def is_opened(self, message):
        if message["@type"] == "updateOption":
            self.options[message["name"]] = message["value"].get("value")
        if message["@type"] == "error":
            return None, message["message"]
        state = state_of(message)
        return (state, None) if state and state not in PASSED_OVER else None


def state_of(message):
    if message["@type"] == "updateAuthorizationState":
        return message["authorization_state"]["@type"]
    return None


def load(path):
    library = ctypes.CDLL(path)
    library.td_receive.restype = library.td_execute.restype = ctypes.c_char_p
    library.td_receive.argtypes = [ctypes.c_double]
    library.td_execute.argtypes = [ctypes.c_char_p]
    library.td_send.argtypes = [ctypes.c_int, ctypes.c_char_p]
    # It logs to standard error, of which nobody reads.
    library.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())
    return library


def main():
    library = load(os.environ["TGS_TDLIB"])
    questions = json.load(sys.stdin)
    json.dump([Client(library).open(**question) for question in questions], sys.stdout)
    sys.stdout.flush()
    # All databases are closed. Threads of TDLib's may still run: an ordinary end takes away what they use, and TDLib aborts.
    os._exit(0)


if __name__ == "__main__":
    main()
