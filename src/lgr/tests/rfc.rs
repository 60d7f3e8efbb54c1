//! The examples of RFC 7940, and what its text says of them.

use super::{Stored, document};

/// The label that code points in hexadecimal make.
fn label(points: &str) -> String {
    points
        .split(' ')
        .map(|point| u32::from_str_radix(point, 16).ok().and_then(char::from_u32).expect("a char"))
        .collect()
}

/// Asserts the dispositions of labels.
fn judged(stored: &Stored, expected: &[(&str, &str)]) {
    for (text, disposition) in expected {
        let judgement = stored.table().judge(text);
        assert_eq!(judgement.disposition, *disposition, "{text}: {judgement}");
    }
}

/// Asserts the dispositions of variants of a label; an empty one where it is no variant.
fn related(stored: &Stored, original: &str, expected: &[(&str, &str)]) {
    for (variant, name) in expected {
        let found = stored.table().disposition(original, variant);
        assert_eq!(found.map_or("", |found| found.name), *name, "{original} to {variant}: {found:?}");
        let keys = (stored.table().variant_key(original), stored.table().variant_key(variant));
        assert!(name.is_empty() || keys.0 == keys.1, "{original} and {variant} have the keys {keys:?}");
    }
}

#[test]
fn letters_digits_hyphens_with_rules() {
    let rules = r#"<rule name="hyphen-minus-disallowed" comment="RFC5891 restrictions on U+002D">
         <choice>
           <rule comment="no leading hyphen">
             <look-behind><start /></look-behind>
             <anchor />
           </rule>
           <rule comment="no trailing hyphen">
             <anchor />
             <look-ahead><end /></look-ahead>
           </rule>
           <rule comment="no consecutive hyphens in third and fourth positions">
             <look-behind>
               <start /><any /><any /><char cp="002D" comment="hyphen-minus" />
             </look-behind>
             <anchor />
           </rule>
         </choice>
       </rule>"#;
    let data = r#"<char cp="002D" not-when="hyphen-minus-disallowed" />
       <range first-cp="0030" last-cp="0039" />
       <range first-cp="0061" last-cp="007A" />"#;
    let stored = Stored::of(&document(data, rules));
    judged(
        &stored,
        &[
            ("a-b", "valid"),
            ("", "valid"),
            ("-a", "invalid"),
            ("a-", "invalid"),
            ("ab--cd", "invalid"),
            ("abc--d", "valid"),
            ("a--b", "valid"),
            ("A", "invalid"),
            ("a_b", "invalid"),
        ],
    );
    assert_eq!(
        stored.table().judge("ab--cd").to_string(),
        "invalid: U+002D at place 4 may not stand there: rule \"hyphen-minus-disallowed\" matches"
    );
    assert_eq!(stored.table().judge("a_b").to_string(), "invalid: U+005F at place 2 is not in the repertoire");
}

