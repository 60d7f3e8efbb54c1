//! What the DNSSEC extension adds to commands (RFC 5910, section 5.2; schema in section 6).

use crate::base::lexical::{WhiteSpace, base64_binary, boolean, hex_binary, int, unsigned_short};
use crate::epp::decode::Decoder;
use crate::epp::xml::fault::{Outcome, malformed, out_of_range};
use crate::model::refusal::Element;
use crate::model::sec_dns::{DsData, KeyData, SecDnsChange, SecDnsData, SecDnsRecords, SecDnsRemoval, SecDnsUpdate};

const CREATE: Element = Element::sec_dns("create");
const UPDATE: Element = Element::sec_dns("update");
const REMOVE: Element = Element::sec_dns("rem");
const ADD: Element = Element::sec_dns("add");
const CHANGE: Element = Element::sec_dns("chg");
const ALL: Element = Element::sec_dns("all");
const MAX_SIG_LIFE: Element = Element::sec_dns("maxSigLife");
const DS_DATA: Element = Element::sec_dns("dsData");
const KEY_TAG: Element = Element::sec_dns("keyTag");
const ALGORITHM: Element = Element::sec_dns("alg");
const DIGEST_TYPE: Element = Element::sec_dns("digestType");
const DIGEST: Element = Element::sec_dns("digest");
const KEY_DATA: Element = Element::sec_dns("keyData");
const FLAGS: Element = Element::sec_dns("flags");
const PROTOCOL: Element = Element::sec_dns("protocol");
const PUBLIC_KEY: Element = Element::sec_dns("pubKey");

impl Decoder<'_> {
    /// `secDNS:create`, whose start tag was taken last.
    pub(super) fn sec_dns_create(&mut self) -> Outcome<SecDnsData> {
        self.cursor.no_attributes()?;
        self.sec_dns_data(CREATE)
    }

    /// `secDNS:update`, whose start tag was taken last.
    pub(super) fn sec_dns_update(&mut self) -> Outcome<SecDnsUpdate> {
        let [urgent] = self.cursor.attribute_values(["urgent"])?;
        let urgent = self.flag(UPDATE, "urgent", urgent)?.unwrap_or(false);
        let rem = if self.cursor.optional(REMOVE)? { Some(self.sec_dns_removal()?) } else { None };
        let add = if self.cursor.optional(ADD)? { Some(self.sec_dns_data(ADD)?) } else { None };
        let chg = if self.cursor.optional(CHANGE)? { Some(self.sec_dns_change()?) } else { None };
        self.cursor.end(UPDATE)?;
        Ok(SecDnsUpdate { urgent, rem, add, chg })
    }

    /// `secDNS:dsOrKeyType` to the end of `parent`.
    fn sec_dns_data(&mut self, parent: Element) -> Outcome<SecDnsData> {
        let max_sig_life = self.max_sig_life()?;
        let records = self.sec_dns_records(parent)?;
        Ok(SecDnsData { max_sig_life, records })
    }

    fn sec_dns_removal(&mut self) -> Outcome<SecDnsRemoval> {
        if !self.cursor.optional(ALL)? {
            return self.sec_dns_records(REMOVE).map(SecDnsRemoval::Records);
        }
        let text = self.cursor.text(ALL, WhiteSpace::Collapse)?;
        let all = boolean(&text).ok_or_else(|| malformed(ALL, &text, "0, 1, false or true expected"))?;
        self.cursor.end(REMOVE)?;
        Ok(SecDnsRemoval::All(all))
    }

    fn sec_dns_change(&mut self) -> Outcome<SecDnsChange> {
        let max_sig_life = self.max_sig_life()?;
        self.cursor.end(CHANGE)?;
        Ok(SecDnsChange { max_sig_life })
    }

    /// One `dsData` or more, or one `keyData` or more, to the end of `parent`.
    fn sec_dns_records(&mut self, parent: Element) -> Outcome<SecDnsRecords> {
        let records = if self.cursor.optional(KEY_DATA)? {
            let mut keys = vec![self.key_data()?];
            while self.cursor.optional(KEY_DATA)? {
                keys.push(self.key_data()?);
            }
            SecDnsRecords::Keys(keys)
        } else {
            self.cursor.required(DS_DATA)?;
            let mut ds = vec![self.ds_data()?];
            while self.cursor.optional(DS_DATA)? {
                ds.push(self.ds_data()?);
            }
            SecDnsRecords::Ds(ds)
        };
        self.cursor.end(parent)?;
        Ok(records)
    }

    /// `secDNS:dsDataType`, whose start tag was taken last.
    fn ds_data(&mut self) -> Outcome<DsData> {
        let key_tag = self.short(KEY_TAG)?;
        let algorithm = self.octet(ALGORITHM)?;
        let digest_type = self.octet(DIGEST_TYPE)?;
        self.cursor.required(DIGEST)?;
        let text = self.cursor.text(DIGEST, WhiteSpace::Collapse)?;
        let digest =
            hex_binary(&text).ok_or_else(|| malformed(DIGEST, &text, "pairs of hexadecimal digits expected"))?;
        let key = if self.cursor.optional(KEY_DATA)? { Some(self.key_data()?) } else { None };
        self.cursor.end(DS_DATA)?;
        Ok(DsData { key_tag, algorithm, digest_type, digest, key })
    }

    /// `secDNS:keyDataType`, whose start tag was taken last.
    fn key_data(&mut self) -> Outcome<KeyData> {
        let flags = self.short(FLAGS)?;
        let protocol = self.octet(PROTOCOL)?;
        let algorithm = self.octet(ALGORITHM)?;
        self.cursor.required(PUBLIC_KEY)?;
        let text = self.cursor.text(PUBLIC_KEY, WhiteSpace::Collapse)?;
        let public_key = base64_binary(&text)
            .filter(|key| !key.is_empty())
            .ok_or_else(|| malformed(PUBLIC_KEY, &text, "Base64 of one octet at least expected"))?;
        self.cursor.end(KEY_DATA)?;
        Ok(KeyData { flags, protocol, algorithm, public_key })
    }

    /// `secDNS:maxSigLifeType`, if it is next.
    fn max_sig_life(&mut self) -> Outcome<Option<u32>> {
        if !self.cursor.optional(MAX_SIG_LIFE)? {
            return Ok(None);
        }
        let text = self.cursor.text(MAX_SIG_LIFE, WhiteSpace::Collapse)?;
        match int(&text) {
            Some(Some(seconds @ 1..)) => Ok(Some(seconds.unsigned_abs())),
            Some(_) => Err(out_of_range(MAX_SIG_LIFE, &text, "1 to 2147483647 expected")),
            None => Err(malformed(MAX_SIG_LIFE, &text, "a decimal number expected")),
        }
    }

    /// The `xs:unsignedShort` in `element`, which must be next.
    fn short(&mut self, element: Element) -> Outcome<u16> {
        self.unsigned(element, "0 to 65535 expected")
    }

    /// The `xs:unsignedByte` in `element`, which must be next.
    fn octet(&mut self, element: Element) -> Outcome<u8> {
        self.unsigned(element, "0 to 255 expected")
    }

    fn unsigned<T: TryFrom<u16>>(&mut self, element: Element, range: &'static str) -> Outcome<T> {
        self.cursor.required(element)?;
        let text = self.cursor.text(element, WhiteSpace::Collapse)?;
        let Some(number) = unsigned_short(&text) else {
            return Err(malformed(element, &text, "a decimal number expected"));
        };
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| out_of_range(element, &text, range))
    }
}
