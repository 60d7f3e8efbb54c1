//! Mutations of attributes and text: known values, edges of lengths and patterns, white space, broken markup.

use super::mutate::{TreeMutation, any_element};
use super::random::Random;
use super::tree::{Element, Node};
use super::words;

/// Names and functions.
pub const MUTATIONS: &[(&str, TreeMutation)] = &[
    ("remove an attribute", remove_attribute),
    ("add an attribute", add_attribute),
    ("rename an attribute", rename_attribute),
    ("change an attribute", change_attribute),
    ("change text to a known value", change_text),
    ("change text to any value", change_text_to_any),
    ("change text length", change_length),
    ("change white space", change_white_space),
    ("insert into text", insert_into_text),
    ("break text", break_text),
];

/// A random element that holds nothing but text.
fn any_leaf<'a>(random: &mut Random, tree: &'a mut Element) -> &'a mut Element {
    let leaves: Vec<_> = tree.paths().into_iter().filter(|path| tree.at(path).text().is_some()).collect();
    if leaves.is_empty() { tree } else { tree.at_mut(&leaves[random.below(leaves.len())]) }
}

/// A random element that has attributes of this kind, and one of their indexes.
fn any_attribute<'a>(random: &mut Random, tree: &'a mut Element) -> Option<(&'a mut Element, usize)> {
    let mut found = Vec::new();
    for path in tree.paths() {
        for (index, (name, _)) in tree.at(&path).attributes.iter().enumerate() {
            if !name.starts_with("xmlns") {
                found.push((path.clone(), index));
            }
        }
    }
    let (path, index) = (!found.is_empty()).then(|| random.pick(&found))?;
    Some((tree.at_mut(path), *index))
}

fn remove_attribute(random: &mut Random, tree: &mut Element, _: &[Element]) {
    if let Some((element, index)) = any_attribute(random, tree) {
        element.attributes.remove(index);
    }
}

fn add_attribute(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let (name, value) = *random.pick(words::ATTRIBUTES);
    any_element(random, tree).attributes.push((name.to_owned(), value.to_owned()));
}

fn rename_attribute(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let (new, _) = *random.pick(words::ATTRIBUTES);
    if let Some((element, index)) = any_attribute(random, tree) {
        element.attributes[index].0 = new.to_owned();
    }
}

fn change_attribute(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let draw = random.below(10);
    let garbage = *random.pick(&["<", "&", "&foo;", "a&#10;b", " a ", "a\tb", "&lt;", "&#0;", "\u{1}", "é", "'"]);
    let pick = random.next() as usize;
    if let Some((element, index)) = any_attribute(random, tree) {
        let (name, value) = &mut element.attributes[index];
        let known = words::values_for(name.rsplit(':').next().unwrap_or(name));
        *value = match draw {
            0 => garbage.to_owned(),
            1 => format!("  {value}\n"),
            _ if known.is_empty() => garbage.to_owned(),
            _ => known[pick % known.len()].to_owned(),
        };
    }
}

fn change_text(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let leaf = any_leaf(random, tree);
    let known = words::values_for(leaf.local_name());
    let value = *random.pick(if known.is_empty() { words::ANY_VALUE } else { known });
    leaf.children = vec![Node::Raw(value.to_owned())];
}

fn change_text_to_any(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let value = *random.pick(words::ANY_VALUE);
    any_leaf(random, tree).children = vec![Node::Raw(value.to_owned())];
}

fn change_length(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let length = *random.pick(words::LENGTHS);
    let unit = *random.pick(&["a", "0", "é", "日", "\u{1F600}", " ", "&amp;", "&#x1F600;", "a", "Z"]);
    let text = unit.repeat(length);
    any_leaf(random, tree).children = vec![Node::Raw(text)];
}

fn change_white_space(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let space =
        *random.pick(&[" ", "  ", "\t", "\n", "\r\n", "\r", "&#9;", "&#10;", "&#13;", "&#32;", "\u{a0}", "\u{3000}"]);
    let place = random.below(4);
    let leaf = any_leaf(random, tree);
    let text = leaf.text().unwrap_or_default().to_owned();
    let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(index, _)| index);
    let changed = match place {
        0 => format!("{space}{text}"),
        1 => format!("{text}{space}"),
        2 => format!("{space}{text}{space}"),
        _ => format!("{}{space}{}", &text[..middle], &text[middle..]),
    };
    leaf.children = vec![Node::Raw(changed)];
}

fn insert_into_text(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let piece = *random.pick(words::ANY_VALUE);
    splice_text(random, tree, piece);
}

fn break_text(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let piece = *random.pick(words::NOT_WELL_FORMED);
    splice_text(random, tree, piece);
}

fn splice_text(random: &mut Random, tree: &mut Element, piece: &str) {
    let draw = random.next() as usize;
    let leaf = any_leaf(random, tree);
    let text = leaf.text().unwrap_or_default().to_owned();
    let places: Vec<usize> = text.char_indices().map(|(index, _)| index).chain([text.len()]).collect();
    let place = places[draw % places.len()];
    leaf.children = vec![Node::Raw(format!("{}{piece}{}", &text[..place], &text[place..]))];
}
