//! What stands in `<extension>` of a command (RFC 5730, section 2.7.3), decoded.

use std::borrow::Cow;

use crate::model::command::{Action, Transform};
use crate::model::rgp::Restore;

/// The content of `<extension>`: one field for each extension that this server has, and the rest by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extensions<'a> {
    /// `rgp:update` (RFC 3915).
    pub rgp: Option<Restore>,
    /// Namespace URIs of elements that belong to no extension of this server, in order. Answered with 2103.
    pub unknown: Vec<Cow<'a, str>>,
}

impl Extensions<'_> {
    /// Puts each into the field that its command has for it: what the rules decide on is one value, and travels as one. An
    /// extension of any other command has no such field, and is refused when the session admits the command.
    pub fn extend(self, action: &mut Action<'_>) {
        // All fields by name, so that a new one cannot be forgotten here.
        let Self { rgp, unknown: _ } = self;
        if let Action::Transform(Transform::DomainUpdate(update)) = action {
            update.restore = rgp;
        }
    }
}
