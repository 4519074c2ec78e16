//! One session's database: how a call asks it, how long it waits, and what it does when a connection breaks.

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

/// How often a call that others got in the way of is tried.
const TRIES: u32 = 20;

/// A session's database.
pub struct Store {
    pub server: Arc<Server>,
    pub database: Database,
    /// As errors name it.
    pub shown: String,
    answer: Duration,
}

impl Store {
    /// Prepares to speak with the server of a target. Nothing is sent yet.
    pub fn at(target: &Target) -> Result<Self> {
        let server = runtime()?.block_on(Server::at(&target.address))?;
        let database = server.database(&target.name);
        Ok(Self { server, database, shown: target.shown.clone(), answer: target.address.answer })
    }

    /// Does a call on this thread, and does it anew where its connection had died or others got in its way: every call
    /// of this engine may be done twice.
    pub fn call<T>(&self, action: &str, call: impl AsyncFn() -> Result<T, Fault>) -> Result<T> {
        let tried = async {
            let (mut lost, mut collisions) = (0, 0);
            loop {
                match call().await {
                    Err(fault) if fault.is_lost_connection() && lost == 0 => lost += 1,
                    Err(fault) if fault.is_collision() && collisions < TRIES => collisions += 1,
                    other => return other,
                }
            }
        };
        runtime()?.block_on(tried).map_err(|fault| fault.on(&self.shown, action))
    }

    /// A collection of the database.
    pub fn collection(&self, name: &str) -> Collection<RawDocumentBuf> {
        self.database.collection(name)
    }

    /// Waits for an answer, but not forever.
    pub async fn bounded<T>(&self, asked: impl IntoFuture<Output = mongodb::error::Result<T>>) -> Result<T, Fault> {
        match tokio::time::timeout(self.answer, asked.into_future()).await {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(Fault::Silence(self.answer)),
        }
    }

    /// Reads all documents of a collection that a filter finds, in the order of their `_id`s where that is wanted.
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

    /// Writes: in one transaction where the server knows such, else stage by stage.
    pub async fn write(&self, writes: &Writes) -> Result<(), Fault> {
        if !writes.is_atomic() && self.server.has_transactions().await? {
            return self.write_in_transaction(writes).await;
        }
        for stage in writes.stages() {
            // At once, each on a connection of its own: the call lasts as long as the longest of them.
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
