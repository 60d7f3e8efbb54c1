//! `loginSec:loginSec` (RFC 8807, section 4.1; schema in section 5.1).

use std::borrow::Cow;

use crate::base::lexical::WhiteSpace;
use crate::epp::decode::Decoder;
use crate::epp::xml::fault::{Outcome, missing};
use crate::model::login_sec::{LoginSecurity, UserAgent};
use crate::model::refusal::Element;

const LOGIN_SEC: Element = Element::login_sec("loginSec");
const USER_AGENT: Element = Element::login_sec("userAgent");
const APP: Element = Element::login_sec("app");
const TECH: Element = Element::login_sec("tech");
const OS: Element = Element::login_sec("os");
const PASSWORD: Element = Element::login_sec("pw");
const NEW_PASSWORD: Element = Element::login_sec("newPW");

impl Decoder<'_> {
    /// `loginSec:loginSecType`; its start tag was taken last.
    pub(super) fn login_security(&mut self) -> Outcome<LoginSecurity> {
        self.cursor.no_attributes()?;
        let user_agent = match self.cursor.optional(USER_AGENT)? {
            true => Some(self.user_agent()?),
            false => None,
        };
        let password = self.login_password(PASSWORD)?;
        let new_password = self.login_password(NEW_PASSWORD)?;
        self.cursor.end(LOGIN_SEC)?;
        Ok(LoginSecurity { user_agent, password, new_password })
    }

    /// `loginSec:userAgentType`: each of its choices is a part of app, tech and os in this order, and none is empty.
    fn user_agent(&mut self) -> Outcome<UserAgent> {
        let app = self.agent_part(APP)?;
        let tech = self.agent_part(TECH)?;
        let os = self.agent_part(OS)?;
        let agent = UserAgent { app, tech, os };
        if agent == UserAgent::default() {
            self.cursor.required(APP)?;
            return Err(missing(USER_AGENT, "app, tech or os is missing"));
        }
        self.cursor.end(USER_AGENT)?;
        Ok(agent)
    }

    fn agent_part(&mut self, element: Element) -> Outcome<Option<String>> {
        match self.cursor.optional(element)? {
            true => Ok(Some(self.cursor.text(element, WhiteSpace::Collapse)?.into_owned())),
            false => Ok(None),
        }
    }

    /// `loginSec:pwType`: how long it may be is for the rules.
    fn login_password(&mut self, element: Element) -> Outcome<Option<String>> {
        match self.cursor.optional(element)? {
            true => self.token(element, 6, usize::MAX).map(Cow::into_owned).map(Some),
            false => Ok(None),
        }
    }
}