const SAMPLE: &str = r#"<?xml version="1.0" encoding="utf-8"?>
   <!-- This example uses a large subset of the features of this specification. -->
   <lgr xmlns="urn:ietf:params:xml:ns:lgr-1.0">
   <meta>
       <version comment="initial version">1</version>
       <date>2010-01-01</date>
       <language>sv</language>
       <scope type="domain">example.com</scope>
       <validity-start>2010-01-01</validity-start>
       <validity-end>2013-12-31</validity-end>
       <description type="text/html">
           <![CDATA[ This language table was developed with the
           <a href="http://swedish.example/">Swedish examples institute</a>. ]]>
       </description>
       <unicode-version>6.3.0</unicode-version>
       <references>
         <reference id="0" comment="the most recent" >The Unicode Standard 9.0</reference>
         <reference id="1" >RFC 5892</reference>
         <reference id="2" >Big-5: Computer Chinese Glyph and Character Code Mapping Table</reference>
       </references>
    </meta>
    <data>
       <char cp="002D" ref="1" comment="HYPHEN" />
       <range first-cp="0030" last-cp="0039" ref="1" tag="digit" />
       <range first-cp="0061" last-cp="007A" ref ="1" tag="letter" />
       <char cp="006C 00B7 006C" comment="Catalan middle dot" />
       <char cp="00B7" when="catalan-middle-dot" />
       <char cp="200D" when="joiner" ref="2" />
       <char cp="4E16" tag="preferred" ref="0">
         <var cp="4E17" type="blocked" ref="2" />
         <var cp="534B" type="allocatable" ref="2" />
       </char>
       <char cp="4E17" ref="0">
         <var cp="4E16" type="allocatable" ref="2" />
         <var cp="534B" type="allocatable" ref="2" />
       </char>
       <char cp="534B" ref="0">
         <var cp="4E16" type="allocatable" ref="2" />
         <var cp="4E17" type="blocked" ref="2" />
       </char>
     </data>
     <rules>
       <rule name="catalan-middle-dot" ref="0">
           <look-behind><char cp="006C" /></look-behind>
           <anchor />
           <look-ahead><char cp="006C" /></look-ahead>
       </rule>
       <class name="virama" property="ccc:9" />
       <rule name="joiner"  ref="1" >
           <look-behind><class by-ref="virama" /></look-behind>
           <anchor />
       </rule>
        <difference name="consonants">
            <class comment="all letters">0061-007A</class>
            <class comment="all vowels">
                    0061 0065 0069 006F 0075
            </class>
        </difference>
        <rule name="three-or-more-consonants">
            <start />
            <class by-ref="consonants" count="3+" />
            <end />
       </rule>
       <rule name="non-preferred" comment="matches any non-preferred code point">
           <complement comment="non-preferred" >
               <class from-tag="preferred" />
           </complement>
       </rule>
       <action disp="invalid" match="three-or-more-consonants" />
       <action disp="blocked" any-variant="blocked" />
       <action disp="allocatable" all-variants="allocatable" not-match="non-preferred" />
     </rules>
   </lgr>"#;

#[test]
fn the_large_sample() {
    let stored = Stored::of(SAMPLE);
    let meta = &stored.table().meta;
    assert_eq!(meta.version.as_deref(), Some("1"));
    assert_eq!(meta.languages.first().map(|tag| tag.as_str()), Some("sv"));
    assert_eq!(meta.scopes.first().map(|scope| scope.value.as_str()), Some("example.com"));
    assert_eq!(meta.validity_end.as_deref(), Some("2013-12-31"));
    judged(
        &stored,
        &[
            ("l·l", "valid"),
            ("al·la", "valid"),
            ("l·a", "invalid"),
            ("·", "invalid"),
            ("l·l·l", "valid"),
            ("bcd", "invalid"),
            ("bcda", "valid"),
            ("bc", "valid"),
            ("\u{200d}", "invalid"),
            ("世", "valid"),
        ],
    );
    related(&stored, "世", &[("丗", "blocked"), ("卋", "allocatable"), ("世", "valid"), ("a", ""), ("世世", "")]);
    // From U+4E17 all variants are allocatable, but the label must be of preferred code points only; otherwise the default
    // action for any allocatable variant decides.
    related(&stored, "丗", &[("世", "allocatable"), ("卋", "allocatable")]);
    related(&stored, "丗世", &[("世卋", "allocatable"), ("世丗", "blocked")]);
}

#[test]
fn only_variants_and_reflexive_variants() {
    let data = r#"<char cp="0078"><var cp="0078" type="allocatable"/><var cp="0079" type="blocked"/></char>
        <char cp="0079"><var cp="0078" type="allocatable"/></char>"#;
    let rules = r#"<action disp="blocked" any-variant="blocked" />
        <action disp="allocatable" only-variants="allocatable" />
        <action disp="some-disp" any-variant="allocatable" />"#;
    let stored = Stored::of(&document(data, rules));
    // Section 7.2.1.
    related(&stored, "xx", &[("xx", "allocatable"), ("xy", "blocked"), ("yx", "blocked"), ("yy", "blocked")]);
    related(&stored, "yy", &[("xy", "some-disp"), ("yx", "some-disp"), ("xx", "allocatable"), ("yy", "valid")]);
    judged(&stored, &[("xx", "allocatable"), ("yy", "valid"), ("xy", "some-disp")]);
    let found = stored.table().variants("xx", 10);
    assert!(found.is_complete);
    assert_eq!(found.labels.iter().map(|variant| variant.label.as_str()).collect::<Vec<_>>(), ["xy", "yx", "yy"]);
}

