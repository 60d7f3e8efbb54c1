//! What the launch phase mapping adds to commands (RFC 8334, section 3; schema in section 4.1).

use std::borrow::Cow;

use crate::base::lexical::{WhiteSpace, date_time};
use crate::base::timestamp::Timestamp;
use crate::epp::decode::Decoder;
use crate::epp::decode::mark::MARK;
use crate::epp::decode::signed_mark::{ENCODED, SIGNED_MARK};
use crate::epp::xml::Values;
use crate::epp::xml::fault::{Outcome, malformed, out_of_range};
use crate::model::launch::{Phase, PhaseKind};
use crate::model::launch_command::{
    CheckForm, CodeMark, GivenMarks, GivenNotice, LaunchCheck, LaunchCreate, LaunchId, LaunchInfo, LaunchObject,
};
use crate::model::refusal::Element;

const CHECK: Element = Element::launch("check");
const INFO: Element = Element::launch("info");
const CREATE: Element = Element::launch("create");
const PHASE: Element = Element::launch("phase");
const APPLICATION: Element = Element::launch("applicationID");
const CODE_MARK: Element = Element::launch("codeMark");
const CODE: Element = Element::launch("code");
const NOTICE: Element = Element::launch("notice");
const NOTICE_ID: Element = Element::launch("noticeID");
const NOT_AFTER: Element = Element::launch("notAfter");
const ACCEPTED: Element = Element::launch("acceptedDate");

impl<'a> Decoder<'a> {
    /// `launch:check`, whose start tag was taken last.
    pub(super) fn launch_check(&mut self) -> Outcome<LaunchCheck> {
        let [form] = self.cursor.attribute_values(["type"])?;
        let form = self.word(CHECK, "type", form, CheckForm::parse)?.unwrap_or(CheckForm::Claims);
        let phase = match self.cursor.optional_with(PHASE, ["name"])? {
            Some(values) => Some(self.phase(values)?),
            None => None,
        };
        self.cursor.end(CHECK)?;
        Ok(LaunchCheck { form, phase })
    }

    /// `launch:info`, whose start tag was taken last.
    pub(super) fn launch_info(&mut self) -> Outcome<LaunchInfo> {
        let [include] = self.cursor.attribute_values(["includeMark"])?;
        let include_mark = self.flag(INFO, "includeMark", include)?.unwrap_or(false);
        let phase = self.required_phase()?;
        let application = match self.cursor.optional(APPLICATION)? {
            true => Some(self.token(APPLICATION, 0, usize::MAX)?.into_owned()),
            false => None,
        };
        self.cursor.end(INFO)?;
        Ok(LaunchInfo { phase, application, include_mark })
    }

    /// `launch:idContainerType` in `parent`, whose start tag was taken last.
    pub(super) fn launch_id(&mut self, parent: Element) -> Outcome<LaunchId> {
        self.cursor.no_attributes()?;
        let phase = self.required_phase()?;
        self.cursor.required(APPLICATION)?;
        let application = self.token(APPLICATION, 0, usize::MAX)?.into_owned();
        self.cursor.end(parent)?;
        Ok(LaunchId { phase, application })
    }

    /// `launch:create`, whose start tag was taken last.
    pub(super) fn launch_create(&mut self) -> Outcome<LaunchCreate> {
        let [object] = self.cursor.attribute_values(["type"])?;
        let object = self.word(CREATE, "type", object, LaunchObject::parse)?;
        let phase = self.required_phase()?;
        let marks = self.given_marks()?;
        let mut notices = Vec::new();
        while self.cursor.optional(NOTICE)? {
            notices.push(self.notice()?);
        }
        self.cursor.end(CREATE)?;
        Ok(LaunchCreate { phase, object, marks, notices })
    }

    /// The marks of a create, as far as they come: all of one kind.
    fn given_marks(&mut self) -> Outcome<GivenMarks> {
        if let Some(values) = self.cursor.optional_with(ENCODED, ["encoding"])? {
            let mut encoded = vec![self.encoded_signed_mark(values)?];
            while let Some(values) = self.cursor.optional_with(ENCODED, ["encoding"])? {
                encoded.push(self.encoded_signed_mark(values)?);
            }
            return Ok(GivenMarks::Encoded(encoded));
        }
        if let Some(tag) = self.cursor.optional_tag(SIGNED_MARK)? {
            let mut signed = vec![self.signed_mark(tag)?];
            while let Some(tag) = self.cursor.optional_tag(SIGNED_MARK)? {
                signed.push(self.signed_mark(tag)?);
            }
            return Ok(GivenMarks::Signed(signed));
        }
        let mut codes = Vec::new();
        while self.cursor.optional(CODE_MARK)? {
            codes.push(self.code_mark()?);
        }
        Ok(GivenMarks::Codes(codes))
    }

    /// `launch:codeMarkType`, whose start tag was taken last.
    fn code_mark(&mut self) -> Outcome<CodeMark> {
        let (code, validator) = match self.cursor.optional_with(CODE, ["validatorID"])? {
            Some([validator]) => {
                let validator = self.validator(CODE, validator)?;
                (Some(self.token(CODE, 1, usize::MAX)?.into_owned()), validator)
            }
            None => (None, None),
        };
        let mark = if self.cursor.optional(MARK)? { Some(Box::new(self.mark()?)) } else { None };
        self.cursor.end(CODE_MARK)?;
        Ok(CodeMark { code, validator, mark })
    }

    /// `launch:createNoticeType`, whose start tag was taken last.
    fn notice(&mut self) -> Outcome<GivenNotice> {
        let [validator] = self.cursor.required_with(NOTICE_ID, ["validatorID"])?;
        let validator = self.validator(NOTICE_ID, validator)?;
        let id = self.token(NOTICE_ID, 1, usize::MAX)?.into_owned();
        let not_after = self.notice_moment(NOT_AFTER)?;
        let accepted = self.notice_moment(ACCEPTED)?;
        self.cursor.end(NOTICE)?;
        Ok(GivenNotice { id, validator, not_after, accepted })
    }

    /// The `xs:dateTime` in `element`, which must be next.
    fn notice_moment(&mut self, element: Element) -> Outcome<Option<Timestamp>> {
        self.cursor.required(element)?;
        let text = self.cursor.text(element, WhiteSpace::Collapse)?;
        date_time(&text).map_err(|_| malformed(element, &text, "a date with a time expected"))
    }

    /// `launch:validatorIDType` in attribute `validatorID`, if the attribute is there.
    fn validator(&self, element: Element, value: Option<Cow<'a, str>>) -> Outcome<Option<String>> {
        let value = value.map(|value| WhiteSpace::Collapse.apply(value));
        match value {
            Some(value) if value.is_empty() => {
                Err(malformed(element, "", "attribute validatorID: at least 1 character expected"))
            }
            value => Ok(value.map(Cow::into_owned)),
        }
    }

    fn required_phase(&mut self) -> Outcome<Phase> {
        let values = self.cursor.required_with(PHASE, ["name"])?;
        self.phase(values)
    }

    /// `launch:phaseType`, whose start tag was taken last.
    fn phase(&mut self, [name]: Values<'a, 1>) -> Outcome<Phase> {
        let name = name.map_or_else(String::new, |name| WhiteSpace::Collapse.apply(name).into_owned());
        let text = self.cursor.text(PHASE, WhiteSpace::Collapse)?;
        match PhaseKind::parse(&text) {
            Some(kind) => Ok(Phase { kind, name }),
            None => Err(out_of_range(PHASE, &text, "none of the words the schema lists")),
        }
    }
}
