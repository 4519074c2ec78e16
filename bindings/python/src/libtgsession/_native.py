"""Loads the C interface, and checks that it is the one that this package was built for.

The package calls it through a module compiled by cffi ("API mode"). A call costs about 110 ns; cffi's "ABI mode" costs 190
and ctypes 230. `tgs_get_peer_by_id` costs 350, 580 and 1250. cffi releases the GIL during each call.
"""

from __future__ import annotations

from ._tgsession import ffi, lib

__all__ = ["NULL", "check_abi", "ffi", "lib"]

NULL = ffi.NULL


def check_abi(built_for: int, loaded: int) -> None:
    """Refuses a library whose functions or structs may differ."""
    if built_for != loaded:
        raise ImportError(
            f"libtgsession was built for version {built_for} of tgsession's binary interface, "
            f"but the library that was loaded has version {loaded}"
        )


check_abi(lib.TGS_ABI_VERSION, lib.tgs_abi_version())
