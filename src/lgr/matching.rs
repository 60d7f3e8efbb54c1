//! Whether a rule matches a label: all ways through its program at once, each way a set of places in the label.
//!
//! A place is a bit, so that an instruction is met at most once for each place: the work is at most the length of the
//! program times that of the label, whatever the rule (RFC 7940, section 12.2).
//!
//! A context rule is an ordinary program: what looks behind stands before the anchor, what looks ahead after it.

use super::LABEL_POINTS;
use super::table::{ArchivedContext, ArchivedLgr, ArchivedOp};

/// Places of a label, which has at most [`LABEL_POINTS`] code points: bit `n` is before code point `n`.
type Places = u64;

const _: () = assert!(LABEL_POINTS < Places::BITS as usize);

/// A part of a label that an anchor stands for: from before its first code point to after its last.
pub(super) type Part = (usize, usize);

impl ArchivedLgr {
    /// Whether a `when` or `not-when` is satisfied for a part of a label.
    pub(super) fn holds(&self, context: Option<&ArchivedContext>, label: &[u32], part: Part) -> bool {
        context.is_none_or(|context| self.matches(context.rule.to_native(), label, Some(part)) == context.wanted)
    }

    /// Whether a rule matches anywhere in a label, with its anchor, if it has one, at `anchor`.
    pub(super) fn matches(&self, rule: u32, label: &[u32], anchor: Option<Part>) -> bool {
        self.count_match(rule, label, anchor, &mut 0)
    }

    /// As [`Self::matches`]; adds to `steps` how often an instruction was met.
    pub(super) fn count_match(&self, rule: u32, label: &[u32], anchor: Option<Part>, steps: &mut usize) -> bool {
        let Some(rule) = self.rules.get(rule as usize).filter(|_| label.len() <= LABEL_POINTS) else { return false };
        let program = rule.program.of(&self.program);
        let mut reached: Vec<Places> = vec![0; program.len()];
        let mut waiting: Vec<(usize, Places)> = Vec::new();
        let everywhere = Places::MAX >> (Places::BITS as usize - 1 - label.len());
        let mut go = |waiting: &mut Vec<(usize, Places)>, at: usize, places: Places| {
            let Some(known) = reached.get_mut(at) else { return };
            let new = places & !*known;
            if new != 0 {
                *known |= new;
                waiting.push((at, new));
            }
        };
        go(&mut waiting, 0, everywhere);
        while let Some((at, places)) = waiting.pop() {
            *steps += 1;
            let mut read = |is: &dyn Fn(u32) -> bool| advance(label, places, is, steps);
            let next = match program.get(at) {
                Some(ArchivedOp::Match) => return true,
                Some(ArchivedOp::Char(point)) => read(&|found| found == point.to_native()),
                Some(ArchivedOp::Any) => read(&|_| true),
                Some(ArchivedOp::Class(class)) => read(&|found| self.class_has(class.to_native(), found)),
                Some(ArchivedOp::Start) => places & 1,
                Some(ArchivedOp::End) => places & (1 << label.len()),
                Some(ArchivedOp::Anchor) => match anchor {
                    Some((start, end)) if places & (1 << start) != 0 => 1 << end,
                    _ => 0,
                },
                Some(ArchivedOp::Split(offset)) => {
                    go(&mut waiting, target(at, offset.to_native()), places);
                    places
                }
                Some(ArchivedOp::Jump(offset)) => {
                    go(&mut waiting, target(at, offset.to_native()), places);
                    0
                }
                None => 0,
            };
            go(&mut waiting, at + 1, next);
        }
        false
    }

    /// Whether a class has a code point.
    fn class_has(&self, class: u32, point: u32) -> bool {
        let Some(class) = self.classes.get(class as usize) else { return false };
        let ranges = class.of(&self.ranges);
        let next = ranges.partition_point(|range| range.first.to_native() <= point);
        next.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|range| point <= range.last.to_native())
    }
}

/// The places after those code points at `places` that `is` takes.
fn advance(label: &[u32], places: Places, is: &dyn Fn(u32) -> bool, steps: &mut usize) -> Places {
    let (mut rest, mut next) = (places, 0);
    while rest != 0 {
        let place = rest.trailing_zeros();
        rest &= rest - 1;
        *steps += 1;
        if label.get(place as usize).is_some_and(|point| is(*point)) {
            next |= 1 << (place + 1);
        }
    }
    next
}

fn target(at: usize, offset: i32) -> usize {
    at.saturating_add_signed(offset as isize)
}