#[test]
fn all_labels_of_preferred_variants() {
    let data = r#"<char cp="3447"><var cp="3473" type="preferred"/></char>
        <char cp="3473"><var cp="3447" type="blocked"/><var cp="3473" type="preferred"/></char>"#;
    let rules = r#"<action disp="activated" only-variants="preferred"/>"#;
    let stored = Stored::of(&document(data, rules));
    // Section 5.3.4: the original U+3473 U+3447.
    related(&stored, &label("3473 3447"), &[(&label("3473 3473"), "activated"), (&label("3447 3447"), "blocked")]);
}

#[test]
fn code_points_out_of_the_repertoire() {
    let data = r#"<char cp="0570"><var cp="0068" type="blocked"/><var cp="04BB" type="blocked"/></char>
        <char cp="0068"><var cp="0068" type="out-of-repertoire-var"/><var cp="04BB" type="blocked"/>
          <var cp="0570" type="blocked"/></char>
        <char cp="04BB"><var cp="04BB" type="out-of-repertoire-var"/><var cp="0068" type="blocked"/>
          <var cp="0570" type="blocked"/></char>"#;
    let rules = r#"<action disp="invalid" any-variant="out-of-repertoire-var" />"#;
    let stored = Stored::of(&document(data, rules));
    judged(&stored, &[("հ", "valid"), ("h", "invalid"), ("հh", "invalid")]);
    related(&stored, "հ", &[("h", "blocked"), ("һ", "blocked")]);
    related(&stored, "h", &[("հ", "")]);
}

const CHINESE: &str = r#"
       <char cp="4E7E"><var cp="4E7E" type="both"/><var cp="4E81" type="blocked"/><var cp="5E72" type="simp"/>
         <var cp="5E79" type="blocked"/><var cp="69A6" type="blocked"/><var cp="6F27" type="blocked"/></char>
       <char cp="4E81"><var cp="4E7E" type="trad"/><var cp="5E72" type="simp"/><var cp="5E79" type="blocked"/>
         <var cp="69A6" type="blocked"/><var cp="6F27" type="blocked"/></char>
       <char cp="5E72"><var cp="4E7E" type="trad"/><var cp="4E81" type="blocked"/><var cp="5E72" type="both"/>
         <var cp="5E79" type="trad"/><var cp="69A6" type="blocked"/><var cp="6F27" type="blocked"/></char>
       <char cp="5E79"><var cp="4E7E" type="blocked"/><var cp="4E81" type="blocked"/><var cp="5E72" type="simp"/>
         <var cp="5E79" type="trad"/><var cp="69A6" type="blocked"/><var cp="6F27" type="blocked"/></char>
       <char cp="69A6"><var cp="4E7E" type="blocked"/><var cp="4E81" type="blocked"/><var cp="5E72" type="simp"/>
         <var cp="5E79" type="blocked"/><var cp="69A6" type="trad"/><var cp="6F27" type="blocked"/></char>
       <char cp="6F27"><var cp="4E7E" type="simp"/><var cp="4E81" type="blocked"/><var cp="5E72" type="blocked"/>
         <var cp="5E79" type="blocked"/><var cp="69A6" type="blocked"/><var cp="6F27" type="trad"/></char>"#;

#[test]
fn tables_after_rfc_3743() {
    let rules = r#"<action disp="blocked" any-variant="blocked" />
       <action disp="allocatable" only-variants="simp both" />
       <action disp="allocatable" only-variants="trad both" />
       <action disp="blocked" any-variant="simp trad" />
       <action disp="allocatable" comment="catch-all" />"#;
    let stored = Stored::of(&document(CHINESE, rules));
    let original = label("4E7E 4E81");
    // Appendix B lists the labels that are allocatable, and one that must not be.
    let expected = ["4E7E 4E81", "4E7E 5E72", "5E72 5E72", "4E7E 4E7E"].map(|points| (label(points), "allocatable"));
    for (variant, name) in expected.iter().chain(&[(label("5E72 4E7E"), "blocked"), (label("4E81 4E81"), "blocked")]) {
        related(&stored, &original, &[(variant, name)]);
    }
    let found = stored.table().variants(&original, 100);
    assert!(found.is_complete);
    assert_eq!(found.labels.len(), 6 * 6 - 1, "all permutations but the label itself");
    let allocatable = found.labels.iter().filter(|variant| variant.disposition.name == "allocatable").count();
    assert_eq!(allocatable, 3);
    let some = stored.table().variants(&original, 5);
    assert!(!some.is_complete && some.labels.len() == 5);
}

