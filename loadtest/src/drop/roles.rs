//! Who registers and deletes the names, who stands by, who races.

/// The roles, by clID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Roles {
    /// Nobody when the names fall by themselves.
    pub(super) owner: Option<String>,
    pub(super) bystander: String,
    pub(super) racers: Vec<String>,
}

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish<'a> {
    pub(super) bystander: &'a str,
    pub(super) owner: Option<&'a str>,
    /// Racers; all who have no other role if empty.
    pub(super) racers: &'a [String],
    /// The names fall without an owner's doing.
    pub(super) fall_alone: bool,
}

/// Deals the roles out to the registrars of the target. Where there are too few for all roles, the bystander owns the names.
///
/// # Errors
/// When nobody is left to race.
pub(super) fn cast(all: &[String], wish: &Wish<'_>) -> Result<Roles, String> {
    let Wish { bystander, owner, racers, fall_alone } = *wish;
    let free: Vec<&String> = all
        .iter()
        .filter(|clid| *clid != bystander && Some(clid.as_str()) != owner && !racers.contains(clid))
        .collect();
    let owner = match (fall_alone, owner) {
        (true, Some(_)) => {
            return Err("names from a file fall by themselves: --owner does not go with --names-file".into());
        }
        (true, None) => None,
        (false, Some(owner)) => Some(owner.to_owned()),
        (false, None) => {
            // A race needs two.
            let spare = if racers.is_empty() { 3 } else { 1 };
            let first = free.first().filter(|_| free.len() >= spare);
            Some(first.map_or(bystander, |first| first.as_str()).to_owned())
        }
    };
    let racers = match racers {
        [] => free.into_iter().filter(|clid| Some(*clid) != owner.as_ref()).cloned().collect(),
        some => some.to_vec(),
    };
    if racers.is_empty() {
        return Err(format!(
            "nobody is left to race beside {bystander}, the bystander{}: name racers with --as",
            match &owner {
                Some(owner) => format!(", and {owner}, who owns the names"),
                None => String::new(),
            }
        ));
    }
    Ok(Roles { owner, bystander: bystander.to_owned(), racers })
}

impl Roles {
    /// What is to be known when one has two roles.
    pub(super) fn notes(&self) -> Vec<String> {
        let Self { owner, bystander, racers } = self;
        let mut notes = Vec::new();
        if owner.as_ref() == Some(bystander) {
            notes.push(format!(
                "{bystander} stands by and owns the names: its deletes wait for its own turns, and it for them"
            ));
        }
        if racers.contains(bystander) {
            notes.push(format!("{bystander} stands by and races: what it feels is its own doing too"));
        }
        if let Some(owner) = owner.as_ref().filter(|owner| racers.contains(owner)) {
            notes.push(format!("{owner} owns the names and races for them"));
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cast_of(all: &str, owner: Option<&str>, racers: &str, fall_alone: bool) -> Result<Roles, String> {
        let list = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        cast(&list(all), &Wish { bystander: "b", owner, racers: &list(racers), fall_alone })
    }

    #[test]
    fn each_has_one_role_where_there_are_enough_of_them() {
        for (all, owner, racers, alone, expected) in [
            ("a b c d", None, "", false, (Some("a"), "c d", 0)),
            ("a b c", None, "", false, (Some("b"), "a c", 1)),
            ("a b", None, "", false, (Some("b"), "a", 1)),
            ("a b c d", Some("d"), "", false, (Some("d"), "a c", 0)),
            ("a b c d", Some("b"), "", false, (Some("b"), "a c d", 1)),
            ("a b c d", None, "a c", false, (Some("d"), "a c", 0)),
            ("a b c", None, "a c", false, (Some("b"), "a c", 1)),
            ("a b c", None, "b", false, (Some("a"), "b", 1)),
            ("b", None, "b", false, (Some("b"), "b", 3)),
            ("a b c", Some("c"), "a c", false, (Some("c"), "a c", 1)),
            ("a b c", None, "", true, (None, "a c", 0)),
        ] {
            let roles = cast_of(all, owner, racers, alone).expect("roles");
            let found = (roles.owner.as_deref(), roles.racers.join(" "), roles.notes().len());
            assert_eq!(found, (expected.0, expected.1.to_owned(), expected.2), "{all}, {owner:?}, {racers}");
        }
    }

    #[test]
    fn without_racers_there_is_no_race() {
        assert!(cast_of("b", None, "", false).expect_err("nobody").contains("--as"));
        assert!(cast_of("a b", Some("a"), "", false).expect_err("nobody").contains("and a, who owns"));
        assert!(cast_of("a b", Some("a"), "", true).expect_err("no owner").contains("--owner"));
    }
}
