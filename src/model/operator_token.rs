//! What operators command about allocation tokens.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::operator::{ByName, Named};
use crate::model::token::TokenAction;

/// `token-add`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenAdd {
    /// What clients give: 1 to 64 visible ASCII characters each.
    pub tokens: Vec<String>,
    /// What all of them are for.
    pub terms: TokenTerms,
}

/// Without the tokens, which are secrets.
impl fmt::Debug for TokenAdd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tokens = self.tokens.len();
        f.debug_struct("TokenAdd").field("tokens", &tokens).field("terms", &self.terms).finish()
    }
}

/// What tokens are for; what is missing is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TokenTerms {
    /// The batch that they join, by which they are listed; it begins with its first token.
    pub batch: String,
    /// The only name that they are for.
    pub name: Option<String>,
    /// The only TLD that they are for.
    pub tld: Option<String>,
    /// clID of the only client that may use them.
    pub registrar: Option<String>,
    /// `create`, `transfer`, `renew`; all when empty.
    pub actions: Vec<ByName<TokenAction>>,
    /// From when on they hold, in microseconds since 1970.
    pub from_micros: Option<i64>,
    /// When they hold no longer, in microseconds since 1970.
    pub until_micros: Option<i64>,
    /// How often each can be used; 0: any number of times; once when missing.
    pub uses: Option<u32>,
    /// `50%`, or amounts as `EUR=5.00,USD=6.00`.
    pub discount: Option<String>,
    /// Whether premium names cost what others do.
    pub waive_premium: bool,
    /// Whether they open names that are reserved, or kept for tokens.
    pub unlock_reserved: bool,
}

/// `token-revoke`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRevoke {
    /// Which tokens.
    pub tokens: Vec<String>,
}

/// Without the tokens, which are secrets.
impl fmt::Debug for TokenRevoke {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRevoke").field("tokens", &self.tokens.len()).finish()
    }
}

impl Named for TokenAction {
    const WHAT: &'static str = "create, transfer or renew";

    fn name(self) -> &'static str {
        Self::name(self)
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::operator::OperatorCommand;

    #[test]
    fn commands_read_from_json_write_under_their_names_and_hide_their_tokens() {
        let json = r#"{"token-add":{"tokens":["secret1"],"terms":{"batch":"winter","actions":["create"],"uses":5}}}"#;
        let read: OperatorCommand = simd_json::from_slice(&mut json.as_bytes().to_vec()).expect("good");
        let terms = TokenTerms {
            batch: "winter".into(),
            actions: vec![ByName(TokenAction::Create)],
            uses: Some(5),
            ..TokenTerms::default()
        };
        let add = OperatorCommand::TokenAdd(TokenAdd { tokens: vec!["secret1".into()], terms });
        assert_eq!(read, add);
        let revoke = OperatorCommand::TokenRevoke(TokenRevoke { tokens: vec!["secret1".into()] });
        for command in [add, revoke] {
            let json = simd_json::to_string(&command).expect("plain data");
            assert!(json.starts_with(&format!("{{\"{}\":", command.name())), "{json}");
            let read: OperatorCommand = simd_json::from_slice(&mut json.into_bytes()).expect("its own words");
            assert_eq!(read, command);
            assert!(!format!("{command:?}").contains("secret1"));
        }
        for json in [
            r#"{"token-add":{"tokens":[],"terms":{"batch":"a","actions":["delete"]}}}"#,
            r#"{"token-add":{"tokens":[],"terms":{"batch":"a","price":"1"}}}"#,
            r#"{"token-add":{"tokens":[]}}"#,
        ] {
            assert!(simd_json::from_slice::<OperatorCommand>(&mut json.as_bytes().to_vec()).is_err(), "{json}");
        }
    }
}
