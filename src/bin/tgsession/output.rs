//! Buffered standard output.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use serde::Serialize;

use crate::failure::Result;

/// Standard output. A single JSON object is indented on a terminal, and on one line elsewhere.
pub struct Output {
    writer: BufWriter<Stdout>,
    terminal: bool,
}

impl Output {
    pub fn new() -> Self {
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        Self { writer: BufWriter::new(stdout), terminal }
    }

    /// Writes one line of text.
    pub fn line(&mut self, text: &str) -> Result<()> {
        Ok(writeln!(self.writer, "{text}")?)
    }

    /// Whether a person would see it.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Writes bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.writer.write_all(bytes)?)
    }

    /// Writes a single JSON object.
    pub fn json(&mut self, value: &impl Serialize) -> Result<()> {
        if self.terminal {
            serde_json::to_writer_pretty(&mut self.writer, value)?;
            return self.line("");
        }
        self.json_line(value)
    }

    /// Writes a JSON object on one line.
    pub fn json_line(&mut self, value: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.writer, value)?;
        self.line("")
    }

    pub fn flush(&mut self) -> Result<()> {
        Ok(self.writer.flush()?)
    }
}
