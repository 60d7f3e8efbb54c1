//! Labels of the RFCs, and whatever else is a label.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::{ContextRule, Derived, LabelFault, a_label, bidi, bidi_rule, decode, derived, fuzz_labels, u_label};

fn disallowed(c: char, place: usize) -> LabelFault {
    LabelFault::Disallowed { c, place }
}

#[test]
fn good_labels_go_there_and_back() {
    for (u, a) in [
        ("bücher", "xn--bcher-kva"),
        ("faß", "xn--fa-hia"),
        ("βόλος", "xn--nxasmm1c"),
        ("中国", "xn--fiqs8s"),
        ("пример", "xn--e1afmkfd"),
        ("ü", "xn--tda"),
        ("1ü", "xn--1-eha"),
        ("a--bü", "xn--a--b-3ra"),
    ] {
        assert_eq!(a_label(u).as_deref(), Ok(a));
        assert_eq!(u_label(a).as_deref(), Ok(u));
    }
}

#[test]
fn what_is_no_u_label_is_refused_with_its_fault() {
    let long = "ü".repeat(1_000_000);
    for (label, fault) in [
        ("", LabelFault::Empty),
        ("bucher", LabelFault::Ascii),
        ("xn--bcher-kva", LabelFault::Ascii),
        ("bu\u{308}cher", LabelFault::Nfc { place: 2 }),
        ("-ü", LabelFault::HyphenAtEnd),
        ("ü-", LabelFault::HyphenAtEnd),
        ("üü--a", LabelFault::HyphensInPlacesThreeAndFour),
        ("xn--ü", LabelFault::HyphensInPlacesThreeAndFour),
        ("\u{301}a", LabelFault::LeadingMark { c: '\u{301}' }),
        ("\u{903}a", LabelFault::LeadingMark { c: '\u{903}' }),
        ("\u{20dd}a", LabelFault::LeadingMark { c: '\u{20dd}' }),
        ("Bücher", disallowed('B', 1)),
        ("BÜCHER", disallowed('B', 1)),
        ("bÜcher", disallowed('Ü', 2)),
        ("i☃", disallowed('☃', 2)),
        ("ü.a", disallowed('.', 2)),
        ("ü a", disallowed(' ', 2)),
        ("ü_", disallowed('_', 2)),
        ("ｆoo", disallowed('ｆ', 1)),
        ("a\u{34f}b", disallowed('\u{34f}', 2)),
        ("a\u{fe0f}", disallowed('\u{fe0f}', 2)),
        ("a\u{1d165}", disallowed('\u{1d165}', 2)),
        ("\u{1100}", disallowed('\u{1100}', 1)),
        ("a\u{640}", disallowed('\u{640}', 2)),
        ("a\u{ffff}", disallowed('\u{ffff}', 2)),
        ("a\u{e000}", disallowed('\u{e000}', 2)),
        ("a\u{378}", LabelFault::Unassigned { c: '\u{378}', place: 2 }),
        (&long, LabelFault::TooLong),
        (&format!("ü{}", "a".repeat(56)), LabelFault::TooLong),
    ] {
        assert_eq!(a_label(label), Err(fault), "{label:.20}");
    }
    let longest = a_label(&format!("ü{}", "a".repeat(55))).expect("good");
    assert_eq!(longest.len(), 63);
}

