//! The Bidi rule (RFC 5893, section 2).

use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;

use super::LabelFault;

/// That a name with right-to-left labels is displayed without confusion. `labels` are U-labels and labels of ASCII, in
/// network order; in a name without right-to-left labels everything is good.
///
/// Beside right-to-left labels, U-labels must satisfy the rule whatever their direction. Labels of ASCII need not, "as long
/// as a label that starts with an ASCII digit does not come after a right-to-left label" (RFC 5893, section 2): directly
/// after, since all other labels of ASCII begin with a letter, which gives what follows its direction.
///
/// # Errors
/// [`LabelFault::Bidi`] or [`LabelFault::DigitBehindRightToLeft`].
pub fn bidi_rule<'a>(labels: impl Iterator<Item = &'a str> + Clone) -> Result<(), LabelFault> {
    if !labels.clone().any(is_right_to_left) {
        return Ok(());
    }
    let mut behind = false;
    for label in labels {
        if !label.is_ascii() {
            check(label)?;
        } else if let Some(c) = label.chars().next().filter(|c| behind && c.is_ascii_digit()) {
            return Err(LabelFault::DigitBehindRightToLeft { c });
        }
        behind = is_right_to_left(label);
    }
    Ok(())
}

/// "An RTL label is a label that contains at least one character of type R, AL, or AN" (RFC 5893, section 1.4).
pub(super) fn is_right_to_left(label: &str) -> bool {
    // No code point that is written from right to left has fewer than two octets.
    !label.is_ascii()
        && classes(label).any(|(_, _, class)| matches!(class, BidiClass::R | BidiClass::AL | BidiClass::AN))
}

/// That a label satisfies the six conditions.
///
/// # Errors
/// [`LabelFault::Bidi`].
pub(super) fn check(label: &str) -> Result<(), LabelFault> {
    let broken = |condition, (place, c, _): (usize, char, BidiClass)| LabelFault::Bidi { c, place, condition };
    let first_of = |found: &dyn Fn(BidiClass) -> bool| classes(label).find(|(_, _, class)| found(*class));
    let Some(first) = classes(label).next() else { return Ok(()) };
    let right_to_left = match first.2 {
        BidiClass::R | BidiClass::AL => true,
        BidiClass::L => false,
        _ => return Err(broken(1, first)),
    };
    let (numbers, ends) = if right_to_left { (2, 3) } else { (5, 6) };
    if let Some(foreign) = first_of(&|class| !may_stand(class, right_to_left)) {
        return Err(broken(numbers, foreign));
    }
    let last = classes(label).filter(|(_, _, class)| *class != BidiClass::NSM).last().unwrap_or(first);
    // Of these and of Arabic numbers, the label has only those of its own direction by now.
    match last.2 {
        BidiClass::L | BidiClass::R | BidiClass::AL | BidiClass::EN | BidiClass::AN => {}
        _ => return Err(broken(ends, last)),
    }
    let (european, arabic) = (first_of(&|class| class == BidiClass::EN), first_of(&|class| class == BidiClass::AN));
    match (european, arabic) {
        (Some(one), Some(other)) => Err(broken(4, if one.0 > other.0 { one } else { other })),
        _ => Ok(()),
    }
}

/// Conditions 2 and 5.
fn may_stand(class: BidiClass, right_to_left: bool) -> bool {
    match class {
        BidiClass::EN | BidiClass::ES | BidiClass::CS | BidiClass::ET => true,
        BidiClass::ON | BidiClass::BN | BidiClass::NSM => true,
        BidiClass::R | BidiClass::AL | BidiClass::AN => right_to_left,
        BidiClass::L => !right_to_left,
        _ => false,
    }
}

/// Each character with its place, from one, and its class.
fn classes(label: &str) -> impl Iterator<Item = (usize, char, BidiClass)> {
    let class = |c| CodePointMapData::<BidiClass>::new().get(c);
    label.chars().enumerate().map(move |(index, c)| (index + 1, c, class(c)))
}