#[test]
fn duplicate_variant_labels() {
    // Section 8.4.
    let data = r#"<char cp="0061"><var cp="0061" type="allocatable"/></char>
        <char cp="0062"/>
        <char cp="0061 0062"><var cp="0061 0062" type="blocked"/></char>"#;
    let stored = Stored::of(&document(data, ""));
    let found = stored.table().disposition("ab", "ab").expect("derived twice");
    assert!(found.is_duplicate);
    assert_eq!(found.name, "blocked", "the stricter of the two");
    assert!(!stored.table().disposition("a", "a").expect("derived once").is_duplicate);
    // Section 5.3.5: two contexts of one mapping that both hold.
    let data = r#"<char cp="0061"><var cp="0062" type="blocked" when="first"/><var cp="0062" type="blocked" when="all"/></char>
        <char cp="0062"/>"#;
    let rules =
        r#"<rule name="first"><look-behind><start/></look-behind><anchor/></rule><rule name="all"><any/></rule>"#;
    let stored = Stored::of(&document(data, rules));
    assert!(stored.table().disposition("ab", "bb").expect("derived twice").is_duplicate);
    assert!(!stored.table().disposition("ba", "bb").expect("derived once").is_duplicate);
}

#[test]
fn a_context_is_that_of_the_instance() {
    // Section 6.4.1: of two instances the first satisfies the rule and the second does not.
    let data = r#"<char cp="0375" when="preceding-greek"/><range first-cp="03B1" last-cp="03C9"/><char cp="0061"/>"#;
    let rules = r#"<class name="greek-script" property="sc:Grek"/>
        <rule name="preceding-greek"><anchor/><look-ahead><class by-ref="greek-script"/></look-ahead></rule>"#;
    let stored = Stored::of(&document(data, rules));
    judged(&stored, &[("͵α", "valid"), ("α͵", "invalid"), ("͵α͵a", "invalid"), ("͵α͵β", "valid")]);
    assert!(stored.table().judge("͵α͵a").to_string().contains("place 3"));
}

#[test]
fn rules_without_anchor_look_at_the_whole_label() {
    // Sections 6.4.3 and 6.3.9; the RFC writes `sc:Kata`, which Unicode does not know.
    let data = r#"<char cp="30FB" when="japanese-in-label"/><char cp="0061"/><char cp="30A2"/>
        <range first-cp="0660" last-cp="0669" not-when="mixed-digits" tag="arabic-indic-digits" />
        <range first-cp="06F0" last-cp="06F9" not-when="mixed-digits" tag="extended-arabic-indic-digits" />"#;
    let rules = r#"<rule name="japanese-in-label"><union>
          <class property="sc:Hani"/><class property="sc:Kana"/><class property="sc:Hira"/></union></rule>
        <rule name="mixed-digits"><choice>
          <rule><class from-tag="arabic-indic-digits"/><any count="0+"/>
            <class from-tag="extended-arabic-indic-digits"/></rule>
          <rule><class from-tag="extended-arabic-indic-digits"/><any count="0+"/>
            <class from-tag="arabic-indic-digits"/></rule></choice></rule>"#;
    assert!(super::parse(&document(data, &rules.replace("sc:Kana", "sc:Kata"))).is_err());
    let stored = Stored::of(&document(data, rules));
    judged(
        &stored,
        &[
            ("a・", "invalid"),
            ("ア・a", "valid"),
            ("a・aア", "valid"),
            ("\u{660}\u{669}a", "valid"),
            ("\u{660}a\u{6f0}", "invalid"),
            ("\u{6f0}a\u{660}", "invalid"),
            ("\u{6f0}\u{6f1}", "valid"),
        ],
    );
}

