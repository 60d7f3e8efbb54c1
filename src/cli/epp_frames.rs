//! EPP commands as XML documents. Nothing is checked or corrected: values are escaped and sent, and the server judges.

use quick_xml::escape::escape;

use super::xml_tree::Element;
use crate::epp::extensions::Extension;
use crate::epp::session::{BALANCE_URI, CONTACT_URI, DOMAIN_URI, HOST_URI, MAINTENANCE_URI, OBJECT_URIS};
use crate::model::login_sec::IN_EXTENSION;

const HEAD: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?><epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\">";

/// What a command is about, or extended by: prefix and namespace of the mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Object {
    Domain,
    Host,
    Contact,
    Balance,
    Maintenance,
    Rgp,
    Fee,
    LoginSec,
    SecDns,
    Launch,
    SignedMark,
    AllocationToken,
    Ttl,
    Idn,
}

impl Object {
    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Host => "host",
            Self::Contact => "contact",
            Self::Balance => "balance",
            Self::Maintenance => "maint",
            Self::Rgp => "rgp",
            Self::Fee => "fee",
            Self::LoginSec => "loginSec",
            Self::SecDns => "secDNS",
            Self::Launch => "launch",
            Self::SignedMark => "smd",
            Self::AllocationToken => "allocationToken",
            Self::Ttl => "ttl",
            Self::Idn => "idn",
        }
    }

    const fn uri(self) -> &'static str {
        match self {
            Self::Domain => DOMAIN_URI,
            Self::Host => HOST_URI,
            Self::Contact => CONTACT_URI,
            Self::Balance => BALANCE_URI,
            Self::Maintenance => MAINTENANCE_URI,
            Self::Rgp => Extension::Rgp.uri(),
            Self::Fee => Extension::Fee.uri(),
            Self::LoginSec => Extension::LoginSec.uri(),
            Self::SecDns => Extension::SecDns.uri(),
            Self::Launch => Extension::Launch.uri(),
            Self::SignedMark => "urn:ietf:params:xml:ns:signedMark-1.0",
            Self::AllocationToken => Extension::AllocationToken.uri(),
            Self::Ttl => Extension::Ttl.uri(),
            Self::Idn => Extension::Idn.uri(),
        }
    }

    /// The element that names an object: `id` for contacts, `name` for the others.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Contact => "id",
            _ => "name",
        }
    }
}

/// Elements of one mapping, in the order they are added.
pub(super) struct Body {
    object: Object,
    xml: String,
}

impl Body {
    pub(super) fn new(object: Object) -> Self {
        Self { object, xml: String::new() }
    }

    /// `<p:name attributes>text</p:name>`
    pub(super) fn element(mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> Self {
        let prefix = self.object.prefix();
        self.xml.push_str(&format!("<{prefix}:{name}"));
        for (attribute, value) in attributes {
            self.xml.push_str(&format!(" {attribute}=\"{}\"", escape(*value)));
        }
        match text {
            "" => self.xml.push_str("/>"),
            text => self.xml.push_str(&format!(">{}</{prefix}:{name}>", escape(text))),
        }
        self
    }

    /// The element when there is a value.
    pub(super) fn optional(self, name: &str, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.element(name, &[], text),
            None => self,
        }
    }

    /// The element once for each value.
    pub(super) fn each(self, name: &str, texts: &[String]) -> Self {
        texts.iter().fold(self, |body, text| body.element(name, &[], text))
    }

    /// `<p:name attributes>…</p:name>` around what `inner` adds.
    pub(super) fn group(self, name: &str, attributes: &[(&str, &str)], inner: impl FnOnce(Self) -> Self) -> Self {
        let Self { object, mut xml } = self;
        let content = inner(Self::new(object)).xml;
        let prefix = object.prefix();
        xml.push_str(&format!("<{prefix}:{name}"));
        for (attribute, value) in attributes {
            xml.push_str(&format!(" {attribute}=\"{}\"", escape(*value)));
        }
        xml.push_str(&format!(">{content}</{prefix}:{name}>"));
        Self { object, xml }
    }

    /// The group, unless nothing is in it.
    pub(super) fn group_if_any(self, name: &str, inner: impl FnOnce(Self) -> Self) -> Self {
        let content = inner(Self::new(self.object));
        if content.xml.is_empty() { self } else { self.group(name, &[], |_| content) }
    }

    /// `<authInfo><pw>…</pw></authInfo>`
    pub(super) fn password(self, password: &str) -> Self {
        self.group("authInfo", &[], |body| body.element("pw", &[], password))
    }

