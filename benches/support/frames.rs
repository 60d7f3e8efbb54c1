//! EPP frames as registrars send them, with clTRIDs and white space of the usual size.

/// clID of the one registrar.
pub const CLID: &str = "registrar-a";
/// Its password.
pub const PASSWORD: &str = "a long password";
/// Contacts that every domain has.
pub const CONTACTS: [&str; 4] = ["BENCH-REG", "BENCH-ADM", "BENCH-TEC", "BENCH-BIL"];
/// Name servers that every domain has.
pub const HOSTS: [&str; 2] = ["ns1.dns-provider.net", "ns2.dns-provider.net"];

/// The name of a domain.
pub fn name(number: u64) -> String {
    format!("a-domain-name-{number:09}.example")
}

/// A data unit: length and command (RFC 5734, section 4).
pub fn command(body: &str, number: u64) -> Vec<u8> {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\">\n  \
         <command>\n    {body}\n    <clTRID>BENCH-{number:012}</clTRID>\n  </command>\n</epp>\n"
    );
    let mut frame = u32::try_from(xml.len() + 4).expect("short").to_be_bytes().to_vec();
    frame.extend_from_slice(xml.as_bytes());
    frame
}

pub fn login() -> Vec<u8> {
    let services: String =
        ["domain", "host", "contact"].map(|s| format!("<objURI>urn:ietf:params:xml:ns:{s}-1.0</objURI>")).concat();
    let body = format!(
        "<login><clID>{CLID}</clID><pw>{PASSWORD}</pw><options><version>1.0</version><lang>en</lang></options>\
         <svcs>{services}</svcs></login>"
    );
    command(&body, 0)
}

/// `poll` with op `req`.
pub fn poll(number: u64) -> Vec<u8> {
    command("<poll op=\"req\"/>", number)
}

/// `poll` with op `ack`.
pub fn poll_ack(id: &str, number: u64) -> Vec<u8> {
    command(&format!("<poll op=\"ack\" msgID=\"{id}\"/>"), number)
}

pub fn domain_check(number: u64) -> Vec<u8> {
    let body = format!(
        "<check>\n      <domain:check xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">\n        \
         <domain:name>{}</domain:name>\n      </domain:check>\n    </check>",
        name(number)
    );
    command(&body, number)
}

pub fn domain_info(number: u64) -> Vec<u8> {
    let body = format!(
        "<info>\n      <domain:info xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">\n        \
         <domain:name hosts=\"all\">{}</domain:name>\n      </domain:info>\n    </info>",
        name(number)
    );
    command(&body, number)
}

pub fn domain_create(number: u64) -> Vec<u8> {
    command(&create_of(number), number)
}

fn create_of(number: u64) -> String {
    let [registrant, admin, tech, billing] = CONTACTS;
    let [first, second] = HOSTS;
    format!(
        "<create>\n      <domain:create xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">\n        \
         <domain:name>{}</domain:name>\n        <domain:period unit=\"y\">2</domain:period>\n        <domain:ns>\n          \
         <domain:hostObj>{first}</domain:hostObj>\n          <domain:hostObj>{second}</domain:hostObj>\n        \
         </domain:ns>\n        <domain:registrant>{registrant}</domain:registrant>\n        \
         <domain:contact type=\"admin\">{admin}</domain:contact>\n        \
         <domain:contact type=\"tech\">{tech}</domain:contact>\n        \
         <domain:contact type=\"billing\">{billing}</domain:contact>\n        \
         <domain:authInfo>\n          <domain:pw>2fooBAR-and-more</domain:pw>\n        </domain:authInfo>\n      \
         </domain:create>\n    </create>",
        name(number)
    )
}

/// The same with two DS records.
pub fn domain_create_signed(number: u64) -> Vec<u8> {
    let ds = |tag: u32| {
        format!(
            "<secDNS:dsData><secDNS:keyTag>{tag}</secDNS:keyTag><secDNS:alg>13</secDNS:alg>\
             <secDNS:digestType>2</secDNS:digestType><secDNS:digest>{}</secDNS:digest></secDNS:dsData>",
            "49FD46E6".repeat(8)
        )
    };
    let extension = format!(
        "<extension><secDNS:create xmlns:secDNS=\"urn:ietf:params:xml:ns:secDNS-1.1\">{}{}</secDNS:create></extension>",
        ds(12345),
        ds(60485)
    );
    command(&(create_of(number) + &extension), number)
}

pub fn host_create(name: &str) -> Vec<u8> {
    let body = format!(
        "<create><host:create xmlns:host=\"urn:ietf:params:xml:ns:host-1.0\"><host:name>{name}</host:name>\
         </host:create></create>"
    );
    command(&body, 0)
}

pub fn contact_create(id: &str) -> Vec<u8> {
    let body = format!(
        "<create><contact:create xmlns:contact=\"urn:ietf:params:xml:ns:contact-1.0\"><contact:id>{id}</contact:id>\
         <contact:postalInfo type=\"int\"><contact:name>John Doe</contact:name><contact:org>Example Inc.</contact:org>\
         <contact:addr><contact:street>123 Example Dr.</contact:street><contact:city>Dulles</contact:city>\
         <contact:sp>VA</contact:sp><contact:pc>20166-6503</contact:pc><contact:cc>US</contact:cc></contact:addr>\
         </contact:postalInfo><contact:voice>+1.7035555555</contact:voice><contact:email>jdoe@example.com</contact:email>\
         <contact:authInfo><contact:pw>2fooBAR-and-more</contact:pw></contact:authInfo></contact:create></create>"
    );
    command(&body, 0)
}
