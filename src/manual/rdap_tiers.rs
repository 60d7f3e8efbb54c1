//! Who sees what in RDAP: the public, and clients that the registry knows (RFC 7481, section 3).
//!
//! # Clients
//!
//! `domesday admin rdap-client add NAME --description … --purpose P …` adds a client. It may have tokens and certificates,
//! several of each so that one can replace another, and purposes: those of IANA's registry of query purposes (RFC 9560,
//! section 9.3) and no others, so that logs of all registries mean the same. A credential is one client's only: whose name a
//! query is logged under is beyond doubt. A registrar's EPP certificate says nothing here unless it is added here too.
//!
//! `add-token` makes a token of 256 bits from the system's random source, `dmsd_` and 43 characters, and prints it once. The
//! registry keeps its SHA-256: a plain hash is enough for what nobody can guess, and is looked up in the index like a name.
//! Nothing that is written tells a token or its hash: no line of the log, no metric, no refusal.
//!
//! `suspend`, `--until`, `remove-token`, `remove-cert` and `remove` count from the next query on, on every shard and on
//! connections that are open: each query asks the index again, without a lock.
//!
//! # How a client asks
//!
//! | it shows | as |
//! | --- | --- |
//! | a token | `Authorization: Bearer TOKEN` (RFC 6750); never in the URL |
//! | its name and a token | `Authorization: Basic …` (RFC 7617), since RFC 7481, section 3.2 wants servers to have Basic or Digest |
//! | a certificate | in the TLS handshake, where `rdap.client_certificates` is on |
//!
//! The certificate is known by the SHA-256 of its DER form, as with EPP: no CA is asked; the handshake proves that
//! the client holds the key, and its own dates count. A session that is resumed is that of the same certificate, and what it is
//! worth is asked at each query. It is off unless it is wanted, since browsers that are asked for a certificate ask people.
//!
//! What for, it says in the field `RDAP-Purpose: legalActions`; a client of one purpose need not. (RFC 9560 has a query
//! parameter, `farv1_qp`, which belongs to its OpenID Connect and would be promised by `farv1` in `rdapConformance`. A field
//! also keeps purposes out of links, and out of the logs of whoever stands between.)
//!
//! | what is wrong | answer |
//! | --- | --- |
//! | the field is no bearer token, no Basic credentials, there are two, or it is longer than `RDAP_AUTHORIZATION_BYTES` | 400, `Bearer error="invalid_request"` |
//! | the token is nobody's, or its client is suspended or expired | 401, `Bearer error="invalid_token"` |
//! | the name and token are not of one client, or the scheme is another | 401, with both challenges |
//! | the purpose is none of the client's, or it has several and names none | 403, which says those it has |
//! | a certificate is nobody's or not valid now, or its client is suspended or expired | the public's answer: browsers show what they have to anybody |
//!
//! Who asks too often is refused before anything of it is looked at, so tokens cannot be tried any faster than names. Answers
//! to clients are `no-store`, and every answer says that it varies by `Authorization`. Scripts of other origins may send both
//! fields (the preflight names them, since `*` does not stand for `Authorization`).
//!
//! # The log of access
//!
//! Each query of a client, let through or not, is one line of the log, handed to its writer before the answer is sent. It is
//! written whatever `log.level` says. In JSON (`log.format`) its members are promised:
//!
//! | member | value |
//! | --- | --- |
//! | `target` | `rdap_access`, and of no other line |
//! | `client` | the client's name |
//! | `by` | `token`, `basic` or `certificate` |
//! | `purpose` | what for, where it was let through |
//! | `why` | `purpose`, `suspended` or `expired`, where it was not |
//! | `kind`, `name` | what was asked about: `domain`, `nameserver`, `entity`, `search` or `help`, and the name, the handle or the query; `none` for what is no query |
//! | `status` | the HTTP status |
//! | `address` | where it came from |
//! | `at` | when, by the registry's own clock; `timestamp` is the machine's |
//!
//! ```text
//! {"timestamp":"…","level":"INFO","message":"authorised RDAP query","client":"police","purpose":"legalActions",
//!  "by":"token","kind":"domain","name":"bad.example","status":200,"address":"192.0.2.7","at":"2026-11-27T04:00:00.000Z",
//!  "target":"rdap_access"}
//! ```
//!
//! A thread of its own writes the log, and nothing waits for whoever reads it. So a process that is killed, or a machine that
//! fails, may take the last few lines with it, and a reader who takes nothing makes it lose lines: those of this target once 16
//! MiB of them wait (`ACCESS_LOG_BYTES`), some 30 000, of which no other line takes any room.
//! `domesday_log_lines_lost_total{line="access"}` counts them, and a line of the log says so once it is read again: who must keep
//! every line has an alarm on that. A process that ends gives its reader five seconds for what still waits.
//!
//! An operator who must keep them reads standard error as a service manager has it, and takes the lines of that target:
//! `journalctl -u domesday -o cat | jq -c 'select(.target == "rdap_access")'`. Who shows what is nobody's is counted
//! (`domesday_rdap_denied_queries_total`, by reason) and not logged, since strangers could fill the log.
//! `domesday_rdap_authorised_queries_total` counts the queries of each client.