#[test]
fn what_is_no_a_label_is_refused_with_its_fault() {
    for (label, fault) in [
        ("", LabelFault::Prefix),
        ("bucher", LabelFault::Prefix),
        ("bücher", LabelFault::Prefix),
        ("xn-bcher-kva", LabelFault::Prefix),
        ("XN--bcher-kva", LabelFault::UpperCase),
        ("xn--Bcher-kva", LabelFault::UpperCase),
        ("xn--bcher-Kva", LabelFault::UpperCase),
        ("xn--", LabelFault::Ascii),
        ("xn--foo-", LabelFault::Ascii),
        ("xn--a", disallowed('\u{80}', 1)),
        ("xn--a1", LabelFault::Punycode),
        ("xn--99999999", LabelFault::Punycode),
        ("xn--ü", LabelFault::Punycode),
        ("xn--ü-kva", LabelFault::Punycode),
        ("xn--a_b-hoa", disallowed('_', 3)),
        ("xn--bcher-2pa", disallowed('Ü', 2)),
        ("xn--n3h", disallowed('☃', 1)),
        (&format!("xn--bcher-kva{}", "a".repeat(51)), LabelFault::TooLong),
    ] {
        assert_eq!(u_label(label), Err(fault), "{label}");
    }
    assert_eq!(decode("xn--n3h").as_deref(), Ok("☃"));
}

#[test]
fn each_contextual_rule_allows_and_refuses() {
    type Labels = &'static [&'static str];
    // Each refused label breaks the rule at its first code point that has one.
    let cases: [(ContextRule, Labels, Labels); 9] = [
        (
            ContextRule::ZeroWidthNonJoiner,
            &[
                "\u{915}\u{94d}\u{200c}\u{937}",
                "نامه\u{200c}ای",
                "ه\u{64e}\u{650}\u{200c}\u{64e}ا",
                "\u{a872}\u{200c}\u{a840}",
            ],
            &[
                "\u{200c}ب",
                "ب\u{200c}",
                "ب\u{200c}\u{64e}",
                "ا\u{200c}ب",
                "ب\u{200c}a",
                "a\u{200c}b",
                "\u{915}\u{200c}\u{937}",
                "\u{a840}\u{200c}\u{a872}",
            ],
        ),
        (
            ContextRule::ZeroWidthJoiner,
            &["\u{915}\u{94d}\u{200d}\u{937}", "\u{dc1}\u{dca}\u{200d}\u{dbb}\u{dd3}"],
            &["\u{200d}\u{937}", "\u{915}\u{200d}\u{937}", "نامه\u{200d}ای", "\u{915}\u{200d}\u{94d}"],
        ),
        (ContextRule::MiddleDot, &["l·l", "paral·lel"], &["l·", "·l", "l·a", "a·l", "a·", "ł·l"]),
        (ContextRule::GreekLowerNumeralSign, &["͵α", "a͵ω"], &["α͵", "͵a", "͵б"]),
        (ContextRule::HebrewGeresh, &["א׳", "צ׳א"], &["׳א", "ا׳", "a׳"]),
        (ContextRule::HebrewGershayim, &["צה״ל"], &["״ל", "ا״ל"]),
        (ContextRule::KatakanaMiddleDot, &["・ア", "a・ひ", "漢・"], &["・", "a・b", "・ー", "한・"]),
        (ContextRule::ArabicIndicDigits, &["ب١", "ب٠٩"], &["ب١۱", "ب٠b۹"]),
        (ContextRule::ExtendedArabicIndicDigits, &["ب۱", "ب۰۹"], &["ب۱١", "ب۹b٠"]),
    ];
    for (rule, good, bad) in cases {
        for label in good {
            let there = a_label(label).and_then(|a_label| u_label(&a_label));
            assert_eq!(there.as_deref(), Ok(*label), "{rule:?}");
        }
        for label in bad {
            let contextual = |c: &char| matches!(derived(*c), Derived::ContextJ | Derived::ContextO);
            let c = label.chars().find(contextual).expect("a code point with a rule");
            let place = 1 + label.chars().position(|other| other == c).expect("it is there");
            assert_eq!(a_label(label), Err(LabelFault::Context { c, place, rule }), "{label}");
        }
    }
}

#[test]
fn each_code_point_with_a_context_has_a_rule() {
    for c in '\0'..=char::MAX {
        if matches!(derived(c), Derived::ContextJ | Derived::ContextO) {
            let fault = a_label(&format!("a{c}"));
            let alone = matches!(c, '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}');
            assert_eq!(matches!(fault, Err(LabelFault::Context { .. })), !alone, "{c:?}: {fault:?}");
        }
    }
}

