//! Whether the registry holds to what it told: each name is its who was told so, and nobody else's.

use std::collections::BTreeMap;

use super::racer::Win;

/// Who has each name; none where nobody has.
pub(super) type Sponsors = Vec<Option<String>>;

/// What became of all names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Names that are with the one racer who was told so.
    pub(super) won: u64,
    /// Names that nobody has.
    pub(super) left: u64,
    /// Names of who does not race, and has them still or again.
    pub(super) elsewhere: BTreeMap<String, u64>,
    /// Names of a racer whose create got no answer.
    pub(super) unheard: u64,
    /// What must not be, in words.
    pub(super) wrong: Vec<String>,
}

/// What a racer was told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told<'a> {
    pub(super) clid: &'a str,
    pub(super) wins: &'a [Win],
    /// Names whose creates got no answer.
    pub(super) unanswered: &'a [usize],
}

/// Holds what the racers were told against who sponsors each name now. Of names that were to fall by themselves `before` tells
/// who had them; without it they were seen to be deleted, so that only racers can have them.
pub(super) fn check(
    names: &[String],
    sponsors: &[Option<String>],
    told: &[Told<'_>],
    before: Option<&[Option<String>]>,
) -> Found {
    let mut winners: Vec<Vec<&str>> = vec![Vec::new(); names.len()];
    let mut asked: Vec<Vec<&str>> = vec![Vec::new(); names.len()];
    let note = |lists: &mut Vec<Vec<_>>, name: usize, clid| {
        lists.get_mut(name).map_or((), |list: &mut Vec<_>| list.push(clid))
    };
    for Told { clid, wins, unanswered } in told.iter().copied() {
        wins.iter().for_each(|win| note(&mut winners, win.name, clid));
        unanswered.iter().for_each(|name| note(&mut asked, *name, clid));
    }
    let races = |clid: &str| told.iter().any(|racer| racer.clid == clid);
    let mut found = Found::default();
    for (at, (((name, sponsor), winners), asked)) in names.iter().zip(sponsors).zip(&winners).zip(&asked).enumerate() {
        let has_still = before.and_then(|before| before.get(at)) == Some(sponsor);
        let sponsor = sponsor.as_deref();
        match (winners.as_slice(), sponsor) {
            ([winner], Some(sponsor)) if *winner == sponsor => found.won += 1,
            ([winner], sponsor) => {
                let whose = sponsor.unwrap_or("nobody");
                found.wrong.push(format!("{name}: {winner} was told that it is his, and it is {whose}'s"));
            }
            ([], None) => found.left += 1,
            ([], Some(sponsor)) if has_still => *found.elsewhere.entry(sponsor.to_owned()).or_default() += 1,
            ([], Some(sponsor)) if asked.contains(&sponsor) => found.unheard += 1,
            ([], Some(sponsor)) if races(sponsor) => {
                found.wrong.push(format!("{name}: it is {sponsor}'s, who was not told so"));
            }
            ([], Some(sponsor)) if before.is_none() => {
                found.wrong.push(format!("{name}: it was deleted, and is {sponsor}'s, who does not race"));
            }
            ([], Some(sponsor)) => *found.elsewhere.entry(sponsor.to_owned()).or_default() += 1,
            (many, sponsor) => {
                let (many, whose) = (many.join(", "), sponsor.unwrap_or("nobody"));
                found.wrong.push(format!("{name}: it was won {} times, by {many}, and is {whose}'s", winners.len()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// One name, who was told that it is his, whose creates got no answer, and whose it is.
    fn one(winners: &[&str], unanswered: &[&str], sponsor: Option<&str>, before: Option<&str>) -> Found {
        let won = [Win { name: 0, at: Instant::now() }];
        let told: Vec<Told<'_>> = ["c", "d"]
            .into_iter()
            .map(|clid| Told {
                clid,
                wins: if winners.contains(&clid) { &won } else { &[] },
                unanswered: if unanswered.contains(&clid) { &[0] } else { &[] },
            })
            .collect();
        let before = before.map(|clid| vec![Some(clid.to_owned())]);
        check(&["x.test".to_owned()], &[sponsor.map(str::to_owned)], &told, before.as_deref())
    }

    #[test]
    fn a_name_is_its_who_was_told_so() {
        assert_eq!(one(&["c"], &["d"], Some("c"), None), Found { won: 1, ..Found::default() });
        assert_eq!(one(&[], &["c"], None, None), Found { left: 1, ..Found::default() });
        assert_eq!(one(&[], &["c"], Some("c"), None), Found { unheard: 1, ..Found::default() });
        let elsewhere = BTreeMap::from([("a".to_owned(), 1)]);
        assert_eq!(one(&[], &[], Some("a"), Some("b")), Found { elsewhere, ..Found::default() });
        let elsewhere = BTreeMap::from([("c".to_owned(), 1)]);
        assert_eq!(
            one(&[], &["c"], Some("c"), Some("c")),
            Found { elsewhere, ..Found::default() },
            "it has not fallen"
        );
        assert_eq!(
            one(&["c"], &[], Some("c"), Some("c")),
            Found { won: 1, ..Found::default() },
            "he had it before, too"
        );
    }

    #[test]
    fn what_must_not_be_is_told() {
        for (winners, unanswered, sponsor, says) in [
            (&["c"][..], &[][..], Some("d"), "x.test: c was told that it is his, and it is d's"),
            (&["c"], &["d"], Some("d"), "x.test: c was told that it is his, and it is d's"),
            (&["c"], &[], None, "x.test: c was told that it is his, and it is nobody's"),
            (&["c", "d"], &[], Some("c"), "x.test: it was won 2 times, by c, d, and is c's"),
            (&[], &["d"], Some("c"), "x.test: it is c's, who was not told so"),
            (&[], &[], Some("a"), "x.test: it was deleted, and is a's, who does not race"),
        ] {
            assert_eq!(
                one(winners, unanswered, sponsor, None),
                Found { wrong: vec![says.to_owned()], ..Found::default() }
            );
        }
        let won = [Win { name: 0, at: Instant::now() }; 2];
        let told = [Told { clid: "c", wins: &won, unanswered: &[] }];
        let twice = check(&["x.test".to_owned()], &[Some("c".to_owned())], &told, None);
        assert_eq!(twice.wrong, ["x.test: it was won 2 times, by c, c, and is c's"]);
    }
}
