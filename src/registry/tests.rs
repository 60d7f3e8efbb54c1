//! Random lives of a whole registry: domains, hosts, contacts and queues under every command, whole after each one.

mod actions;
mod money;

use proptest::prelude::*;

use crate::model::command::{
    AddressFamily, AuthInfo, ContactCreate, ContactReference, ContactUpdate, DomainAddRem, DomainCreate, DomainUpdate,
    HostAddRem, HostAddress, HostUpdate, NameServers, StatusValue, TransferOp, Transform,
};
use crate::model::record::{ContactRole, PostalAddress, PostalInfo, PostalKind};
use crate::model::status::Status;
use crate::model::view::View;
use crate::registry::invariants;
use crate::registry::testing::{A, B, C, PASSWORD, World};

const DOMAINS: [&str; 4] = ["one.example", "two.example", "one.test", "two.test"];
const HOSTS: [&str; 7] = [
    "ns1.one.example",
    "ns2.one.example",
    "ns1.two.example",
    "ns1.one.test",
    "a.ns1.one.test",
    "ns1.example.com",
    "ns2.example.com",
];
const CONTACTS: [&str; 3] = ["jd1234", "sh8013", "abuse"];
const OPS: [TransferOp; 6] = [
    TransferOp::Request,
    TransferOp::Request,
    TransferOp::Approve,
    TransferOp::Approve,
    TransferOp::Reject,
    TransferOp::Cancel,
];

/// What one step is made of.
#[derive(Clone, Debug)]
struct Dice {
    what: u8,
    who: usize,
    pick: [usize; 4],
}

fn dice() -> impl Strategy<Value = Dice> {
    let pick = [0..60usize, 0..60usize, 0..60usize, 0..60usize];
    (0..17u8, 0..10usize, pick).prop_map(|(what, who, pick)| Dice { what, who, pick })
}

impl Dice {
    fn one_of<T: Copy>(&self, nth: usize, of: &[T]) -> T {
        of[self.pick[nth] % of.len()]
    }

    /// Mostly one that may, for transfers too.
    fn clid(&self, world: &World, command: &Transform) -> String {
        if self.who >= 8 {
            return self.one_of(3, &[A, B, C]).into();
        }
        let (sponsor, op) = match command {
            Transform::DomainTransfer { op, name, .. } => (world.memory.domain(name).map(|d| &d.sponsor), Some(*op)),
            Transform::ContactTransfer { op, id, .. } => (world.memory.contact(id).map(|c| &c.sponsor), Some(*op)),
            Transform::DomainUpdate(DomainUpdate { name, .. }) | Transform::DomainDelete { name } => {
                (world.memory.domain(name).map(|d| &d.sponsor), None)
            }
            Transform::HostCreate { name, .. } => {
                let above = world.memory.superordinate_name(name);
                (above.and_then(|above| world.memory.domain(above)).map(|d| &d.sponsor), None)
            }
            Transform::HostUpdate(HostUpdate { name, .. }) | Transform::HostDelete { name } => {
                (world.memory.host_named(name).map(|h| &h.sponsor), None)
            }
            Transform::ContactUpdate(ContactUpdate { id, .. }) | Transform::ContactDelete { id } => {
                (world.memory.contact(id).map(|c| &c.sponsor), None)
            }
            _ => (None, None),
        };
        let other = self.one_of(3, &[A, B]);
        match (sponsor, op) {
            (Some(sponsor), Some(TransferOp::Request | TransferOp::Cancel)) if sponsor == A => B.into(),
            (Some(_), Some(TransferOp::Request | TransferOp::Cancel)) => A.into(),
            (Some(sponsor), _) => sponsor.to_string(),
            (None, _) => other.into(),
        }
    }

    fn auth() -> AuthInfo {
        AuthInfo::Password { password: PASSWORD.into(), roid: None }
    }

    fn name_servers(&self, nth: usize) -> Option<NameServers> {
        Some(NameServers::Objects(vec![self.one_of(nth, &HOSTS).into()]))
    }

    fn contact(&self, nth: usize, role: ContactRole) -> ContactReference {
        ContactReference { role: Some(role), id: self.one_of(nth, &CONTACTS).into() }
    }

    fn addresses(&self, name: &str, nth: usize) -> Vec<HostAddress> {
        let text = self.one_of(nth, &["192.0.2.1", "192.0.2.2", "2001:db8::1"]);
        let family = if text.contains(':') { AddressFamily::V6 } else { AddressFamily::V4 };
        // A host outside may have none; one inside is good for a delegation only with some.
        let some = !name.ends_with(".com") && self.pick[nth] < 50;
        if some { vec![HostAddress { family, text: text.into() }] } else { Vec::new() }
    }