    /// Text.
    pub(super) fn text(mut self, text: &str) -> Self {
        self.xml.push_str(&escape(text));
        self
    }

    /// An element of another mapping, complete.
    pub(super) fn nested(mut self, xml: &str) -> Self {
        self.xml.push_str(xml);
        self
    }

    /// `<p:name xmlns:p="…">…</p:name>`, which can stand anywhere.
    pub(super) fn named(self, name: &str) -> String {
        self.named_with(name, &[])
    }

    /// As [`Self::named`], with attributes.
    pub(super) fn named_with(self, name: &str, attributes: &[(&str, &str)]) -> String {
        let (prefix, uri, xml) = (self.object.prefix(), self.object.uri(), self.xml);
        let attributes: String =
            attributes.iter().map(|(name, value)| format!(" {name}=\"{}\"", escape(*value))).collect();
        match xml.is_empty() {
            true => format!("<{prefix}:{name} xmlns:{prefix}=\"{uri}\"{attributes}/>"),
            false => format!("<{prefix}:{name} xmlns:{prefix}=\"{uri}\"{attributes}>{xml}</{prefix}:{name}>"),
        }
    }

    /// As [`Self::named`], around a text.
    pub(super) fn holding(mut self, name: &str, text: &str) -> String {
        self.xml.push_str(&escape(text));
        self.named(name)
    }

    /// As [`Self::named`], empty, with these attributes.
    pub(super) fn asking(self, name: &str, attributes: &str) -> String {
        self.named(name).replacen(" xmlns", &format!(" {attributes} xmlns"), 1)
    }

    /// The whole command. `attributes` are those of the verb, as `op` of a transfer.
    pub(super) fn command(self, verb: &str, attributes: &[(&str, &str)], cl_trid: &str) -> String {
        self.extended(verb, attributes, &[], cl_trid)
    }

    /// The whole command, with those of these elements in its `<extension>` that are there.
    pub(super) fn extended(
        self,
        verb: &str,
        attributes: &[(&str, &str)],
        extensions: &[Option<String>],
        cl_trid: &str,
    ) -> String {
        let attributes: String =
            attributes.iter().map(|(name, value)| format!(" {name}=\"{}\"", escape(*value))).collect();
        let mut command = format!("<{verb}{attributes}>{}</{verb}>", self.named(verb));
        let extensions: String = extensions.iter().flatten().map(String::as_str).collect();
        if !extensions.is_empty() {
            command.push_str(&format!("<extension>{extensions}</extension>"));
        }
        framed(&command, cl_trid)
    }
}

fn framed(command: &str, cl_trid: &str) -> String {
    format!("{HEAD}<command>{command}<clTRID>{}</clTRID></command></epp>", escape(cl_trid))
}

/// A hello.
pub(super) fn hello() -> String {
    format!("{HEAD}<hello/></epp>")
}

/// Characters of the longest password that a login has room for (RFC 5730, `pwType`).
const PLAIN_PASSWORD_CHARACTERS: usize = 16;

/// A login for all that the greeting offers; `secured`, or with a long password, by the login security extension.
pub(super) fn login(
    (clid, password): (&str, &str),
    greeting: Option<&Element>,
    secured: bool,
    cl_trid: &str,
) -> String {
    let menu = greeting.and_then(|document| document.at(&["greeting", "svcMenu"]));
    let named = |parent: Option<&Element>, name: &str| -> Vec<String> {
        let children = parent.map(|parent| parent.children.as_slice()).unwrap_or_default();
        children.iter().filter(|child| child.local_name() == name).map(|child| child.text.clone()).collect()
    };
    let mut objects = named(menu, "objURI");
    if objects.is_empty() {
        objects = OBJECT_URIS.map(str::to_owned).to_vec();
    }
    let extensions = named(menu.and_then(|menu| menu.child("svcExtension")), "extURI");
    let elements = |name: &str, uris: &[String]| -> String {
        uris.iter().map(|uri| format!("<{name}>{}</{name}>", escape(uri.as_str()))).collect()
    };
    let mut services = elements("objURI", &objects);
    if !extensions.is_empty() {
        services.push_str(&format!("<svcExtension>{}</svcExtension>", elements("extURI", &extensions)));
    }
    let secured = secured || password.chars().count() > PLAIN_PASSWORD_CHARACTERS;
    let (plain, extension) = match secured {
        true => (IN_EXTENSION, format!("<extension>{}</extension>", login_security(password))),
        false => (password, String::new()),
    };
    let (clid, plain) = (escape(clid), escape(plain));
    let login = format!(
        "<login><clID>{clid}</clID><pw>{plain}</pw><options><version>1.0</version><lang>en</lang></options>\
         <svcs>{services}</svcs></login>{extension}"
    );
    framed(&login, cl_trid)
}

