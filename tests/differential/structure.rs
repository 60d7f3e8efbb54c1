//! Mutations of structure: elements deleted, repeated, moved, renamed, or taken from other frames.

use super::mutate::{TreeMutation, any_child, any_element, any_path};
use super::random::Random;
use super::tree::{Element, Node};
use super::words;

/// Names and functions.
pub const MUTATIONS: &[(&str, TreeMutation)] = &[
    ("delete an element", delete),
    ("duplicate an element", duplicate),
    ("swap neighbours", swap),
    ("rename an element", rename),
    ("move an element", relocate),
    ("wrap an element", wrap),
    ("unwrap an element", unwrap),
    ("empty an element", empty),
    ("take an element from another frame", transplant),
    ("exchange for the same element of another frame", exchange),
    ("repeat an element many times", repeat),
    ("insert beside elements", insert_beside),
];

fn delete(random: &mut Random, tree: &mut Element, _: &[Element]) {
    if let Some((parent, index)) = any_child(random, tree) {
        parent.children.remove(index);
    }
}

fn duplicate(random: &mut Random, tree: &mut Element, _: &[Element]) {
    if let Some((parent, index)) = any_child(random, tree) {
        parent.children.insert(index, parent.children[index].clone());
    }
}

fn swap(random: &mut Random, tree: &mut Element, _: &[Element]) {
    if let Some((parent, index)) = any_child(random, tree) {
        let other = random.below(parent.children.len());
        parent.children.swap(index, other);
    }
}

fn rename(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let name = *random.pick(words::NAMES);
    let element = any_element(random, tree);
    element.name = match element.name.split_once(':') {
        Some((prefix, _)) => format!("{prefix}:{name}"),
        None => name.to_owned(),
    };
}

fn relocate(random: &mut Random, tree: &mut Element, _: &[Element]) {
    if let Some((parent, index)) = any_child(random, tree) {
        let node = parent.children.remove(index);
        let target = any_element(random, tree);
        let index = random.below(target.children.len() + 1);
        target.children.insert(index, node);
    }
}

fn wrap(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let name = (*random.pick(words::NAMES)).to_owned();
    if let Some((parent, index)) = any_child(random, tree) {
        let child = parent.children[index].clone();
        parent.children[index] = Node::Element(Element { name, attributes: Vec::new(), children: vec![child] });
    }
}

fn unwrap(random: &mut Random, tree: &mut Element, _: &[Element]) {
    if let Some((parent, index)) = any_child(random, tree)
        && let Node::Element(element) = parent.children.remove(index)
    {
        parent.children.splice(index..index, element.children);
    }
}

fn empty(random: &mut Random, tree: &mut Element, _: &[Element]) {
    any_element(random, tree).children.clear();
}

fn transplant(random: &mut Random, tree: &mut Element, seeds: &[Element]) {
    let donor = random.pick(seeds);
    let part = donor.at(&any_path(random, donor)).clone();
    let target = any_element(random, tree);
    let index = random.below(target.children.len() + 1);
    target.children.insert(index, Node::Element(part));
}

fn exchange(random: &mut Random, tree: &mut Element, seeds: &[Element]) {
    let path = any_path(random, tree);
    let name = tree.at(&path).name.clone();
    let donors: Vec<Element> = seeds
        .iter()
        .flat_map(|seed| seed.paths().into_iter().map(|path| seed.at(&path).clone()))
        .filter(|element| element.name == name)
        .collect();
    if !donors.is_empty() {
        *tree.at_mut(&path) = random.pick(&donors).clone();
    }
}

fn repeat(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let count = *random.pick(&[2, 3, 5, 7, 8, 9, 10, 11, 12, 20]);
    if let Some((parent, index)) = any_child(random, tree) {
        let copies = vec![parent.children[index].clone(); count];
        parent.children.splice(index..index, copies);
    }
}

fn insert_beside(random: &mut Random, tree: &mut Element, _: &[Element]) {
    let text = (*random.pick(&[
        " ",
        "\n\t",
        "x",
        "<!-- c -->",
        "<?pi x?>",
        "&#32;",
        "&#x9;",
        "&#65;",
        "<![CDATA[]]>",
        "<![CDATA[ ]]>",
        "<foo/>",
        "<foo xmlns=\"urn:foo\"/>",
        "<domain:foo/>",
        "\u{a0}",
        "&amp;",
        "<x xmlns=\"\"/>",
    ]))
    .to_owned();
    if let Some((parent, index)) = any_child(random, tree) {
        parent.children.insert(index, Node::Raw(text));
    }
}
