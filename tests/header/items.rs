//! The items of a C header as cbindgen writes it: a comment, and the declaration below it.

/// A documented declaration.
#[derive(Clone, Debug)]
pub struct Item {
    /// The lines of the comment, without its stars.
    pub doc: Vec<String>,
    pub declaration: Declaration,
}

#[derive(Clone, Debug)]
pub enum Declaration {
    /// `#define NAME VALUE`
    Constant {
        name: String,
        value: String,
    },
    /// A type that callers see only pointers to.
    Opaque {
        name: String,
    },
    /// `enum` or `struct`, with its members.
    Type {
        keyword: String,
        name: String,
        members: Vec<Member>,
    },
    Function(Function),
}

#[derive(Clone, Debug)]
pub struct Member {
    pub doc: Vec<String>,
    /// With its `;` or `,`.
    pub code: String,
}

#[derive(Clone, Debug)]
pub struct Function {
    /// With its `*`.
    pub result: String,
    pub name: String,
    /// None for `void`.
    pub parameters: Vec<String>,
}

impl Item {
    pub fn name(&self) -> &str {
        match &self.declaration {
            Declaration::Constant { name, .. } | Declaration::Opaque { name } | Declaration::Type { name, .. } => name,
            Declaration::Function(function) => &function.name,
        }
    }

    pub fn function(&self) -> Option<&Function> {
        match &self.declaration {
            Declaration::Function(function) => Some(function),
            _ => None,
        }
    }

    /// Every word of it, comments included, in its order.
    pub fn words(&self) -> Vec<String> {
        let mut texts: Vec<String> = self.doc.clone();
        match &self.declaration {
            Declaration::Type { members, .. } => {
                for member in members {
                    texts.extend(member.doc.clone());
                    texts.push(member.code.clone());
                }
            }
            Declaration::Function(function) => {
                texts.push(function.result.clone());
                texts.extend(function.parameters.clone());
            }
            Declaration::Constant { .. } | Declaration::Opaque { .. } => {}
        }
        let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
        texts.iter().flat_map(|text| text.split(|character| !is_part(character))).map(str::to_owned).collect()
    }
}

impl Function {
    /// The name of a parameter.
    pub fn name_of(parameter: &str) -> &str {
        parameter.rsplit([' ', '*']).next().unwrap_or(parameter)
    }
}

/// The items of a header, in its order.
pub fn parse(header: &str) -> Vec<Item> {
    let blocks = header.split("\n\n").map(str::trim).filter(|block| block.starts_with("/**"));
    blocks.map(|block| item(&block.lines().map(str::trim).collect::<Vec<_>>())).collect()
}

fn item(lines: &[&str]) -> Item {
    let (doc, code) = comment(lines);
    let first = code[0];
    let declaration = if let Some(constant) = first.strip_prefix("#define ") {
        let (name, value) = constant.split_once(' ').unwrap();
        Declaration::Constant { name: name.to_owned(), value: value.to_owned() }
    } else if let Some(opened) = first.strip_prefix("typedef ").and_then(|rest| rest.strip_suffix(" {")) {
        let (keyword, name) = opened.split_once(' ').unwrap();
        let members = members(&code[1..code.len() - 1]);
        Declaration::Type { keyword: keyword.to_owned(), name: name.to_owned(), members }
    } else if let Some(opaque) = first.strip_prefix("typedef struct ") {
        Declaration::Opaque { name: opaque.split(' ').next().unwrap().to_owned() }
    } else {
        Declaration::Function(function(&joined(code)))
    };
    Item { doc, declaration }
}

/// The comment at the beginning, and what is below it.
fn comment<'a>(lines: &'a [&'a str]) -> (Vec<String>, &'a [&'a str]) {
    let end = lines.iter().position(|line| *line == "*/").unwrap();
    let text = |line: &&str| line.strip_prefix('*').map(|text| text.strip_prefix(' ').unwrap_or(text).to_owned());
    (without_safety_note(lines[1..end].iter().filter_map(text).collect()), &lines[end + 1..])
}

// "# Safety" is for Rust's readers: what it says, the header says for each parameter.
fn without_safety_note(mut doc: Vec<String>) -> Vec<String> {
    if let Some(note) = doc.iter().position(|line| line == "# Safety") {
        doc.truncate(note);
    }
    while doc.last().is_some_and(String::is_empty) {
        doc.pop();
    }
    doc
}

fn members<'a>(mut lines: &'a [&'a str]) -> Vec<Member> {
    let mut members = Vec::new();
    while !lines.is_empty() {
        let (doc, rest) = comment(lines);
        // Only parameters of a function end in a comma with more below: their parentheses are open there.
        let is_last = |code: &str| code.ends_with([';', ',']) && code.matches('(').count() == code.matches(')').count();
        let count = (1..=rest.len()).find(|count| is_last(&joined(&rest[..*count]))).unwrap();
        members.push(Member { doc, code: joined(&rest[..count]) });
        lines = &rest[count..];
    }
    members
}

fn function(code: &str) -> Function {
    let (head, parameters) = code.trim_end_matches(");").split_once('(').unwrap();
    let split = head.rfind([' ', '*']).unwrap() + 1;
    let parameters = parameters.split(", ").filter(|parameter| *parameter != "void").map(str::to_owned).collect();
    Function { result: head[..split].trim().to_owned(), name: head[split..].to_owned(), parameters }
}

/// Code on one line, its types by their typedef names.
fn joined(code: &[&str]) -> String {
    code.join(" ").replace("struct tgs_", "tgs_").replace("enum tgs_", "tgs_")
}
