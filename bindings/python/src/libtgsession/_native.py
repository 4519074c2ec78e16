"""The C interface: loaded, and checked to be the one that this package was built for.

It is reached through a module that cffi compiles ("API mode"). Measured per call that is about 110 ns, where cffi's
"ABI mode" costs 190 and ctypes 230; for `tgs_get_peer_by_id` 350, 580 and 1250. cffi lets go of the GIL in each call.
"""

from __future__ import annotations

from ._tgsession import ffi, lib

__all__ = ["NULL", "check_abi", "ffi", "lib"]

NULL = ffi.NULL


def check_abi(built_for: int, loaded: int) -> None:
    """Refuses a library whose functions or structs may be others."""
    if built_for != loaded:
        raise ImportError(
            f"libtgsession was built for version {built_for} of tgsession's binary interface, "
            f"but the library that was loaded has version {loaded}"
        )


check_abi(lib.TGS_ABI_VERSION, lib.tgs_abi_version())
