//! What holds of clients of RDAP and their credentials.

use super::{Audit, records};
use crate::model::record::{Kind, RdapClient};
use crate::model::view::View;

impl Audit<'_> {
    pub(super) fn rdap_clients(&mut self) {
        let mut credentials = 0;
        for client in records::<RdapClient>(self.memory) {
            for sha256 in client.credentials() {
                credentials += 1;
                let found = self.memory.rdap_client_with(sha256).map(|found| found.name.as_str());
                let name = client.name.as_str();
                self.expect(found == Some(name), || format!("a credential of {name} leads to {found:?}"));
            }
        }
        let kept = self.memory.keys(Kind::RdapCredential).len();
        self.expect(kept == credentials, || format!("{kept} ways from {credentials} credentials"));
    }
}
