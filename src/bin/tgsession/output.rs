//! Standard output.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use serde::Serialize;

use crate::failure::Result;

/// Standard output: one object of JSON is indented for people and stands on one line for programs.
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

    /// One line of text.
    pub fn line(&mut self, text: &str) -> Result<()> {
        Ok(writeln!(self.writer, "{text}")?)
    }

    /// One object of JSON.
    pub fn json(&mut self, value: &impl Serialize) -> Result<()> {
        if self.terminal {
            serde_json::to_writer_pretty(&mut self.writer, value)?;
            return self.line("");
        }
        self.json_line(value)
    }

    /// One object of many, each on a line of its own.
    pub fn json_line(&mut self, value: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.writer, value)?;
        self.line("")
    }

    pub fn flush(&mut self) -> Result<()> {
        Ok(self.writer.flush()?)
    }
}