#[test]
fn each_condition_of_the_bidi_rule_allows_and_refuses() {
    for (condition, good, bad) in [
        (1, &["אב", "بب", "ab", "ü1"][..], &[("1א", '1', 1), ("١ب", '١', 1), ("1ü", '1', 1), ("-ü", '-', 1)][..]),
        (2, &["א1-ב", "ب١-ب", "א\u{5b4}ב", "ه\u{200c}ا"], &[("אaב", 'a', 2), ("بü", 'ü', 2)]),
        (3, &["אב", "א1", "ب۱", "ب١", "א\u{5b4}\u{5b8}"], &[("א-", '-', 2), ("א1-\u{5b4}", '-', 3), ("א·", '·', 2)]),
        (4, &["א1۱", "ب١٢"], &[("ب1١", '١', 3), ("ب١1", '1', 3), ("ب١۱", '۱', 3)]),
        (5, &["a1-b", "l·l", "a\u{301}b"], &[("aא", 'א', 2), ("üب", 'ب', 2), ("a١b", '١', 2)]),
        (6, &["ab", "ü1", "a۱", "x\u{301}"], &[("ü-", '-', 2), ("a·", '·', 2), ("a-\u{301}", '-', 2)]),
    ] {
        for label in good {
            assert_eq!(bidi::check(label), Ok(()), "{condition}: {label}");
        }
        for (label, c, place) in bad {
            let fault = LabelFault::Bidi { c: *c, place: *place, condition };
            assert_eq!(bidi::check(label), Err(fault), "{label}");
            if bidi::is_right_to_left(label) && !label.ends_with('-') && !label.contains(['·', '۱']) {
                assert_eq!(a_label(label), Err(fault), "{label}");
            }
        }
    }
}

#[test]
fn the_labels_of_rfc_5893_section_4_are_good() {
    // Dhivehi "computer" and Yiddish "YIVO", both ending in a mark; the Yiddish one in NFC.
    for label in ["ކޮންޕީޓަރު", "\u{5d9}\u{5d9}\u{5b4}\u{5d5}\u{5d5}\u{5d0}\u{5b8}"] {
        assert!(a_label(label).is_ok(), "{label}: {:?}", a_label(label));
    }
}

#[test]
fn beside_right_to_left_labels_the_others_matter() {
    let digit = |c| Err(LabelFault::DigitBehindRightToLeft { c });
    for (name, expected) in [
        ("1ü.1a.ü-", Ok(())),
        ("1a.אב", Ok(())),
        ("אב.a1.1a", Ok(())),
        ("אב.גד.a-1", Ok(())),
        ("אב.1a", digit('1')),
        ("a.אב.9.b", digit('9')),
        ("1ü.אב", Err(LabelFault::Bidi { c: '1', place: 1, condition: 1 })),
        ("אב.1ü", Err(LabelFault::Bidi { c: '1', place: 1, condition: 1 })),
        ("אב.ü·", Err(LabelFault::Bidi { c: '·', place: 2, condition: 6 })),
    ] {
        assert_eq!(bidi_rule(name.split('.')), expected, "{name}");
    }
}

/// Name, text and Punycode of each sample of RFC 3492, section 7.1.
fn samples() -> Option<Vec<(char, String, String)>> {
    let folder = std::env::var_os("DOMESDAY_REFERENCE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = folder.join("rfc/rfc3492.txt");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: the samples of Punycode: no file {}", path.display());
        return None;
    };
    let text = text.replace("\\\n", "");
    let (_, text) = text.rsplit_once("7.1 Sample strings").expect("the RFC has a section 7.1");
    let (text, _) = text.split_once("7.2 Decoding traces").expect("the RFC has a section 7.2");
    let mut samples: Vec<(char, String, String)> = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('(').filter(|rest| rest.get(1..2) == Some(")")) {
            samples.extend(name.chars().next().map(|name| (name, String::new(), String::new())));
        }
        let Some((_, points, encoded)) = samples.last_mut() else { continue };
        if let Some(punycode) = line.strip_prefix("Punycode: ") {
            *encoded = punycode.replace(' ', "");
        } else if line.starts_with("u+") || line.starts_with("U+") {
            let point = |word: &str| u32::from_str_radix(&word[2..], 16).ok().and_then(char::from_u32);
            points.extend(line.split_whitespace().map(|word| point(word).expect("a code point")));
        }
    }
    Some(samples)
}

