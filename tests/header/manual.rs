//! What makes the header a manual.

use std::io::Write;
use std::process::{Command, Stdio};

use super::items::{self, Function, Item};
use super::{header, root};

const WIDTH: usize = 120;

/// The functions with their comments, as the header has them.
fn functions() -> Vec<Item> {
    let header = header().replace("TGS_API ", "");
    let functions: Vec<Item> =
        items::parse(&expanded(&header)).into_iter().filter(|i| i.function().is_some()).collect();
    assert!(functions.len() > 50, "only {} functions were understood", functions.len());
    functions
}

/// Comments of one line as those of several lines, which the parser reads.
fn expanded(header: &str) -> String {
    let expand = |line: &str| match line.trim().strip_prefix("/** ").and_then(|text| text.strip_suffix(" */")) {
        Some(text) => format!("/**\n * {text}\n */\n"),
        None => format!("{line}\n"),
    };
    header.lines().map(expand).collect()
}

/// The tags of a comment: direction, name and description.
fn described(item: &Item) -> Vec<(String, String, String)> {
    let tags = item.doc.iter().filter_map(|line| line.strip_prefix("@param["));
    let parts = |tag: &str| {
        let (direction, rest) = tag.split_once(']').unwrap();
        let (name, text) = rest.trim().split_once(' ').unwrap();
        (direction.to_owned(), name.to_owned(), text.trim().to_owned())
    };
    tags.map(parts).collect()
}

/// What a parameter's type allows: nothing comes out of a number or of a pointer to what is constant.
fn allowed(parameter: &str) -> &'static [&'static str] {
    let pointers = parameter.matches('*').count();
    match parameter {
        _ if parameter == "tgs_error **error" => &["out"],
        _ if pointers == 0 => &["in"],
        _ if pointers == 1 && parameter.starts_with("const ") => &["in"],
        _ if parameter.starts_with("const char *const *") => &["in"],
        // What is freed or closed goes in, and is gone.
        _ if pointers == 1 => &["in", "out", "in,out"],
        _ => &["out"],
    }
}

#[test]
fn every_parameter_is_described_with_its_direction() {
    for item in functions() {
        let function = item.function().unwrap();
        let described = described(&item);
        let names: Vec<&str> = described.iter().map(|(_, name, _)| name.as_str()).collect();
        let parameters: Vec<&str> = function.parameters.iter().map(|one| Function::name_of(one)).collect();
        assert_eq!(names, parameters, "{}: @param and parameters differ", function.name);
        for ((direction, name, text), parameter) in described.iter().zip(&function.parameters) {
            let allowed = allowed(parameter);
            assert!(allowed.contains(&direction.as_str()), "{}: {name} is not [{direction}]", function.name);
            assert!(text.len() > 5, "{}: {name} is not described", function.name);
        }
        let returns = item.doc.iter().any(|line| line.starts_with("@return "));
        assert_eq!(returns, function.result != "void", "{}: @return", function.name);
    }
}

// A status that is cut short, like "_LOCKED", cannot be searched for.
#[test]
fn names_of_statuses_are_whole() {
    let header = header();
    let numbers: Vec<&str> = header.lines().filter_map(|line| Some(line.trim().split_once(" = ")?.0)).collect();
    assert!(numbers.contains(&"TGS_ERROR_LOCKED"));
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    for word in header.split(|character| !is_part(character)) {
        let is_short = numbers.iter().any(|number| word.starts_with('_') && number.ends_with(word) && word.len() > 1);
        assert!(!is_short, "{word}");
        let is_status = word.starts_with("TGS_ERROR_") && word.len() > "TGS_ERROR_".len();
        assert!(!is_status || numbers.contains(&word), "{word} is no status");
    }
}

#[test]
fn it_is_easy_to_read() {
    let header = header();
    let first = header.lines().position(|line| line.starts_with("TGS_API ")).unwrap();
    assert!(first < 120, "the first function stands on line {first}");
    for (number, line) in header.lines().enumerate() {
        assert!(line.len() <= WIDTH, "line {} is wider than {WIDTH}", number + 1);
        let is_named_by_its_tag = line.contains("struct tgs_") || line.contains("enum tgs_");
        assert!(!is_named_by_its_tag || line.starts_with("typedef "), "{line}");
    }
    let comments: Vec<&str> = header.lines().collect();
    for window in comments.windows(3) {
        let is_short = window[0].trim() == "/**" && window[2].trim() == "*/";
        assert!(!is_short || window[1].len() > WIDTH - 8, "a comment of one line takes three: {}", window[1]);
    }
}

/// The introductions of the sections: title, text, and the lines of the example.
fn sections() -> Vec<(String, String, Vec<String>)> {
    let header = header();
    let sections = header.split("/* ---------- ").skip(1).map(|section| {
        let (title, rest) = section.split_once(" --").unwrap();
        let body = rest.split("*/").next().unwrap();
        let lines: Vec<&str> = body.lines().skip(1).map(|line| line.trim().trim_start_matches('*')).collect();
        let text = lines.iter().take_while(|line| !line.starts_with("     ")).copied().collect();
        let example =
            lines.iter().skip_while(|line| !line.starts_with("     ")).take_while(|line| line.starts_with("     "));
        (title.to_owned(), text, example.map(|line| line[5..].to_owned()).collect())
    });
    sections.collect()
}

#[test]
fn each_section_begins_with_an_introduction() {
    let sections = sections();
    assert!(sections.len() >= 10, "only {} sections were found", sections.len());
    for (title, text, example) in sections {
        let sentences = text.matches(". ").count() + usize::from(text.trim_end().ends_with('.'));
        assert!(sentences >= 2, "{title}: two or three sentences, not {sentences}");
        assert!((4..=7).contains(&example.len()), "{title}: an example of about five lines, not {}", example.len());
    }
}

#[test]
fn the_examples_compile() {
    let mut program = "#include <stdio.h>\n#include \"tgsession.h\"\n".to_owned();
    for (title, _, example) in sections() {
        let name: String = title.chars().filter(char::is_ascii_alphabetic).collect();
        let body = example.join("\n");
        program += &format!("static int {name}(tgs_session *session, tgs_error *error)\n{{\n{body}\nreturn 0;\n}}\n");
    }
    let preamble = header();
    let whole = preamble.split("(make header).\n").nth(1).unwrap().split("\n * Errors.").next().unwrap();
    let whole: String = whole.lines().map(|line| line.trim_start_matches(" *").to_owned() + "\n").collect();
    program +=
        &format!("static int beginning(void)\n{{\n{whole}\nreturn 0;\n}}\nint main(void) {{ return beginning(); }}\n");
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let flags = ["-std=c99", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wno-unused", "-xc", "-Iinclude", "-"];
    let mut compile = Command::new(compiler).args(flags).current_dir(root()).stdin(Stdio::piped()).spawn().unwrap();
    compile.stdin.take().unwrap().write_all(program.as_bytes()).unwrap();
    assert!(compile.wait().unwrap().success(), "an example of the header does not compile:\n{program}");
}