    fn statuses(&self, nth: usize) -> Vec<StatusValue> {
        let status = self.one_of(nth, &Status::ALL[..5]);
        let text = if self.pick[2].is_multiple_of(2) { "Payment overdue." } else { "" };
        let value = StatusValue { text: text.into(), ..status.into() };
        if self.pick[nth].is_multiple_of(3) { vec![value] } else { Vec::new() }
    }

    fn command(&self) -> Transform {
        let domain = self.one_of(0, &DOMAINS).to_owned();
        let host = self.one_of(0, &HOSTS).to_owned();
        let contact = self.one_of(0, &CONTACTS).to_owned();
        match self.what {
            0 | 1 => Transform::DomainCreate(self.domain_create(domain)),
            2 | 3 => Transform::DomainUpdate(self.domain_update(domain)),
            4 => Transform::DomainDelete { name: domain },
            5 | 6 => {
                let (op, auth) = (self.one_of(1, &OPS), Some(Self::auth()));
                Transform::DomainTransfer { op, name: domain, period: None, auth, fee: None }
            }
            7 | 8 => Transform::HostCreate { addresses: self.addresses(&host, 1), name: host },
            9 => Transform::HostUpdate(self.host_update(host)),
            10 => Transform::HostDelete { name: host },
            11 | 12 => Transform::ContactCreate(contact_create(contact)),
            13 => Transform::ContactDelete { id: contact },
            14 => Transform::ContactTransfer { op: self.one_of(1, &OPS), id: contact, auth: Some(Self::auth()) },
            _ => Transform::PollAck { message: Some((self.pick[1] % 12).to_string()) },
        }
    }

    fn domain_create(&self, name: String) -> DomainCreate {
        let maximum = name.ends_with("example");
        DomainCreate {
            period: None,
            name_servers: (self.pick[1] < 30).then(|| self.name_servers(2)).flatten(),
            registrant: maximum.then(|| self.one_of(1, &CONTACTS).into()),
            contacts: match maximum {
                true => vec![self.contact(2, ContactRole::Admin), self.contact(3, ContactRole::Tech)],
                false => Vec::new(),
            },
            auth: Self::auth(),
            name,
            fee: None,
        }
    }

    fn domain_update(&self, name: String) -> DomainUpdate {
        let add = DomainAddRem {
            name_servers: (self.pick[1] < 40).then(|| self.name_servers(2)).flatten(),
            contacts: Vec::new(),
            statuses: self.statuses(3),
        };
        let rem = DomainAddRem {
            name_servers: (self.pick[1] >= 40).then(|| self.name_servers(2)).flatten(),
            contacts: Vec::new(),
            statuses: self.statuses(1),
        };
        DomainUpdate { name, add: Some(add), rem: Some(rem), chg: None, restore: None, fee: None }
    }

    fn host_update(&self, name: String) -> HostUpdate {
        let new_name = (self.pick[1] < 30).then(|| self.one_of(2, &HOSTS).to_owned());
        let add = HostAddRem { addresses: self.addresses(&name, 1), statuses: self.statuses(3) };
        let rem = HostAddRem { addresses: self.addresses(&name, 3), statuses: self.statuses(2) };
        let (add, rem) = ((self.pick[3] < 20).then_some(add), (self.pick[3] >= 40).then_some(rem));
        HostUpdate { name, add, rem, new_name }
    }
}

fn contact_create(id: String) -> ContactCreate {
    let address = PostalAddress { street: Vec::new(), city: "Dulles".into(), sp: None, pc: None, cc: "US".into() };
    ContactCreate {
        id,
        postal: vec![PostalInfo { kind: PostalKind::Int, name: "John Doe".into(), org: None, address }],
        voice: None,
        fax: None,
        email: "jdoe@example.com".into(),
        auth: Dice::auth(),
        disclose: None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_registry_is_whole_after_any_command(steps in proptest::collection::vec(dice(), 1..200)) {
        let mut world = World::new();
        CONTACTS.iter().zip([A, B, A]).for_each(|(id, clid)| world.put_contact(clid, id));
        for dice in steps {
            if dice.what == 16 {
                world.pass(world.now.plus_days(dice.pick[0] as i64));
                continue;
            }
            let command = dice.command();
            let clid = dice.clid(&world, &command);
            let before = world.sequence;
            let code = world.code(&clid, &command);
            prop_assert_eq!(world.sequence - before, u64::from(code < 2000), "{} {:?}: {}", clid, command, code);
            if let Err(broken) = invariants::check(&world.memory, world.now) {
                prop_assert!(false, "after {} {:?}: {}", clid, command, broken);
            }
        }
    }
}