#[test]
fn the_samples_of_punycode_are_labels_where_idna_allows_them() {
    let Some(samples) = samples() else { return };
    assert_eq!(samples.len(), 19);
    for (name, text, punycode) in samples {
        let lower = text.to_lowercase();
        let encoded = format!("xn--{}", punycode.to_ascii_lowercase());
        if let Some(c) = text.chars().next().filter(char::is_ascii_uppercase) {
            assert_eq!(a_label(&text), Err(disallowed(c, 1)), "{name}");
        }
        match name {
            'A' => {
                assert_eq!(a_label(&lower), Err(disallowed('\u{61f}', 17)));
                assert_eq!(decode(&encoded), Ok(lower));
            }
            'H' => assert_eq!(a_label(&lower), Err(LabelFault::TooLong)),
            'S' => assert_eq!(a_label(&lower), Err(LabelFault::Ascii)),
            _ => {
                assert_eq!(a_label(&lower), Ok(encoded.clone()), "{name}");
                assert_eq!(u_label(&encoded), Ok(lower), "{name}");
            }
        }
    }
}

/// What the `idna` crate makes of an A-label by the wider rules of UTS 46.
fn uts_46(a_label: &str) -> Option<String> {
    let (unicode, decoded) = idna::domain_to_unicode(a_label);
    decoded.is_ok().then_some(unicode)
}

#[test]
fn uts_46_allows_every_letter_that_we_allow() {
    let labels = ('\u{80}'..=char::MAX).filter(|c| derived(*c) == Derived::Pvalid).map(|c| format!("a{c}"));
    let mut good = 0;
    for label in labels {
        let Ok(a_label) = a_label(&label) else { continue };
        assert_eq!(uts_46(&a_label), Some(label));
        good += 1;
    }
    assert!(good > 100_000, "{good}");
}

/// Characters at which rules begin, in groups that make good labels likely.
const ALPHABETS: [&str; 7] = [
    "abl-1üßx·\u{301}",
    "אבל1-\u{5b4}׳״",
    "بهانa1\u{64e}١٢۱\u{200c}\u{200d}",
    "\u{915}\u{937}\u{94d}\u{200c}\u{200d}\u{93f}",
    "アひ漢ー・a1",
    "αβς͵a\u{301}",
    "aü☃Üﬁ\u{378}\u{34f}\u{ffff}\u{1f600}.\u{1100}",
];

fn labels() -> impl Strategy<Value = String> {
    proptest::sample::select(&ALPHABETS[..]).prop_flat_map(|alphabet| {
        let chars: Vec<char> = alphabet.chars().collect();
        proptest::collection::vec(proptest::sample::select(chars), 0..8).prop_map(|chars| chars.into_iter().collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_label_goes_there_and_back_or_is_refused(label in labels()) {
        fuzz_labels(label.as_bytes());
        if let Ok(a_label) = a_label(&label) {
            prop_assert_eq!(uts_46(&a_label), Some(label));
        }
    }

    #[test]
    fn any_encoding_goes_there_and_back_or_is_refused(encoded in "[a-z0-9-]{1,12}", other in "\\PC{0,8}") {
        fuzz_labels(encoded.as_bytes());
        fuzz_labels(other.as_bytes());
        let encoded = format!("xn--{encoded}");
        if let Ok(label) = u_label(&encoded) {
            prop_assert_eq!(uts_46(&encoded), Some(label));
        }
    }
}
