//! The examples printed in RFC 3915, word for word, sent to a registry that has the names they speak of. What the RFC
//! prints as the answer is compared in meaning.

use crate::admin::run;
use crate::extensions::RGP;
use crate::frames::{
    attributes, check, contact_create, contacts, delete, domain_create, expect, host_create, info, name_servers, part,
    period, text, texts, update,
};
use crate::session::Login;
use crate::support::epp::code;
use crate::support::{EppClient, Server};

/// RFC 3915, section 4.1.2, "Example <info> Response for "addPeriod" Status".
const ADD_PERIOD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"
     xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
     xsi:schemaLocation="urn:ietf:params:xml:ns:epp-1.0
     epp-1.0.xsd">
  <response>
    <result code="1000">
      <msg>Command completed successfully</msg>
    </result>
    <resData>
      <domain:infData
       xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"
       xsi:schemaLocation="urn:ietf:params:xml:ns:domain-1.0
       domain-1.0.xsd">
        <domain:name>example.com</domain:name>
        <domain:roid>EXAMPLE1-REP</domain:roid>
        <domain:status s="ok"/>
        <domain:registrant>jd1234</domain:registrant>
        <domain:contact type="admin">sh8013</domain:contact>
        <domain:contact type="tech">sh8013</domain:contact>
        <domain:ns>
          <domain:hostObj>ns1.example.com</domain:hostObj>
          <domain:hostObj>ns1.example.net</domain:hostObj>
        </domain:ns>
        <domain:host>ns1.example.com</domain:host>
        <domain:host>ns2.example.com</domain:host>
        <domain:clID>ClientX</domain:clID>
        <domain:crID>ClientX</domain:crID>
        <domain:crDate>2003-11-26T22:00:00.0Z</domain:crDate>
        <domain:exDate>2005-11-26T22:00:00.0Z</domain:exDate>
        <domain:authInfo>
          <domain:pw>2fooBAR</domain:pw>
        </domain:authInfo>
      </domain:infData>
    </resData>
    <extension>
      <rgp:infData xmlns:rgp="urn:ietf:params:xml:ns:rgp-1.0"
       xsi:schemaLocation="urn:ietf:params:xml:ns:rgp-1.0
       rgp-1.0.xsd">
        <rgp:rgpStatus s="addPeriod"/>
      </rgp:infData>
    </extension>
    <trID>
      <clTRID>ABC-12345</clTRID>
      <svTRID>54322-XYZ</svTRID>
    </trID>
  </response>
</epp>"#;

/// RFC 3915, section 4.1.2, "Example <info> Response for "redemptionPeriod" Status".
const REDEMPTION: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"
     xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
     xsi:schemaLocation="urn:ietf:params:xml:ns:epp-1.0
     epp-1.0.xsd">
  <response>
    <result code="1000">
      <msg>Command completed successfully</msg>
    </result>
    <resData>
      <domain:infData
       xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"
       xsi:schemaLocation="urn:ietf:params:xml:ns:domain-1.0
       domain-1.0.xsd">
        <domain:name>example.com</domain:name>
        <domain:roid>EXAMPLE1-REP</domain:roid>
        <domain:status s="pendingDelete"/>
        <domain:registrant>jd1234</domain:registrant>
        <domain:contact type="admin">sh8013</domain:contact>
        <domain:contact type="tech">sh8013</domain:contact>
        <domain:ns>
          <domain:hostObj>ns1.example.com</domain:hostObj>
          <domain:hostObj>ns1.example.net</domain:hostObj>
        </domain:ns>
        <domain:host>ns1.example.com</domain:host>
        <domain:host>ns2.example.com</domain:host>
        <domain:clID>ClientX</domain:clID>
        <domain:crID>ClientY</domain:crID>
        <domain:crDate>1999-04-03T22:00:00.0Z</domain:crDate>
        <domain:upID>ClientX</domain:upID>
        <domain:upDate>1999-12-03T09:00:00.0Z</domain:upDate>
        <domain:exDate>2005-04-03T22:00:00.0Z</domain:exDate>
        <domain:trDate>2000-04-08T09:00:00.0Z</domain:trDate>
        <domain:authInfo>
          <domain:pw>2fooBAR</domain:pw>
        </domain:authInfo>
      </domain:infData>
    </resData>
    <extension>
      <rgp:infData xmlns:rgp="urn:ietf:params:xml:ns:rgp-1.0"
       xsi:schemaLocation="urn:ietf:params:xml:ns:rgp-1.0
       rgp-1.0.xsd">
        <rgp:rgpStatus s="redemptionPeriod"/>
      </rgp:infData>
    </extension>
    <trID>
      <clTRID>ABC-12345</clTRID>
      <svTRID>54322-XYZ</svTRID>
    </trID>
  </response>
