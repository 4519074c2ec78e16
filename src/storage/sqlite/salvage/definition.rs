//! The columns of a table, from the text that created it. The text may be anything: it is read, and never run.

/// What a `CREATE TABLE` statement tells.
#[derive(Debug, PartialEq, Eq)]
pub struct Definition {
    /// In lower case.
    pub columns: Vec<String>,
    /// The column that is the row id.
    pub alias: Option<usize>,
    pub without_rowid: bool,
}

// Longer than any client's.
const LONGEST: usize = 10_000;

impl Definition {
    /// Reads a statement. `None` if it is not one that names columns.
    pub fn read(sql: &str) -> Option<Self> {
        let sql = sql.get(..LONGEST).unwrap_or(sql);
        let (head, body) = sql.split_once('(')?;
        if !head.trim_start().to_ascii_lowercase().starts_with("create table") {
            return None;
        }
        let (parts, tail) = split(body)?;
        let without_rowid =
            tail.to_ascii_lowercase().split_whitespace().collect::<Vec<_>>().join(" ").contains("without rowid");
        let mut definition = Self { columns: Vec::new(), alias: None, without_rowid };
        for part in parts {
            definition.read_part(part.trim());
        }
        (!definition.columns.is_empty()).then_some(definition)
    }

    fn read_part(&mut self, part: &str) {
        let Some((name, rest)) = name(part) else { return };
        let words: Vec<String> = rest.to_ascii_lowercase().split_whitespace().map(str::to_owned).collect();
        if ["constraint", "primary", "unique", "check", "foreign"].contains(&name.as_str()) {
            return;
        }
        let is_key = words.windows(2).any(|pair| pair[0] == "primary" && pair[1].starts_with("key"));
        // Only a column of just this type is the row id.
        if is_key && words.first().is_some_and(|word| word == "integer") && !self.without_rowid {
            self.alias = Some(self.columns.len());
        }
        self.columns.push(name);
    }
}

// The parts between the commas that are in no parentheses, and what comes after the closing one.
fn split(body: &str) -> Option<(Vec<&str>, &str)> {
    let (mut parts, mut depth, mut start, mut quote) = (Vec::new(), 0_u32, 0, None);
    for (at, character) in body.char_indices() {
        match (quote, character) {
            (Some(open), _) => quote = Some(open).filter(|open| *open != character),
            (None, '\'' | '"' | '`') => quote = Some(character),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => {
                parts.push(&body[start..at]);
                return Some((parts, &body[at + 1..]));
            }
            (None, ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&body[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    None
}

// The name at the start of a part, and what follows.
fn name(part: &str) -> Option<(String, &str)> {
    let quoted = match part.chars().next()? {
        quote @ ('"' | '`' | '\'') => part[1..].split_once(quote),
        '[' => part[1..].split_once(']'),
        _ => None,
    };
    let (name, rest) = quoted.unwrap_or_else(|| {
        let end = part.find(|character: char| character.is_whitespace() || character == '(').unwrap_or(part.len());
        part.split_at(end)
    });
    (!name.is_empty()).then(|| (name.to_lowercase(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(sql: &str) -> Vec<String> {
        Definition::read(sql).unwrap().columns
    }

    #[test]
    fn clients_statements_are_read() {
        let peers = "CREATE TABLE peers\n(\n id INTEGER PRIMARY KEY,\n type INTEGER NOT NULL,\n last_update_on INTEGER \
                     NOT NULL DEFAULT (CAST(STRFTIME('%s', 'now') AS INTEGER))\n)";
        let peers = Definition::read(peers).unwrap();
        assert_eq!((peers.columns.join(" ").as_str(), peers.alias), ("id type last_update_on", Some(0)));
        let names = "CREATE TABLE usernames ( id INTEGER, username TEXT, FOREIGN KEY (id) REFERENCES peers(id))";
        assert_eq!(columns(names), ["id", "username"]);
        assert_eq!(Definition::read("create table usernames (id TEXT PRIMARY KEY)").unwrap().alias, None);
        let old = Definition::read("create table version (version integer primary key) without  rowid").unwrap();
        assert_eq!((old.without_rowid, old.alias), (true, None));
        assert_eq!(
            columns(r#"CREATE TABLE "a" ("the id", [b], 'c' text, primary key("the id", b))"#),
            ["the id", "b", "c"]
        );
    }

    #[test]
    fn other_texts_are_none() {
        for sql in ["", "CREATE INDEX i ON a (b)", "CREATE TABLE a AS SELECT 1", "CREATE TABLE a (b", "create table é("]
        {
            assert_eq!(Definition::read(sql), None, "{sql}");
        }
    }
}
