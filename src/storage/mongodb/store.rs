//! One session's database: how a call reaches it, how long it waits, and when it retries.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use mongodb::bson::{Document, RawDocumentBuf};
use mongodb::{ClientSession, Collection, Database};

use super::fault::Fault;
use super::server::{Server, runtime};
use super::target::Target;
use super::writes::{Command, Writes};
use crate::error::Result;

/// Retries after a write conflict.
const MAX_RETRIES: u32 = 20;

/// A session's database.
pub struct Store {
    pub server: Arc<Server>,
    pub database: Database,
    /// As errors name it.
    pub shown: String,
    answer: Duration,
}

impl Store {
    /// Prepares access to the target's database. Nothing is sent yet.
    pub fn new(target: &Target) -> Result<Self> {
        let server = runtime()?.block_on(Server::get(&target.address))?;
        let database = server.database(&target.name);
        Ok(Self { server, database, shown: target.shown.clone(), answer: target.address.answer })
    }

    /// Runs a call on this thread. It is retried if the connection was broken or after a write conflict: every call of
    /// this engine may run twice.
    pub fn call<T>(&self, action: &str, call: impl AsyncFn() -> Result<T, Fault>) -> Result<T> {
        let tried = async {
            let (mut lost, mut conflicts) = (0, 0);
            loop {
                match call().await {
                    Err(fault) if fault.is_lost_connection() && lost == 0 => lost += 1,
                    Err(fault) if fault.is_conflict() && conflicts < MAX_RETRIES => conflicts += 1,
                    other => return other,
                }
            }
        };
        runtime()?.block_on(tried).map_err(|fault| self.server.explained(fault.on(&self.shown, action)))
    }

    /// A collection of the database.
    pub fn collection(&self, name: &str) -> Collection<RawDocumentBuf> {
        self.database.collection(name)
    }

    /// Waits for an answer, but not forever.
    pub async fn bounded<T>(&self, asked: impl IntoFuture<Output = mongodb::error::Result<T>>) -> Result<T, Fault> {
        match tokio::time::timeout(self.answer, asked.into_future()).await {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(Fault::Timeout(self.answer)),
        }
    }

    /// Reads all documents of a collection that a filter finds.
    pub async fn find(
        &self,
        collection: &str,
        filter: Document,
        session: Option<&mut ClientSession>,
    ) -> Result<Vec<RawDocumentBuf>, Fault> {
        let collection = self.collection(collection);
        let find = collection.find(filter).batch_size(10_000);
        let mut found = Vec::new();
        match session {
            None => {
                let mut cursor = self.bounded(find).await?;
                while self.bounded(cursor.advance()).await? {
                    found.push(cursor.current().to_owned());
                }
            }
            Some(session) => {
                let mut cursor = self.bounded(find.session(&mut *session)).await?;
                while self.bounded(cursor.advance(&mut *session)).await? {
                    found.push(cursor.current().to_owned());
                }
            }
        }
        Ok(found)
    }

    /// Reads these parts of all documents of a collection.
    pub async fn find_parts(&self, collection: &str, parts: Document) -> Result<Vec<RawDocumentBuf>, Fault> {
        let collection = self.collection(collection);
        let mut cursor = self.bounded(collection.find(Document::new()).projection(parts).batch_size(10_000)).await?;
        let mut found = Vec::new();
        while self.bounded(cursor.advance()).await? {
            found.push(cursor.current().to_owned());
        }
        Ok(found)
    }

    /// Writes: in one transaction if the server has them, otherwise stage by stage.
    pub async fn write(&self, writes: &Writes) -> Result<(), Fault> {
        if !writes.is_atomic() && self.server.has_transactions().await? {
            return self.write_in_transaction(writes).await;
        }
        for stage in writes.stages() {
            // In parallel, each on its own connection: the call takes as long as the slowest of them.
            let answers = join_all(stage.iter().map(|command| self.run(command))).await;
            answers.into_iter().collect::<Result<Vec<()>, Fault>>()?;
        }
        Ok(())
    }

    async fn run(&self, command: &Command) -> Result<(), Fault> {
        let document = command.document(self.server.write_concern())?;
        command.check(&self.bounded(self.database.run_raw_command(document)).await?)
    }

    async fn write_in_transaction(&self, writes: &Writes) -> Result<(), Fault> {
        let mut session = self.bounded(self.server.client().start_session()).await?;
        self.bounded(session.start_transaction()).await?;
        for command in writes.stages().flatten() {
            // A transaction has its write concern at its end, and does one command after another.
            let asked = self.database.run_raw_command(command.document(None)?).session(&mut session);
            let done = match self.bounded(asked).await {
                Ok(answer) => command.check(&answer),
                Err(fault) => Err(fault),
            };
            if let Err(fault) = done {
                // If this fails too, the server ends the transaction by itself.
                let _ = self.bounded(session.abort_transaction()).await;
                return Err(fault);
            }
        }
        self.bounded(session.commit_transaction()).await
    }
}
