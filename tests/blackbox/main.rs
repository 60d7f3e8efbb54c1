//! The real binary over real sockets, one module a subject. Where Registry System Testing v2 has a case for what a test
//! shows, the test's name begins with the case's id (`epp_14_…`).

#[path = "../support/mod.rs"]
mod support;

mod actions;
mod admin;
mod clock;
mod configuration;
mod contacts;
mod data_models;
mod decode_errors;
mod domains;
mod earlier;
mod extension_switches;
mod extensions;
mod files;
mod frames;
mod host_attributes;
mod hostile;
mod hosts;
mod http2;
mod idn;
mod login_security;
mod lordn;
mod maintenance;
mod money;
mod name_lists;
mod names;
mod observe;
mod odd_contacts;
mod odd_domains;
mod odd_empty;
mod odd_hosts;
mod odd_logins;
mod odd_names;
mod odd_transfers;
mod people;
mod printed_fee;
mod printed_launch;
mod printed_rgp;
mod printed_sec_dns;
mod process;
mod rdap;
mod rdap_client;
mod secure_auth_info;
mod session;
mod signed_marks;
mod status_texts;
mod strangers;
mod sunrise;
mod tokens;
mod transfers;
mod transport;
mod unhandled_namespaces;
mod virtual_time;
mod world;
