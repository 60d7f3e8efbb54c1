//! # What RDAP shows to whom
//!
//! Answers keep to RFC 9083 and to ICANN's gTLD RDAP profile of February 2024, and say so in `rdapConformance`; `redacted`
//! (RFC 9537) is among its values exactly where an answer has that member. The tests `rule_NN_…` follow the numbered rules of the
//! profile: those about transport and service speak to the binary, the others judge answers, and beside each judge stand answers
//! with one fault that it must refuse.
//!
//! # Contact data
//!
//! A client that the registry knows and authorises ([`Audience::Authorised`], see [`super::rdap_tiers`]) sees everything.
//! For anybody else the policy of the TLD ([`Disclosure`]) of the domain decides; a contact that is looked up itself belongs
//! to no TLD, and is shown by the strictest policy of all TLDs of the registry.
//!
//! | policy | shown |
//! | --- | --- |
//! | `RedactAll` | state or province, and country; not even the handle |
//! | `ByDisclose`, the default | those, the handle, and what `disclose` with flag 1 names (RFC 5733, section 2.9) |
//! | `PublishOrganisations` | those, and the organisation unless `disclose` with flag 0 names it |
//!
//! A `disclose` counts for the form of name and address that it names. One form is shown: `int` where a contact has both.
//! What EPP calls a contact is never shown: its handle is its ROID, which `/entity/` finds; its EPP identifier finds it too.
//! Each role of a domain has one entity, the first contact where EPP has several, and one entity may fill several roles.
//!
//! # What is withheld
//!
//! An entry of `redacted` stands for each thing that the contact has and that is withheld, with the reason "Server policy". So
//! does one for each thing that the profile asks for and the contact never gave: of a registrant its name, street, city, postal
//! code, telephone and e-mail address, of a technical contact its name, telephone and e-mail address. Where the policy closes such a
//! field its entry is the same whether there is a value or not, and nobody learns which. Where the reader might see the value
//! (because the contact asked for that, or because the reader is authorised) the reason is "Not provided": nothing is
//! withheld, there is nothing. What the profile does not ask for (the organisation, a facsimile number, extensions, all of other
//! contacts) has no entry where it was never given.
//!
//! `E` is the entity: `$` where it was asked for itself, and `$.entities[?(@.roles[N]=='ROLE')]` in a domain, where N is the place
//! of the role in that entity. What was never given is told of by the same method and path: its place is empty, or not there.
//!
//! | data | name after the role | method | path |
//! | --- | --- | --- | --- |
//! | handle | Registry … ID | removal | `prePath` `E.handle`; the link of the entity to itself goes with it |
//! | name | … Name | emptyValue | `postPath` `E.vcardArray[1][?(@[0]=='fn')][3]` |
//! | organisation | … Organization | removal | `prePath` `E.vcardArray[1][?(@[0]=='org')]` |
//! | street | … Street | emptyValue | `postPath` `E.vcardArray[1][?(@[0]=='adr')][3][2]` |
//! | city | … City | emptyValue | `postPath` `E.vcardArray[1][?(@[0]=='adr')][3][3]` |
//! | postal code | … Postal Code | emptyValue | `postPath` `E.vcardArray[1][?(@[0]=='adr')][3][5]` |
//! | telephone, its extension | … Phone, … Phone Ext | removal | `prePath` `E.vcardArray[1][?(@[1].type=='voice')]` |
//! | facsimile, its extension | … Fax, … Fax Ext | removal | `prePath` `E.vcardArray[1][?(@[1].type=='fax')]` |
//! | e-mail address | … Email | removal | `prePath` `E.vcardArray[1][?(@[0]=='email')]` |
//!
//! The word in the name is Registrant, Tech, Admin or Billing, and Contact for one that is asked for itself. Names that IANA has
//! registered are a `type`: all of Registrant's, and Tech's ID, Name, Phone and Email. All others are a `description`. A contact
//! of several roles is listed once, as the registrant if it is one, as the technical contact otherwise; a registrant who is the
//! technical contact too has the four registered names of Tech besides, since readers look for those of each role.
//!
//! # Decided beside the profile
//!
//! | question | decision | why |
//! | --- | --- | --- |
//! | Who is a registrar without IANA id? | handle `not applicable`, no `publicIds`, a link to itself by clID | the profile's word; the link leads somewhere |
//! | Where do terms of service lead that the operator has not written? | to `help`, with the type of RDAP | every answer must link some, and help is no page |
//! | How is an extension shown that a `tel` URI cannot hold? | the number is a text: `+1.7035555555 ext. 12#9` | RFC 3966 has digits and `-.()` alone, EPP takes any text; so nothing is lost, and withholding it works alike |
//! | Is a registrar found by its name? | by the search `entities?fn=` alone | names are not unique, and whoever makes a contact of the same name would stand before it, or be hidden by it; and a miss would look at every registrar |
//! | When is a domain `active`? | when no other status holds, grace periods included | the profile's validators take it to stand alone |
//! | What if a registrar's record lacks what the profile asks for? | the answer lacks it too; the operator is told at `registrar add` and `set`, in `registrar list` and at start | an answer that is not whole beats none, and only the operator can mend it |
//! | Whose record needs no URLs? | that of a registrar for tests, without IANA id, or with one of 9994 to 9999 | names of the registry itself are referred to nobody (rules 28 and 29) |
//! | How is an abuse desk called? | Abuse Contact | a card needs a name (RFC 6350, section 6.2.1), and nobody gives one |
//! | Which variants are shown? | other registered names of the same variant key, as `registered` and `conjoined` | whoever has one keeps others from the rest (RFC 9083, section 10.2.5) |
//! | How is markup kept out? | `<`, `>` and `&` are escaped in JSON | a page may inline an answer |
//!
//! [`Audience::Authorised`]: crate::rdap::Audience::Authorised
//! [`Disclosure`]: crate::model::tld::Disclosure