</epp>"#;

/// RFC 3915, section 4.2.5, "Example <update> Command without a Restore Report".
const RESTORE: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"
     xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
     xsi:schemaLocation="urn:ietf:params:xml:ns:epp-1.0
     epp-1.0.xsd">
  <command>
    <update>
      <domain:update
       xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"
       xsi:schemaLocation="urn:ietf:params:xml:ns:domain-1.0
       domain-1.0.xsd">
        <domain:name>example.com</domain:name>
        <domain:chg/>
      </domain:update>
    </update>
    <extension>
      <rgp:update xmlns:rgp="urn:ietf:params:xml:ns:rgp-1.0"
       xsi:schemaLocation="urn:ietf:params:xml:ns:rgp-1.0
       rgp-1.0.xsd">
        <rgp:restore op="request"/>
      </rgp:update>
    </extension>
    <clTRID>ABC-12345</clTRID>
  </command>
</epp>"#;

/// RFC 3915, section 4.2.5, "Example <update> Command with a Restore Report".
const REPORT: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"
     xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
     xsi:schemaLocation="urn:ietf:params:xml:ns:epp-1.0
     epp-1.0.xsd">
  <command>
    <update>
      <domain:update
       xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"
       xsi:schemaLocation="urn:ietf:params:xml:ns:domain-1.0
       domain-1.0.xsd">
        <domain:name>example.com</domain:name>
        <domain:chg/>
      </domain:update>
    </update>
    <extension>
      <rgp:update xmlns:rgp="urn:ietf:params:xml:ns:rgp-1.0"
       xsi:schemaLocation="urn:ietf:params:xml:ns:rgp-1.0
       rgp-1.0.xsd">
        <rgp:restore op="report">
          <rgp:report>
            <rgp:preData>Pre-delete registration data goes here.
            Both XML and free text are allowed.</rgp:preData>
            <rgp:postData>Post-restore registration data goes here.
            Both XML and free text are allowed.</rgp:postData>
            <rgp:delTime>2003-07-10T22:00:00.0Z</rgp:delTime>
            <rgp:resTime>2003-07-20T22:00:00.0Z</rgp:resTime>
            <rgp:resReason>Registrant error.</rgp:resReason>
            <rgp:statement>This registrar has not restored the
            Registered Name in order to assume the rights to use
            or sell the Registered Name for itself or for any
            third party.</rgp:statement>
            <rgp:statement>The information in this report is
            true to best of this registrar's knowledge, and this
            registrar acknowledges that intentionally supplying
            false information in this report shall constitute an
            incurable material breach of the
            Registry-Registrar Agreement.</rgp:statement>
            <rgp:other>Supporting information goes
            here.</rgp:other>
          </rgp:report>
        </rgp:restore>
      </rgp:update>
    </extension>
    <clTRID>ABC-12345</clTRID>
  </command>
</epp>"#;

/// RFC 3915, section 4.2.5, "Example restore request <update> response".
const RESTORING: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"
     xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
     xsi:schemaLocation="urn:ietf:params:xml:ns:epp-1.0
     epp-1.0.xsd">
  <response>
    <result code="1000">
      <msg lang="en">Command completed successfully</msg>
    </result>
    <extension>
      <rgp:upData xmlns:rgp="urn:ietf:params:xml:ns:rgp-1.0"
       xsi:schemaLocation="urn:ietf:params:xml:ns:rgp-1.0
       rgp-1.0.xsd">
        <rgp:rgpStatus s="pendingRestore"/>
      </rgp:upData>
    </extension>
    <trID>
      <clTRID>ABC-12345</clTRID>
      <svTRID>54321-XYZ</svTRID>
    </trID>
  </response>
</epp>"#;

/// A session of `registrar-a` or `registrar-b` that asks for these extensions.
pub(crate) fn session(server: &Server, index: usize, extensions: &[&str]) -> EppClient {
    let registrar = &server.demo().registrars[index];
    let mut client = EppClient::connect(server.demo(), registrar).expect("a greeting");
    expect(&mut client, 1000, &Login { extensions, ..Login::of(registrar) }.body());
    client
}

