"""telethon-session-sqlalchemy: Telethon's sessions in a database of any kind. FILE is a URL as tgsession takes it."""

from urllib.parse import parse_qs, unquote

from .common import CHANNEL, plain
from .telethon1 import UTC
from .telethon1 import Library as Telethon

TABLES = ("version", "sessions", "entities", "sent_files", "update_state")


def apart(url):
    """The URL for SQLAlchemy, and our own parameters."""
    url, _, query = url.partition("?")
    for scheme in ("mysql", "mariadb"):
        if url.startswith(scheme + "://"):
            url = "mysql+pymysql" + url[len(scheme):] + "?charset=utf8mb4"
    return url, {name: unquote(values[0]) for name, values in parse_qs(query).items()}


class Library(Telethon):
    async def open(self, path, options):
        """options: {"core_mode": true} for the sessions that do without SQLAlchemy's ORM."""
        import sqlalchemy
        from alchemysession import AlchemySessionContainer
        url, ours = apart(path)
        self.engine = sqlalchemy.create_engine(url)
        self.prefix = ours.get("table_prefix", "")
        self.container = AlchemySessionContainer(
            self.engine, table_prefix=self.prefix, manage_tables=ours.get("manage_tables") != "false")
        self.container.core_mode = options.get("core_mode", False)
        self.s = self.container.new_session(ours["session"])

    async def close(self):
        self.container.db.remove()
        self.engine.dispose()

    async def rows(self, query):
        return self.table_rows(query)[1]

    def table_rows(self, query, **values):
        import sqlalchemy
        with self.engine.connect() as connection:
            result = connection.execute(sqlalchemy.text(query), values)
            return list(result.keys()), [list(row) for row in result]

    def of_session(self, table):
        quote = self.engine.dialect.identifier_preparer.quote
        query = "SELECT * FROM " + quote(self.prefix + table)
        if table == "version":
            return self.table_rows(query)
        return self.table_rows(query + " WHERE session_id = :session", session=self.s.session_id)

    async def states(self):
        columns, rows = self.of_session("update_state")
        ids = [row[columns.index("entity_id")] for row in rows]
        found = [(i, self.s.get_update_state(i)) for i in ids]
        return [{"id": CHANNEL - i if i else 0, "pts": s.pts, "qts": s.qts,
                 "date": int(s.date.replace(tzinfo=UTC).timestamp()), "seq": s.seq}
                for i, s in found]

    async def files(self):
        _, rows = self.of_session("sent_files")
        return [{"md5": bytes(md5).hex(), "size": size, "type": kind, "id": i, "access_hash": h}
                for _, md5, size, kind, i, h in rows]

    async def dump(self):
        tables = {}
        for table in TABLES:
            columns, rows = self.of_session(table)
            tables[table] = {"columns": columns, "rows": [[plain(value) for value in row] for row in rows]}
        return {"tables": tables}

    async def delete(self):
        self.s.delete()
        self.container.save()
