//! The writes of one call: commands whose order does not matter, in stages whose order does.

use mongodb::bson::raw::RawArrayBuf;
use mongodb::bson::{RawBson, RawDocumentBuf, rawdoc};
use mongodb::options::WriteConcern;

use super::fault::Fault;

/// A command's document is far below the 16 MB that a server takes, and of as many statements as it takes.
const MOST_BYTES: usize = 4_000_000;
const MOST_STATEMENTS: usize = 10_000;

#[derive(Clone, Copy)]
enum Verb {
    Update,
    Delete,
}

/// One `update` or `delete` command.
pub struct Command {
    verb: Verb,
    collection: &'static str,
    statements: Vec<RawDocumentBuf>,
    /// Its one statement must find its document as it was read; else somebody else has changed that.
    conditional: bool,
}

/// The writes of one call. Each may be done twice without harm.
#[derive(Default)]
pub struct Writes {
    stages: Vec<Vec<Command>>,
}

impl Writes {
    /// Begins a stage: what was added before is done before.
    pub fn then(&mut self) {
        self.stages.push(Vec::new());
    }

    /// Adds upserts or other updates of documents of a collection.
    pub fn update(&mut self, collection: &'static str, statements: Vec<RawDocumentBuf>) {
        self.add(Verb::Update, collection, statements);
    }

    /// Adds an update of one document that must still be as it was read.
    pub fn update_if_unchanged(&mut self, collection: &'static str, statement: RawDocumentBuf) {
        self.push(Command { verb: Verb::Update, collection, statements: vec![statement], conditional: true });
    }

    /// Adds deletions.
    pub fn delete(&mut self, collection: &'static str, statements: Vec<RawDocumentBuf>) {
        self.add(Verb::Delete, collection, statements);
    }

    fn add(&mut self, verb: Verb, collection: &'static str, statements: Vec<RawDocumentBuf>) {
        let (mut part, mut bytes) = (Vec::new(), 0);
        for statement in statements {
            let size = statement.as_bytes().len();
            if !part.is_empty() && (bytes + size > MOST_BYTES || part.len() == MOST_STATEMENTS) {
                self.push(Command { verb, collection, statements: std::mem::take(&mut part), conditional: false });
                bytes = 0;
            }
            bytes += size;
            part.push(statement);
        }
        if !part.is_empty() {
            self.push(Command { verb, collection, statements: part, conditional: false });
        }
    }

    fn push(&mut self, command: Command) {
        if self.stages.is_empty() {
            self.then();
        }
        if let Some(stage) = self.stages.last_mut() {
            stage.push(command);
        }
    }

    /// The stages, each with its commands.
    pub fn stages(&self) -> impl Iterator<Item = &[Command]> {
        self.stages.iter().map(Vec::as_slice)
    }

    /// Whether the server does it wholly or not at all by itself: it is the change of one document.
    pub fn is_atomic(&self) -> bool {
        self.stages.iter().flatten().map(|command| command.statements.len()).sum::<usize>() <= 1
    }
}

impl Command {
    /// The command as the server takes it.
    pub fn document(&self, write_concern: Option<&WriteConcern>) -> Result<RawDocumentBuf, Fault> {
        let mut statements = RawArrayBuf::new();
        for statement in &self.statements {
            statements.push(statement.as_ref());
        }
        // One that fails does not keep the others from being done.
        let mut document = match self.verb {
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
        if self.conditional && found == 0 { Err(Fault::Overtaken) } else { Ok(()) }
    }
}

/// A command that was carried out may tell of parts that were not.
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

/// A statement that changes the document with an `_id`, and makes it where it is not there.
pub fn upsert(id: RawBson, update: RawDocumentBuf) -> RawDocumentBuf {
    rawdoc! { "q": { "_id": id }, "u": update, "upsert": true }
}

/// A statement that removes the documents that a filter finds.
pub fn delete(filter: RawDocumentBuf) -> RawDocumentBuf {
    rawdoc! { "q": filter, "limit": 0 }
}

/// Several values as an array.
pub fn array(values: impl IntoIterator<Item = RawBson>) -> RawArrayBuf {
    let mut array = RawArrayBuf::new();
    for value in values {
        array.push(value);
    }
    array
}