#[test]
fn null_variants() {
    // Section 5.3.3, both ways.
    let data = r#"<char cp="0061"/><char cp="0062"/><char cp="200C"><var cp="" type="blocked"/></char>
        <char cp=""><var cp="200C" type="invalid"/></char>"#;
    let stored = Stored::of(&document(data, ""));
    let (with, without) = ("a\u{200c}b", "ab");
    related(&stored, with, &[(without, "blocked"), (with, "valid"), ("a\u{200c}\u{200c}b", "invalid")]);
    related(&stored, without, &[(with, "invalid"), ("a\u{200c}\u{200c}b", ""), ("\u{200c}ab\u{200c}", "invalid")]);
    assert_eq!(stored.table().variants(with, 10).labels.len(), 1, "insertions are invalid, and removed");
    let stored = Stored::of(&document(&data.replace("invalid", "blocked"), ""));
    let found = stored.table().variants(without, 10);
    assert_eq!(found.labels.len(), 7, "one or none at each of three places, but the label itself: {found:?}");
}

#[test]
fn sequences_are_tried_longest_first() {
    // Section 8.1: greedily, without a second look at what was taken.
    let data = r#"<char cp="0061"/><char cp="0061 0062"/><char cp="0062 0063"/>
        <char cp="0061 0062 0063 0064" when="never"/>
        <char cp="0078 0079"/><char cp="0078 0079 007A"/>"#;
    let rules = r#"<rule name="never"><start/><end/></rule>"#;
    let stored = Stored::of(&document(data, rules));
    judged(
        &stored,
        &[
            ("ab", "valid"),
            ("abbc", "valid"),
            ("abc", "invalid"),
            ("b", "invalid"),
            ("aab", "valid"),
            ("xyzxy", "valid"),
        ],
    );
}

#[test]
fn aksharas() {
    // Appendix C, with its references put right: classes are named before they are referenced, and the values of InSC are
    // spelt as Unicode does.
    let rules = r#"<class name="halant" property="InSC:Virama" />
       <union name="vowel-modifier"><class property="InSC:Visarga"/><class property="InSC:Bindu"/></union>
       <class name="consonant" property="InSC:Consonant"/><class name="nukta" property="InSC:Nukta"/>
       <rule name="consonant-with-optional-nukta">
           <class by-ref="consonant" /><class by-ref="nukta" count="0:1"/></rule>
       <rule name="independent-vowel-with-optional-modifier">
           <class property="InSC:Vowel_Independent" /><class by-ref="vowel-modifier" count="0:1" /></rule>
       <rule name="optional-dependent-vowel-with-opt-modifier" >
         <class property="InSC:Vowel_Dependent" count="0:1" /><class by-ref="vowel-modifier" count="0:1" /></rule>
       <rule name="consonant-cluster">
         <rule count="0+"><rule by-ref="consonant-with-optional-nukta" /><class by-ref="halant" /></rule>
         <rule by-ref="consonant-with-optional-nukta" />
         <choice><class by-ref="halant" /><rule by-ref="optional-dependent-vowel-with-opt-modifier" /></choice>
       </rule>
       <rule name="akshara"><choice>
           <rule by-ref="independent-vowel-with-optional-modifier" /><rule by-ref="consonant-cluster" />
         </choice></rule>
       <rule name="WLE-akshara-or-other">
         <start /><choice count="1+"><class property="InSC:Other" /><rule by-ref="akshara" /></choice><end /></rule>
       <action disp="invalid" not-match="WLE-akshara-or-other" />"#;
    let data = r#"<range first-cp="0900" last-cp="0963"/><range first-cp="0061" last-cp="007A"/>"#;
    let stored = Stored::of(&document(data, rules));
    judged(
        &stored,
        &[
            ("क", "valid"),
            ("कि", "valid"),
            ("क्षि", "valid"),
            ("क़ा", "valid"),
            ("aक", "valid"),
            ("अं", "valid"),
            ("ि", "invalid"),
            ("क््", "invalid"),
            ("अि", "invalid"),
        ],
    );
    assert!(super::parse(&document(data, r#"<class name="other" property="InSC:other"/>"#)).is_err());
    assert!(super::parse(&document(data, r#"<rule name="r"><class by-ref="InSC:Consonant"/></rule>"#)).is_err());
}
