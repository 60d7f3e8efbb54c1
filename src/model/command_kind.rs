//! What kinds of commands there are, as logs and metrics name them, and the class that Specification 10 gives each.

/// The class of a command in Specification 10, by which its time is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CommandClass {
    /// Begins or ends a session.
    Session,
    /// Reads.
    Query,
    /// Changes.
    Transform,
    /// Whatever comes from a connection that is not logged in, and does not log it in: it is slowed on purpose, and no
    /// service that a registrar is promised.
    Stranger,
}

impl CommandClass {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Session, Self::Query, Self::Transform, Self::Stranger];

    /// As metrics and reports name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Query => "query",
            Self::Transform => "transform",
            Self::Stranger => "stranger",
        }
    }
}

macro_rules! kinds {
    ($($variant:ident, $name:literal, $class:ident, $what:literal;)*) => {
        /// A kind of EPP command. Its number is its place in [`CommandKind::ALL`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum CommandKind {
            $(#[doc = $what] $variant,)*
        }

        impl CommandKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As logs and metrics name it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The class of Specification 10, when a client that is logged in sends it.
            pub const fn class(self) -> CommandClass {
                match self { $(Self::$variant => CommandClass::$class,)* }
            }
        }
    };
}

kinds! {
    Login, "login", Session, "`login`.";
    Logout, "logout", Session, "`logout`.";
    Invalid, "invalid", Query, "A frame that is no command.";
    Refused, "refused", Query, "A command that the state of the session or the registry's policy forbids.";
    DomainCheck, "domain:check", Query, "`domain:check`.";
    DomainInfo, "domain:info", Query, "`domain:info`.";
    LaunchCheck, "domain:launch-check", Query, "`domain:check` of the launch mapping.";
    LaunchInfo, "domain:launch-info", Query, "`domain:info` of the launch mapping.";
    DomainTransferQuery, "domain:transfer-query", Query, "`domain:transfer` with op `query`.";
    HostCheck, "host:check", Query, "`host:check`.";
    HostInfo, "host:info", Query, "`host:info`.";
    ContactCheck, "contact:check", Query, "`contact:check`.";
    ContactInfo, "contact:info", Query, "`contact:info`.";
    ContactTransferQuery, "contact:transfer-query", Query, "`contact:transfer` with op `query`.";
    PollRequest, "poll:req", Query, "`poll` with op `req`.";
    BalanceInfo, "balance:info", Query, "`balance:info`.";
    MaintenanceInfo, "maint:info", Query, "`maint:info`.";
    DomainCreate, "domain:create", Transform, "`domain:create`.";
    DomainUpdate, "domain:update", Transform, "`domain:update`.";
    DomainDelete, "domain:delete", Transform, "`domain:delete`.";
    ApplicationUpdate, "domain:launch-update", Transform, "`domain:update` of an application.";
    ApplicationDelete, "domain:launch-delete", Transform, "`domain:delete` of an application.";
    DomainRenew, "domain:renew", Transform, "`domain:renew`.";
    DomainTransferRequest, "domain:transfer-request", Transform, "`domain:transfer` with op `request`.";
    DomainTransferApprove, "domain:transfer-approve", Transform, "`domain:transfer` with op `approve`.";
    DomainTransferReject, "domain:transfer-reject", Transform, "`domain:transfer` with op `reject`.";
    DomainTransferCancel, "domain:transfer-cancel", Transform, "`domain:transfer` with op `cancel`.";
    HostCreate, "host:create", Transform, "`host:create`.";
    HostUpdate, "host:update", Transform, "`host:update`.";
    HostDelete, "host:delete", Transform, "`host:delete`.";
    ContactCreate, "contact:create", Transform, "`contact:create`.";
    ContactUpdate, "contact:update", Transform, "`contact:update`.";
    ContactDelete, "contact:delete", Transform, "`contact:delete`.";
    ContactTransferRequest, "contact:transfer-request", Transform, "`contact:transfer` with op `request`.";
    ContactTransferApprove, "contact:transfer-approve", Transform, "`contact:transfer` with op `approve`.";
    ContactTransferReject, "contact:transfer-reject", Transform, "`contact:transfer` with op `reject`.";
    ContactTransferCancel, "contact:transfer-cancel", Transform, "`contact:transfer` with op `cancel`.";
    PollAck, "poll:ack", Transform, "`poll` with op `ack`.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_and_names_are_had_once() {
        for (place, kind) in CommandKind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, place);
            assert_eq!(CommandKind::ALL.iter().filter(|other| other.name() == kind.name()).count(), 1, "{kind:?}");
        }
        for (place, class) in CommandClass::ALL.iter().enumerate() {
            assert_eq!(*class as usize, place);
        }
    }
}
