//! Mutations of namespaces: other prefixes, other names, declarations elsewhere or nowhere.

use super::mutate::{TreeMutation, any_element};
use super::random::Random;
use super::tree::Element;
use super::words;

/// Names and functions.
pub const MUTATIONS: &[(&str, TreeMutation)] = &[
    ("rename a prefix", rename_prefix),
    ("use the default namespace", use_default_namespace),
    ("change a namespace", change_namespace),
    ("forget a declaration", forget_declaration),
    ("move a declaration", move_declaration),
];

fn rename_prefix(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let old = (*random.pick(&["domain", "host", "contact", "rgp", "fee", "balance", "xsi"])).to_owned();
    let new =
        *random.pick(&["d", "a-b", "_", "xmlfoo", "é", "epp", "domain", "host", "contact", "rgp", "fee", "1a", ""]);
    // A prefix that already means something must not be bound twice in one tag: that would test something else.
    if tree.attributes.iter().any(|(name, _)| *name == format!("xmlns:{new}")) {
        return;
    }
    let changed = |name: &str| match name.split_once(':') {
        Some(("xmlns", prefix)) if prefix == old => Some(format!("xmlns:{new}")),
        Some((prefix, local)) if prefix == old => Some(format!("{new}:{local}")),
        _ => None,
    };
    tree.for_each(&mut |element| {
        if let Some(name) = changed(&element.name) {
            element.name = name;
        }
        for (name, _) in &mut element.attributes {
            if let Some(new) = changed(name) {
                *name = new;
            }
        }
    });
}

fn use_default_namespace(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let (prefix, namespace) = *random.pick(words::SCHEMAS);
    // Only the topmost element of an object mapping needs the declaration; its descendants inherit it.
    for path in tree.paths() {
        let parent_is_object = path.split_last().is_some_and(|(_, parent)| !tree.at(parent).name.contains(':'));
        let parent_has_default = path
            .split_last()
            .is_some_and(|(_, parent)| tree.at(parent).attributes.iter().any(|(n, v)| n == "xmlns" && v == namespace));
        let element = tree.at_mut(&path);
        if let Some((found, local)) = element.name.split_once(':')
            && found == prefix
        {
            element.name = local.to_owned();
            if parent_is_object && !parent_has_default {
                element.attributes.push(("xmlns".to_owned(), namespace.to_owned()));
            }
        }
    }
}

/// The declarations of the tree: where, and which attribute.
fn declarations(tree: &Element) -> Vec<(Vec<usize>, usize)> {
    let mut found = Vec::new();
    for path in tree.paths() {
        for (index, (name, _)) in tree.at(&path).attributes.iter().enumerate() {
            if name == "xmlns" || name.starts_with("xmlns:") {
                found.push((path.clone(), index));
            }
        }
    }
    found
}

fn change_namespace(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let all = declarations(tree);
    if let Some((path, index)) = (!all.is_empty()).then(|| random.pick(&all)) {
        tree.at_mut(path).attributes[*index].1 = (*random.pick(words::NAMESPACES)).to_owned();
    }
}

fn forget_declaration(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let all = declarations(tree);
    if let Some((path, index)) = (!all.is_empty()).then(|| random.pick(&all)) {
        tree.at_mut(path).attributes.remove(*index);
    }
}

fn move_declaration(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let all = declarations(tree);
    if let Some((path, index)) = (!all.is_empty()).then(|| random.pick(&all)) {
        let declaration = tree.at_mut(path).attributes.remove(*index);
        any_element(random, tree).attributes.push(declaration);
    }
}