/// An admin command to that registry, which succeeds.
#[track_caller]
pub(crate) fn admin(server: &Server, arguments: &[&str]) {
    let target = server.directory().join("demo.json");
    let output = run(&[&["admin", "--target", target.to_str().expect("UTF-8")], arguments].concat());
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Answers a whole document as printed, which must have this result code, and echoes its clTRID.
#[track_caller]
pub(crate) fn replay(client: &mut EppClient, expected: u16, document: &str) -> String {
    let answer = client.exchange(document);
    assert_eq!(code(&answer), expected, "\n{document}\nwas answered\n{answer}");
    assert_eq!(text(&answer, "clTRID"), "ABC-12345");
    answer
}

/// What both responses say of these elements, and of statuses of both kinds.
#[track_caller]
fn agree(answer: &str, printed: &str, elements: &[&str]) {
    assert_eq!(code(answer), code(printed));
    for element in elements {
        assert_eq!(texts(answer, element), texts(printed, element), "{element}: {answer}");
    }
    assert_eq!(attributes(answer, "s"), attributes(printed, "s"), "{answer}");
}

#[test]
fn the_examples_of_rfc_3915_are_answered_as_printed() {
    let server = Server::start_virtual();
    let tld = ["tld", "add", "com", "--data-model", "maximum", "--repository-id", "REP", "--require-contact", "admin"];
    admin(&server, &[&tld[..], &["--require-contact", "tech"]].concat());
    let mut client = session(&server, 0, &[RGP]);
    for id in ["jd1234", "sh8013"] {
        expect(&mut client, 1000, &contact_create(id));
    }
    let options = period(2, "y") + &contacts("sh8013").replacen("sh8013", "jd1234", 1);
    expect(&mut client, 1000, &domain_create("example.com", &options));
    let hosts =
        [("ns1.example.com", &["192.0.2.1"][..]), ("ns2.example.com", &["192.0.2.2"]), ("ns1.example.net", &[])];
    for (host, glue) in hosts {
        expect(&mut client, 1000, &host_create(host, glue));
    }
    let servers = name_servers(&["ns1.example.com", "ns1.example.net"]);
    expect(&mut client, 1000, &update("domain", "example.com", &part("domain", "add", &servers)));
    let all = ["domain:name", "domain:registrant", "domain:contact", "domain:hostObj", "domain:host"];
    agree(&expect(&mut client, 1000, &info("domain", "example.com")), ADD_PERIOD, &all);
    // It is in no redemption yet, and nothing becomes of it.
    replay(&mut client, 2304, RESTORE);
    replay(&mut client, 2304, REPORT);

    admin(&server, &["clock", "advance", "--days", "6"]);
    // A domain is deleted once no host is below it; so the printed hosts below it are not there any more.
    expect(&mut client, 2305, &delete("domain", "example.com"));
    let servers = name_servers(&["ns1.example.com"]);
    expect(&mut client, 1000, &update("domain", "example.com", &part("domain", "rem", &servers)));
    for host in ["ns1.example.com", "ns2.example.com"] {
        expect(&mut client, 1000, &delete("host", host));
    }
    expect(&mut client, 1001, &delete("domain", "example.com"));
    agree(&expect(&mut client, 1000, &info("domain", "example.com")), REDEMPTION, &all[..3]);
    replay(&mut client, 2304, REPORT);

    let answer = replay(&mut client, 1000, RESTORE);
    agree(&answer, RESTORING, &[]);
    assert_eq!(texts(&answer, "rgp:upData").len(), 1, "{answer}");
    let answer = expect(&mut client, 1000, &info("domain", "example.com"));
    assert_eq!(attributes(&answer, "s"), ["pendingDelete", "pendingRestore"]);
    replay(&mut client, 2304, RESTORE);
    replay(&mut client, 1000, REPORT);
    let answer = expect(&mut client, 1000, &info("domain", "example.com"));
    assert_eq!((attributes(&answer, "s"), texts(&answer, "domain:hostObj")), (vec!["ok"], vec!["ns1.example.net"]));
    replay(&mut client, 2304, REPORT);
    assert!(expect(&mut client, 1000, &check("domain", &["example.com"])).contains("avail=\"0\""));
}
