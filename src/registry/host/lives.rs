//! Random lives of hosts, contacts and the domains that name them: after any commands the registry is whole, and each host
//! has the addresses that glue needs, and no others.

use proptest::prelude::*;

use crate::model::command::{
    AddressFamily, AuthInfo, ContactReference, ContactUpdate, DomainAddRem, DomainCreate, DomainUpdate, HostAddRem,
    HostAddress, HostUpdate, NameServers, StatusValue, TransferOp, Transform,
};
use crate::model::memory::Memory;
use crate::model::record::{ContactRole, Host, Kind};
use crate::model::status::Status;
use crate::model::view::View;
use crate::registry::testing::{A, B, C, PASSWORD, World};
use crate::registry::{checks, invariants};

const DOMAINS: [&str; 3] = ["a.test", "b.test", "c.test"];
const HOSTS: [&str; 8] = [
    "ns1.a.test",
    "ns2.a.test",
    "a.test",
    "ns1.b.test",
    "ns1.c.test",
    "ns1.out.icann",
    "ns2.out.icann",
    "ns1.none.test",
];
const ADDRESSES: [&str; 3] = ["192.0.2.1", "192.0.2.2", "203.0.113.1"];
const STATUSES: [Status; 4] = [
    Status::ClientDeleteProhibited,
    Status::ClientUpdateProhibited,
    Status::ClientTransferProhibited,
    Status::ServerDeleteProhibited,
];

/// What one roll decides; each choice takes the number it needs modulo the number of its cases.
#[derive(Clone, Debug)]
struct Dice {
    what: usize,
    clid: usize,
    pick: [usize; 4],
}

fn dice() -> impl Strategy<Value = Dice> {
    (0..22usize, 0..8usize, proptest::array::uniform4(0..24usize)).prop_map(|(what, clid, pick)| Dice {
        what,
        clid,
        pick,
    })
}

fn auth() -> AuthInfo {
    AuthInfo::Password { password: PASSWORD.into(), roid: None }
}

impl Dice {
    fn of<T: Copy>(&self, nth: usize, all: &[T]) -> T {
        all[self.pick[nth] % all.len()]
    }

