//! JSON for people: a list of objects as a table, an object as lines of name and value.

use simd_json::OwnedValue;
use simd_json::prelude::*;

/// Renders a value. Of the objects in a list, the named columns are shown.
pub(super) fn render(value: &OwnedValue, columns: &[&str]) -> String {
    match value.as_array() {
        Some(rows) if rows.is_empty() => "none\n".to_owned(),
        Some(rows) => {
            let head = columns.iter().map(|column| column.to_uppercase().replace('_', " ")).collect();
            let rows = rows.iter().map(|row| columns.iter().map(|column| member(row, column)).collect());
            aligned(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
        }
        None => match value.as_object() {
            Some(members) => {
                let lines = members.iter().map(|(name, value)| vec![name.replace('_', " "), cell(value)]);
                aligned(&lines.collect::<Vec<_>>())
            }
            None => cell(value) + "\n",
        },
    }
}

fn member(row: &OwnedValue, name: &str) -> String {
    row.get(name).map_or_else(|| "-".to_owned(), cell)
}

/// A value in one cell: lists of objects as their number, what is missing as a hyphen.
fn cell(value: &OwnedValue) -> String {
    if value.is_null() {
        return "-".to_owned();
    }
    if let Some(flag) = value.as_bool() {
        return if flag { "yes" } else { "no" }.to_owned();
    }
    if let Some(text) = value.as_str() {
        return printable(text);
    }
    if let Some(list) = value.as_array() {
        return match list.first() {
            None => "-".to_owned(),
            Some(first) if first.is_object() => list.len().to_string(),
            Some(_) => list.iter().map(cell).collect::<Vec<_>>().join(", "),
        };
    }
    match value.as_object() {
        Some(members) => {
            members.iter().map(|(name, value)| format!("{name}={}", cell(value))).collect::<Vec<_>>().join(" ")
        }
        None => value.encode(),
    }
}

/// The text with control characters escaped, and those that turn the direction of writing, so that none reaches the terminal:
/// names, reasons and user agents come from strangers, and must not look like the columns beside them.
pub(super) fn printable(text: &str) -> String {
    let show = |character: char| match character {
        // Bidi_Control (UAX 44).
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            character.escape_default().to_string()
        }
        character if character.is_control() => character.escape_default().to_string(),
        character => character.to_string(),
    };
    text.chars().map(show).collect()
}

/// Columns side by side, two spaces apart; the last one is as wide as it is.
pub(super) fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(json: &str) -> OwnedValue {
        simd_json::to_owned_value(&mut json.as_bytes().to_vec()).expect("JSON")
    }

    #[test]
    fn a_list_is_a_table_of_the_chosen_columns() {
        let list =
            value(r#"[{"name":"example","idn":true,"roles":["admin","tech"],"x":1},{"name":"test","idn":false}]"#);
        let expected = "NAME     IDN  ROLES\nexample  yes  admin, tech\ntest     no   -\n";
        assert_eq!(render(&list, &["name", "idn", "roles"]), expected);
        assert_eq!(render(&value("[]"), &["name"]), "none\n");
    }

    #[test]
    fn an_object_is_lines_in_its_order() {
        let object = value(r#"{"log_bytes":7,"updated":null,"pins":[{"a":1},{"a":2}],"transfer":{"state":"pending"}}"#);
        assert_eq!(render(&object, &[]), "log bytes  7\nupdated    -\npins       2\ntransfer   state=pending\n");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(render(&value(r#"{"name":"a\u001b[2Jb"}"#), &[]), "name  a\\u{1b}[2Jb\n");
        assert_eq!(render(&value(r#"{"name":"a\u202eb\u00e9\u05d0"}"#), &[]), "name  a\\u{202e}bé\u{5d0}\n");
    }
}
