//! A response for people: the result on the first line, then what it says, indented and aligned.

use super::table::printable;
use super::xml_tree::Element;

/// Renders a response or a greeting.
pub(super) fn render(document: &Element) -> String {
    let Some(response) = document.child("response") else {
        let mut out = String::new();
        document.children.iter().for_each(|child| outline(child, 0, &mut out));
        return out;
    };
    let mut out = String::new();
    for child in &response.children {
        match child.local_name() {
            "result" => result(child, &mut out),
            "resData" | "extension" => child.children.iter().for_each(|data| outline(data, 1, &mut out)),
            "trID" => trid(child, &mut out),
            _ => outline(child, 1, &mut out),
        }
    }
    out
}

/// `2302 Object exists`, and below it the values that were at fault and why.
fn result(result: &Element, out: &mut String) {
    let code = result.attribute("code").unwrap_or("????");
    let message = result.child("msg").map_or("", |message| message.text.as_str());
    out.push_str(&format!("{} {}\n", printable(code), printable(message)));
    result.children.iter().filter(|child| child.local_name() != "msg").for_each(|child| outline(child, 1, out));
}

fn trid(ids: &Element, out: &mut String) {
    let ids = ids.children.iter().map(|id| format!("{} {}", id.local_name(), printable(&id.text)));
    out.push_str(&format!("({})\n", ids.collect::<Vec<_>>().join(", ")));
}

/// An element and what is in it; names of siblings without children stand in one column.
fn outline(element: &Element, depth: usize, out: &mut String) {
    line(element, depth, 0, out);
    let width = element.children.iter().map(|child| child.local_name().chars().count()).max().unwrap_or(0);
    for child in &element.children {
        match child.children.is_empty() {
            true => line(child, depth + 1, width, out),
            false => outline(child, depth + 1, out),
        }
    }
}

fn line(element: &Element, depth: usize, width: usize, out: &mut String) {
    // The object's own element keeps its prefix: it says which mapping this is.
    let name = if depth <= 1 { element.name.as_str() } else { element.local_name() };
    let mut line = format!("{}{:width$}", "  ".repeat(depth), printable(name));
    if !element.text.is_empty() {
        line.push_str(&format!("  {}", printable(&element.text)));
    }
    for (name, value) in &element.attributes {
        line.push_str(&format!("  {}={}", printable(name), printable(value)));
    }
    out.push_str(line.trim_end());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::super::xml_tree::parse;
    use super::*;

    #[test]
    fn a_response_is_result_data_and_identifiers() {
        let response = "<epp><response><result code='1000'><msg>Command completed successfully</msg></result>\
            <resData><domain:infData xmlns:domain='urn:d'><domain:name>a.test</domain:name><domain:status s='ok'/>\
            <domain:ns><domain:hostObj>ns1.a.test</domain:hostObj></domain:ns></domain:infData></resData>\
            <trID><clTRID>c-1</clTRID><svTRID>s-1</svTRID></trID></response></epp>";
        let expected = "1000 Command completed successfully\n  domain:infData\n    name    a.test\n    status  s=ok\n    \
                        ns\n      hostObj  ns1.a.test\n(clTRID c-1, svTRID s-1)\n";
        assert_eq!(render(&parse(response.as_bytes()).expect("well-formed")), expected);
    }

    #[test]
    fn a_refusal_shows_the_value_at_fault() {
        let response = "<epp><response><result code='2303'><msg>Object does not exist</msg><extValue><value>\
            <domain:name xmlns:domain='urn:d'>a.test</domain:name></value><reason>no such\u{7}</reason></extValue></result>\
            <trID><svTRID>s-1</svTRID></trID></response></epp>";
        let expected = "2303 Object does not exist\n  extValue\n    value\n      name  a.test\n    reason  no such\\u{7}\n\
                        (svTRID s-1)\n";
        assert_eq!(render(&parse(response.as_bytes()).expect("well-formed")), expected);
    }
}