/// `loginSec:loginSec` with what software this is, and the password.
fn login_security(password: &str) -> String {
    let app = concat!("domesday ", env!("CARGO_PKG_VERSION"));
    let os = format!("{} {}", std::env::consts::ARCH, std::env::consts::OS);
    let agent = |body: Body| body.element("app", &[], app).element("os", &[], &os);
    Body::new(Object::LoginSec).group("userAgent", &[], agent).element("pw", &[], password).named("loginSec")
}

/// A logout.
pub(super) fn logout(cl_trid: &str) -> String {
    framed("<logout/>", cl_trid)
}

/// A poll for the oldest message.
pub(super) fn poll_request(cl_trid: &str) -> String {
    framed("<poll op=\"req\"/>", cl_trid)
}

/// The acknowledgement of a message.
pub(super) fn poll_ack(message: &str, cl_trid: &str) -> String {
    framed(&format!("<poll op=\"ack\" msgID=\"{}\"/>", escape(message)), cl_trid)
}

/// Cuts text into the frames it holds: each begins at an XML declaration; text without one is one frame. Nothing else
/// is looked at, so that broken frames can be sent.
pub(super) fn split(text: &[u8]) -> Vec<Vec<u8>> {
    const DECLARATION: &[u8] = b"<?xml ";
    let mut starts: Vec<usize> = text
        .windows(DECLARATION.len())
        .enumerate()
        .filter(|(_, found)| *found == DECLARATION)
        .map(|(at, _)| at)
        .collect();
    let before = starts.first().map_or(text.len(), |first| *first);
    if !text.get(..before).unwrap_or_default().trim_ascii().is_empty() {
        starts.insert(0, 0);
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| Some(text.get(*start..end)?.trim_ascii_end().to_vec())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::xml_tree::parse;
    use super::*;

    #[test]
    fn frames_are_cut_at_declarations_and_nowhere_else() {
        let (first, second) = ("<?xml version='1.0'?><epp><a/></epp>", "<?xml version='1.0'?>\n<broken");
        for (text, frames) in [
            (format!("{first}\n\n{second}\n"), vec![first, second]),
            (format!("\n  {first}"), vec![first]),
            ("<epp><hello/></epp>\n".to_owned(), vec!["<epp><hello/></epp>"]),
            (format!("<epp/>{first}"), vec!["<epp/>", first]),
            ("not XML".to_owned(), vec!["not XML"]),
            (" \n".to_owned(), vec![]),
        ] {
            let expected: Vec<_> = frames.iter().map(|frame| frame.as_bytes().to_vec()).collect();
            assert_eq!(split(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn a_login_asks_for_what_the_greeting_offers() {
        let greeting = "<epp><greeting><svcMenu><objURI>urn:a</objURI><svcExtension><extURI>urn:x</extURI></svcExtension>\
                        </svcMenu></greeting></epp>";
        let greeting = parse(greeting.as_bytes()).expect("well-formed");
        let login = login(("a&b", "p<w"), Some(&greeting), false, "t-1");
        for part in [
            "<clID>a&amp;b</clID><pw>p&lt;w</pw>",
            "<objURI>urn:a</objURI><svcExtension><extURI>urn:x</extURI></svcExtension>",
            "<clTRID>t-1</clTRID>",
        ] {
            assert!(login.contains(part), "{login}");
        }
        assert!(super::login(("a", "b"), None, false, "t").contains(DOMAIN_URI));
    }

    #[test]
    fn long_passwords_and_those_that_shall_go_by_the_extension() {
        for (password, secured) in [("sixteen & longer", true), ("seventeen letters", false)] {
            let login = login(("a", password), None, secured, "t");
            let escaped = password.replace('&', "&amp;");
            assert!(login.contains("<pw>[LOGIN-SECURITY]</pw>"), "{login}");
            assert!(login.contains(&format!("<loginSec:pw>{escaped}</loginSec:pw></loginSec:loginSec></extension>")));
            assert!(login.contains("<loginSec:userAgent><loginSec:app>domesday "), "{login}");
        }
        assert!(!login(("a", "sixteen & longer"), None, false, "t").contains("extension"));
    }
}
