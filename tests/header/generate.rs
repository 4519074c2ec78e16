//! include/tgsession.h as a manual: cbindgen's items in sections, each type in the one that uses it first.

use std::collections::BTreeSet;
use std::path::Path;

use super::items::{self, Declaration, Function, Item};

const WIDTH: usize = 120;

/// The header.
pub fn generate(root: &Path) -> String {
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).unwrap();
    let mut written = Vec::new();
    cbindgen::Builder::new().with_crate(root).with_config(config).generate().unwrap().write(&mut written);
    let written = String::from_utf8(written).unwrap();
    let beginning = written.split("\n/**\n").next().unwrap().trim_end();
    let mut header = format!("{beginning}\n\n#ifdef __cplusplus\nextern \"C\" {{\n#endif\n");
    for item in in_order(items::parse(&written)) {
        header += &format!("\n{}", render(item));
    }
    header + "\n#ifdef __cplusplus\n}\n#endif\n\n#endif /* TGSESSION_H */\n"
}

/// The functions, and before each what it names for the first time: types and constants.
fn in_order(items: Vec<Item>) -> Vec<Item> {
    let mut placed = BTreeSet::new();
    let mut ordered = Vec::new();
    for function in items.iter().filter(|item| item.function().is_some()) {
        let (section, function) = split_section(function);
        ordered.extend(section);
        place(&function, &items, &mut placed, &mut ordered);
    }
    let lost: Vec<&str> = items.iter().map(Item::name).filter(|name| !placed.contains(*name)).collect();
    assert!(lost.is_empty(), "no function, and nothing that one names, names {lost:?}");
    ordered
}

fn place(item: &Item, items: &[Item], placed: &mut BTreeSet<String>, ordered: &mut Vec<Item>) {
    if !placed.insert(item.name().to_owned()) {
        return;
    }
    for word in item.words() {
        if let Some(named) = items.iter().find(|other| other.function().is_none() && other.name() == word) {
            place(named, items, placed, ordered);
        }
    }
    ordered.push(item.clone());
}

/// The introduction of a section is the beginning of its first function's comment: from "# Title" to "---". As an item
/// of its own it is a constant without a name.
fn split_section(function: &Item) -> (Option<Item>, Item) {
    if !function.doc.first().is_some_and(|line| line.starts_with("# ")) {
        return (None, function.clone());
    }
    let end = function.doc.iter().position(|line| line == "---");
    let end = end.expect("the introduction of a section ends with ---");
    let nothing = Declaration::Constant { name: String::new(), value: String::new() };
    let section = Item { doc: function.doc[..end].to_vec(), declaration: nothing };
    let own = function.doc[end + 1..].iter().skip_while(|line| line.is_empty()).cloned().collect();
    (Some(section), Item { doc: own, declaration: function.declaration.clone() })
}

fn render(item: Item) -> String {
    let name = item.name().to_owned();
    match item.declaration {
        Declaration::Constant { name, .. } if name.is_empty() => section(&item.doc),
        Declaration::Constant { value, .. } => format!("{}#define {name} {value}\n", comment(&item.doc, "")),
        Declaration::Opaque { .. } => format!("{}typedef struct {name} {name};\n", comment(&item.doc, "")),
        Declaration::Type { keyword, members, .. } => {
            let members = members.iter().map(|member| comment(&member.doc, "    ") + &wrapped("    ", &member.code));
            format!(
                "{}typedef {keyword} {name} {{\n{}}} {name};\n",
                comment(&item.doc, ""),
                members.collect::<String>()
            )
        }
        Declaration::Function(function) => comment(&item.doc, "") + &prototype(&function),
    }
}

fn section(doc: &[String]) -> String {
    let title = doc[0].trim_start_matches("# ");
    let mut text = format!("/* ---------- {title} {}\n", "-".repeat(WIDTH - 15 - title.len()));
    let mut in_code = false;
    let mut body: Vec<String> = Vec::new();
    for line in &doc[1..] {
        if line.starts_with("```") {
            in_code = !in_code;
        } else {
            body.push(if in_code { format!("    {line}") } else { line.clone() });
        }
    }
    while body.last().is_some_and(String::is_empty) {
        body.pop();
    }
    for line in body {
        text += format!(" * {line}").trim_end();
        text.push('\n');
    }
    text + " */\n"
}

