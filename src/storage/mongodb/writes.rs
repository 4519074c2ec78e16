//! The writes of one call: commands whose order does not matter, in stages whose order does.

use mongodb::bson::raw::RawArrayBuf;
use mongodb::bson::{RawBson, RawDocumentBuf, rawdoc};
use mongodb::options::WriteConcern;

use super::fault::Fault;

/// A command's document is far below the 16 MB that a server takes, and of as many statements as it takes.
const MOST_BYTES: usize = 4_000_000;
const MOST_STATEMENTS: usize = 10_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Insert,
    Update,
    Delete,
}

/// One statement of a command, and how many documents it must find.
pub struct Statement {
    document: RawDocumentBuf,
    /// If it finds fewer, another client has changed them since they were read.
    least: i64,
}

/// One `insert`, `update` or `delete` command.
pub struct Command {
    verb: Verb,
    collection: &'static str,
    statements: Vec<Statement>,
}

/// The writes of one call. Each may run twice without harm.
#[derive(Default)]
pub struct Writes {
    stages: Vec<Vec<Command>>,
}

impl Writes {
    /// Begins a new stage: it runs after everything that was added before.
    pub fn then(&mut self) {
        self.stages.push(Vec::new());
    }

    /// Adds changes of documents of a collection.
    pub fn update(&mut self, collection: &'static str, statements: Vec<Statement>) {
        self.add(Verb::Update, collection, statements);
    }

    /// Adds new documents.
    pub fn insert(&mut self, collection: &'static str, documents: Vec<RawDocumentBuf>) {
        let statements = documents.into_iter().map(|document| Statement { document, least: 0 });
        self.add(Verb::Insert, collection, statements.collect());
    }

    /// Adds the removal of all documents that one of these filters finds.
    pub fn delete(&mut self, collection: &'static str, filters: Vec<RawDocumentBuf>) {
        let delete = |filter| Statement { document: rawdoc! { "q": filter, "limit": 0 }, least: 0 };
        self.add(Verb::Delete, collection, filters.into_iter().map(delete).collect());
    }

    fn add(&mut self, verb: Verb, collection: &'static str, statements: Vec<Statement>) {
        if self.stages.is_empty() {
            self.then();
        }
        let Some(stage) = self.stages.last_mut() else { return };
        for statement in statements {
            match stage.iter_mut().rfind(|command| (command.verb, command.collection) == (verb, collection)) {
                Some(command) if command.has_room(&statement) => command.statements.push(statement),
                _ => stage.push(Command { verb, collection, statements: vec![statement] }),
            }
        }
    }

    /// The stages, each with its commands.
    pub fn stages(&self) -> impl Iterator<Item = &[Command]> {
        self.stages.iter().map(Vec::as_slice)
    }

    /// Whether the server does it atomically even without a transaction: it changes one document.
    pub fn is_atomic(&self) -> bool {
        self.stages.iter().flatten().map(|command| command.statements.len()).sum::<usize>() <= 1
    }
}

impl Command {
    fn has_room(&self, statement: &Statement) -> bool {
        let size = |statement: &Statement| statement.document.as_bytes().len();
        self.statements.len() < MOST_STATEMENTS
            && self.statements.iter().map(size).sum::<usize>() + size(statement) < MOST_BYTES
    }

    /// The command as the server takes it.
    pub fn document(&self, write_concern: Option<&WriteConcern>) -> Result<RawDocumentBuf, Fault> {
        let mut statements = RawArrayBuf::new();
        for statement in &self.statements {
            statements.push(statement.document.as_ref());
        }
        // If one fails, the others are still done.
        let mut document = match self.verb {
            Verb::Insert => rawdoc! { "insert": self.collection, "documents": statements, "ordered": false },
            Verb::Update => rawdoc! { "update": self.collection, "updates": statements, "ordered": false },
            Verb::Delete => rawdoc! { "delete": self.collection, "deletes": statements, "ordered": false },
        };
        if let Some(write_concern) = write_concern {
            document.append(mongodb::bson::cstr!("writeConcern"), concern(write_concern)?);
        }
        Ok(document)
    }

    /// Judges the server's answer.
    pub fn check(&self, answer: &mongodb::bson::Document) -> Result<(), Fault> {
        check(answer)?;
        let found = answer.get_i32("n").map(i64::from).or_else(|_| answer.get_i64("n")).unwrap_or_default();
        if found < self.statements.iter().map(|statement| statement.least).sum() {
            Err(Fault::Conflict)
        } else {
            Ok(())
        }
    }
}

/// A command that succeeded may report statements that failed.
pub fn check(answer: &mongodb::bson::Document) -> Result<(), Fault> {
    let errors = answer.get_array("writeErrors").ok().and_then(|errors| errors.first()?.as_document());
    let error = errors.or_else(|| answer.get_document("writeConcernError").ok());
    let Some(error) = error else { return Ok(()) };
    let message = error.get_str("errmsg").unwrap_or("no reason is given").to_owned();
    Err(Fault::Refused { code: error.get_i32("code").unwrap_or_default(), message })
}

fn concern(write_concern: &WriteConcern) -> Result<RawDocumentBuf, Fault> {
    let document = mongodb::bson::serialize_to_raw_document_buf(write_concern)?;
    Ok(document)
}

/// Changes the document with an `_id`, or creates it.
pub fn upsert(id: RawBson, update: RawDocumentBuf) -> Statement {
    Statement { document: rawdoc! { "q": { "_id": id }, "u": update, "upsert": true }, least: 1 }
}

/// Changes all documents that a filter finds. If it finds fewer than `least`, another client has changed some of them.
pub fn change(filter: RawDocumentBuf, update: RawDocumentBuf, least: usize) -> Statement {
    let least = i64::try_from(least).unwrap_or(i64::MAX);
    Statement { document: rawdoc! { "q": filter, "u": update, "multi": true }, least }
}

/// Several values as an array.
pub fn array(values: impl IntoIterator<Item = RawBson>) -> RawArrayBuf {
    let mut array = RawArrayBuf::new();
    for value in values {
        array.push(value);
    }
    array
}

/// What a value must be: one of these. Of one it is the simpler question, which more servers answer well.
pub fn one_of(values: Vec<RawBson>) -> RawBson {
    match <[RawBson; 1]>::try_from(values) {
        Ok([value]) => value,
        Err(values) => RawBson::Document(rawdoc! { "$in": array(values) }),
    }
}

/// What a value must be: none of these.
pub fn none_of(values: Vec<RawBson>) -> RawBson {
    RawBson::Document(match <[RawBson; 1]>::try_from(values) {
        Ok([value]) => rawdoc! { "$ne": value },
        Err(values) => rawdoc! { "$nin": array(values) },
    })
}
