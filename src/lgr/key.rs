//! The key under which all variants of a label are found.
//!
//! A label and its variants differ by replacing parts: the source of a mapping by its target. Take every mapping of the
//! table as an equation between two strings, both ways and whatever its context. Labels that these equations make equal
//! are put together; that is the symmetric and transitive closure of the table, and never less than its variants,
//! however a label is divided into sequences.
//!
//! Equations between single code points are solved by a representative of each set (the smallest). An equation between a
//! code point and a string that does not have it, such as ß = ss, is solved by putting the string for the code point
//! everywhere, in other equations too. Most tables need no more: then the key replaces code point by code point, and it
//! cannot matter how a label is divided.
//!
//! The equations that are left are turned into rewrites, from the longer to the shorter string, and completed (Knuth and
//! Bendix): wherever two rewrites overlap, so that a label could be divided in two ways, the two outcomes are made equal
//! by further rewrites. When that ends, the system is convergent: any way of rewriting a label ends at one string, and two
//! labels have the same one exactly when the equations make them equal. That string is the key. Where it does not end, the
//! table is refused.
//!
//! The work is linear in the length of the label, for completion also finds a weight that each rewrite lowers: a number
//! of steps for each code point that depends on the table alone.
//!
//! One thing may put more together: equations that only swap code points (ab = ba) have no such weight. Then the code
//! points at the same places of equations between strings of one length are taken as equal.

use std::cmp::Ordering;

use super::table::{ArchivedLgr, ArchivedRewrite, ArchivedSpan};

impl ArchivedLgr {
    /// The key of a label: equal for all labels of which one is a variant of another by this table, directly or by way of
    /// others, in whatever contexts. It is not a label itself.
    ///
    /// Labels that have the same key need not be variants: contexts are not looked at. [`Self::disposition`] tells.
    pub fn variant_key(&self, label: &str) -> String {
        self.count_key(label, &mut 0)
    }

    /// As [`Self::variant_key`]; adds to `steps` the code points taken and the rewrites tried.
    pub(super) fn count_key(&self, label: &str, steps: &mut usize) -> String {
        let mut ahead: Vec<u32> = Vec::with_capacity(label.len());
        for c in label.chars().rev() {
            match self.folded(u32::from(c)) {
                Some(word) => ahead.extend(self.pooled(word).rev()),
                None => ahead.push(u32::from(c)),
            }
        }
        let mut done: Vec<u32> = Vec::with_capacity(ahead.len());
        while let Some(point) = ahead.pop() {
            *steps += 1;
            done.push(point);
            if let Some(rewrite) = self.rewrite_at_end(&done, steps) {
                done.truncate(done.len().saturating_sub(rewrite.from.len.to_native() as usize));
                ahead.extend(self.pooled(&rewrite.to).rev());
            }
        }
        done.into_iter().map(|point| char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }

    /// What stands for a code point.
    fn folded(&self, point: u32) -> Option<&ArchivedSpan> {
        let found = self.folds.binary_search_by_key(&point, |fold| fold.from.to_native());
        found.ok().and_then(|at| self.folds.get(at)).map(|fold| &fold.to)
    }

    /// The rewrite whose left side is the end of `done`. There is at most one, as no left side holds another.
    fn rewrite_at_end(&self, done: &[u32], steps: &mut usize) -> Option<&ArchivedRewrite> {
        *steps += 1;
        // Of all left sides that sort before the whole of `done`, only the last can be a prefix of it: any other prefix
        // would be a prefix of that one, or sort after it.
        let reversed = || done.iter().rev().copied();
        let next =
            self.rewrites.partition_point(|rewrite| self.pooled(&rewrite.from).cmp(reversed()) != Ordering::Greater);
        let rewrite = self.rewrites.get(next.checked_sub(1)?)?;
        let len = rewrite.from.len.to_native() as usize;
        (len <= done.len() && self.pooled(&rewrite.from).eq(reversed().take(len))).then_some(rewrite)
    }
}
