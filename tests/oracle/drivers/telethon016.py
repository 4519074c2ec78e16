"""Telethon 0.16 and 0.17: one Session class, and at first without a close()."""

from . import telethon1


class Library(telethon1.Library):
    async def open(self, path, options):
        try:
            from telethon.session import Session
        except ImportError:
            from telethon.tl.session import Session
        self.s = Session(path)

    async def close(self):
        if hasattr(self.s, "close"):
            self.s.close()
        else:
            self.s._conn.close()

    def has_old_files(self):
        return self.entry["schema"] == 2

    async def set_files(self, files):
        if self.has_old_files():
            for file in files:
                self.s.cache_file(bytes.fromhex(file["md5"]), file["size"], file["id"], 1)
        elif self.entry["schema"] > 2:
            await super().set_files(files)

    async def files(self):
        return await super().files() if self.entry["schema"] > 2 else None
