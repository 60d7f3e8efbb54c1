//! Mutations of valid frames: each draws a place and a change; most keep the frame nearly valid, where decoders err.

use super::random::Random;
use super::tree::Element;
use super::{namespaces, octets, structure, values, words};

/// A mutated document and how it came about.
#[derive(Debug)]
pub struct Mutant {
    /// The octets to judge.
    pub document: Vec<u8>,
    /// The seed frame's name and the mutations in order.
    pub story: String,
}

/// A change of the element tree, which gets all seeds too, to take parts from.
pub type TreeMutation = fn(&mut Random, &mut Element, &[Element]);

/// Draws one mutant of the seeds (names and trees): mostly one mutation, sometimes up to three.
pub fn mutant(random: &mut Random, seeds: &[(String, Element)], trees: &[Element]) -> Mutant {
    let (name, seed) = random.pick(seeds);
    let mut tree = seed.clone();
    declare_schema_instance(&mut tree);
    let mut story = vec![name.as_str()];
    let tree_mutations = [structure::MUTATIONS, namespaces::MUTATIONS, values::MUTATIONS].concat();
    let count = *random.pick(&[1, 1, 1, 2, 2, 3]);
    let octets_last = random.below(6) == 0;
    for _ in 0..count - usize::from(octets_last) {
        let (what, mutation) = random.pick(&tree_mutations);
        mutation(random, &mut tree, trees);
        story.push(what);
    }
    let mut document = tree.to_text().into_bytes();
    if octets_last {
        let (what, mutation) = random.pick(octets::MUTATIONS);
        mutation(random, &mut document);
        story.push(what);
    }
    Mutant { document, story: story.join("; ") }
}

/// Declares what added attributes refer to, so that they fail for what they are and not for an unbound prefix.
fn declare_schema_instance(tree: &mut Element) {
    let schemas = words::SCHEMAS.iter().map(|(prefix, namespace)| (format!("xmlns:{prefix}"), *namespace));
    for (prefix, namespace) in schemas.chain([("xmlns:xsi".to_owned(), "http://www.w3.org/2001/XMLSchema-instance")]) {
        if !tree.attributes.iter().any(|(name, _)| *name == prefix) {
            tree.attributes.push((prefix, namespace.to_owned()));
        }
    }
}

/// A random element's path; the root only if there is nothing else.
pub fn any_path(random: &mut Random, tree: &Element) -> Vec<usize> {
    let paths = tree.paths();
    if paths.len() == 1 { vec![] } else { paths[1 + random.below(paths.len() - 1)].clone() }
}

/// A random element, to change.
pub fn any_element<'a>(random: &mut Random, tree: &'a mut Element) -> &'a mut Element {
    let path = any_path(random, tree);
    tree.at_mut(&path)
}

/// A random element's parent, and the element's index there; nothing in a tree of one element.
pub fn any_child<'a>(random: &mut Random, tree: &'a mut Element) -> Option<(&'a mut Element, usize)> {
    let path = any_path(random, tree);
    let (index, parent) = path.split_last()?;
    Some((tree.at_mut(parent), *index))
}