/// A comment: on one line if it fits there.
fn comment(doc: &[String], indent: &str) -> String {
    let doc = with_tags_aligned(doc, WIDTH - indent.len() - 3);
    if let [line] = &doc[..] {
        let short = format!("{indent}/** {line} */\n");
        if short.len() <= WIDTH + 1 {
            return short;
        }
    }
    let mut text = format!("{indent}/**\n");
    for line in doc {
        text += format!("{indent} * {line}").trim_end();
        text.push('\n');
    }
    text + indent + " */\n"
}

/// A tag of a comment: `@param[in] name text`, or `@return text`.
struct Tag {
    head: String,
    name: String,
    text: String,
}

/// The names and the texts of all parameters below each other, wrapped.
fn with_tags_aligned(doc: &[String], width: usize) -> Vec<String> {
    let Some(first) = doc.iter().position(|line| line.starts_with('@')) else { return doc.to_vec() };
    let tags = tags(&doc[first..]);
    let longest = |of: fn(&Tag) -> usize| tags.iter().filter(|tag| !tag.name.is_empty()).map(of).max().unwrap_or(0);
    let (heads, names) = (longest(|tag| tag.head.len()), longest(|tag| tag.name.len()));
    let mut lines = doc[..first].to_vec();
    for tag in &tags {
        let start = match tag.name.as_str() {
            "" => format!("{} ", tag.head),
            name => format!("{:heads$} {name:names$}  ", tag.head),
        };
        let indent = if tag.name.is_empty() { 8 } else { start.len() };
        lines.extend(wrap(&start, &" ".repeat(indent), &tag.text, width));
    }
    lines
}

fn tags(lines: &[String]) -> Vec<Tag> {
    let mut tags: Vec<Tag> = Vec::new();
    for line in lines {
        if let Some(parameter) = line.strip_prefix("@param") {
            let mut words = parameter.trim().splitn(3, ' ');
            let mut next = || words.next().unwrap_or_default().to_owned();
            tags.push(Tag { head: format!("@param{}", next()), name: next(), text: next() });
        } else if let Some(text) = line.strip_prefix("@return ") {
            tags.push(Tag { head: "@return".to_owned(), name: String::new(), text: text.to_owned() });
        } else {
            let text = &mut tags.last_mut().unwrap().text;
            assert!(!line.is_empty(), "nothing stands below the tags of a comment: {text}");
            *text += &format!(" {}", line.trim());
        }
    }
    tags
}

fn wrap(start: &str, indent: &str, text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![start.to_owned()];
    let mut is_first = true;
    for word in text.split_whitespace() {
        let line = lines.last_mut().unwrap();
        let space = if is_first { "" } else { " " };
        if line.len() + space.len() + word.len() > width {
            lines.push(format!("{indent}{word}"));
        } else {
            *line += &format!("{space}{word}");
        }
        is_first = false;
    }
    lines
}

fn prototype(function: &Function) -> String {
    let space = if function.result.ends_with('*') { "" } else { " " };
    let parameters = match function.parameters.join(", ") {
        none if none.is_empty() => "void".to_owned(),
        parameters => parameters,
    };
    wrapped("", &format!("TGS_API {}{space}{}({parameters});", function.result, function.name))
}

/// Code whose parameters go on below the first one where the line is full.
fn wrapped(indent: &str, code: &str) -> String {
    let line = format!("{indent}{code}");
    if line.len() <= WIDTH {
        return line + "\n";
    }
    let open = line.rfind(")(").map_or_else(|| line.find('(').unwrap(), |at| at + 1) + 1;
    let (head, parameters) = line.split_at(open);
    let mut lines = vec![String::new()];
    for parameter in parameters.split_inclusive(", ") {
        if open + lines.last().unwrap().len() + parameter.trim_end().len() > WIDTH {
            lines.push(String::new());
        }
        lines.last_mut().unwrap().push_str(parameter);
    }
    let below = format!("\n{}", " ".repeat(open));
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    format!("{head}{}\n", lines.join(&below))
}