    fn clid(&self) -> &'static str {
        // Mostly one client, whose commands then meet objects of its own.
        [A, A, A, A, A, A, B, C][self.clid]
    }

    fn coin(&self, nth: usize) -> bool {
        self.pick[nth].is_multiple_of(2)
    }

    /// None, one or two addresses, sometimes the same twice.
    fn addresses(&self, nth: usize) -> Vec<HostAddress> {
        let count = self.pick[nth] % 3;
        let texts = (0..count).map(|at| self.of((nth + at) % 4, &ADDRESSES));
        texts.map(|text| HostAddress { family: AddressFamily::V4, text: text.into() }).collect()
    }

    fn host_update(&self, new_name: Option<&str>) -> Transform {
        let part = |nth| Some(HostAddRem { addresses: self.addresses(nth), statuses: Vec::new() });
        Transform::HostUpdate(HostUpdate {
            name: self.of(0, &HOSTS).into(),
            add: part(1),
            rem: part(2),
            new_name: new_name.map(str::to_owned),
            ttls: Vec::new(),
        })
    }

    fn delegation(&self) -> Transform {
        let part = |nth| {
            let name_servers = Some(NameServers::Objects(vec![self.of(nth, &HOSTS).to_owned()]));
            Some(DomainAddRem { name_servers, ..DomainAddRem::default() })
        };
        let (add, rem) = if !self.pick[3].is_multiple_of(3) { (part(1), None) } else { (None, part(1)) };
        Transform::DomainUpdate(DomainUpdate {
            name: self.of(0, &DOMAINS).into(),
            add,
            rem,
            chg: None,
            restore: None,
            fee: None,
            sec_dns: None,
            ttls: Vec::new(),
        })
    }

    fn status(&self) -> StatusValue {
        let text = if self.pick[0].is_multiple_of(3) { "Payment overdue." } else { "" };
        StatusValue { text: text.into(), ..self.of(1, &STATUSES).into() }
    }

    fn statuses(&self) -> Transform {
        let (status, add) = (vec![self.status()], self.coin(2));
        let part = |wanted: bool| wanted.then(|| status.clone());
        if self.coin(3) {
            let id = String::from("sh8013");
            return Transform::ContactUpdate(ContactUpdate { id, add: part(add), rem: part(!add), chg: None });
        }
        let part = |wanted| part(wanted).map(|statuses| HostAddRem { addresses: Vec::new(), statuses });
        let name = self.of(0, &HOSTS).to_owned();
        Transform::HostUpdate(HostUpdate { name, add: part(add), rem: part(!add), new_name: None, ttls: Vec::new() })
    }

    fn register(&self) -> Transform {
        let thick = self.pick[0].is_multiple_of(4);
        let contact = |role| ContactReference { role: Some(role), id: "sh8013".into() };
        let contacts = thick.then(|| vec![contact(ContactRole::Admin), contact(ContactRole::Tech)]);
        Transform::DomainCreate(DomainCreate {
            name: if thick { "a.example".into() } else { self.of(0, &DOMAINS).into() },
            period: None,
            name_servers: None,
            registrant: thick.then(|| "sh8013".into()),
            contacts: contacts.unwrap_or_default(),
            auth: auth(),
            fee: None,
            idn: None,
            sec_dns: None,
            launch: None,
            token: None,
            ttls: Vec::new(),
        })
    }

    fn transfer(&self) -> Transform {
        let op = self.of(1, &[TransferOp::Request, TransferOp::Approve, TransferOp::Approve, TransferOp::Cancel]);
        let auth = (op == TransferOp::Request).then(auth);
        match self.pick[2] % 2 {
            0 => Transform::ContactTransfer { op, id: "sh8013".into(), auth },
            _ => Transform::DomainTransfer {
                op,
                name: self.of(0, &DOMAINS).into(),
                period: None,
                auth,
                fee: None,
                token: None,
            },
        }
    }

    fn command(&self) -> Transform {
        match self.what {
            0..3 => self.register(),
            3..7 => Transform::HostCreate {
                name: self.of(0, &HOSTS).into(),
                addresses: self.addresses(1),
                ttls: Vec::new(),
            },
            7..9 => self.host_update(None),
            9..12 => self.host_update(Some(self.of(3, &HOSTS))),
            12 => Transform::HostDelete { name: self.of(0, &HOSTS).into() },
            13..17 => self.delegation(),
            17 => self.statuses(),
            18 => Transform::DomainDelete { name: self.of(0, &DOMAINS).into() },
            19 => Transform::ContactDelete { id: "sh8013".into() },
            _ => self.transfer(),
        }
    }
}

/// What no command may break.
fn glued(memory: &Memory) {
    for key in memory.keys(Kind::Host) {
        let host = checks::native::<Host>(memory.record::<Host>(key).expect("listed"));
        match host.superordinate {
            None => assert!(host.addresses.is_empty(), "{}: external, with addresses", host.name),
            Some(_) => {
                let delegated = memory.host_links(host.id) > 0;
                assert!(!delegated || !host.addresses.is_empty(), "{}: delegated to, without address", host.name);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn hosts_and_contacts_stay_whole_after_any_command(steps in proptest::collection::vec(dice(), 1..160)) {
        let mut world = World::new();
        world.put_contact(A, "sh8013");
        for dice in steps {
            let before = world.sequence;
            let code = world.code(dice.clid(), &dice.command());
            prop_assert_eq!(world.sequence > before, code < 2000, "only what succeeds changes anything");
            glued(&world.memory);
        }
        invariants::check(&world.memory, world.now).expect("whole");
    }
}
