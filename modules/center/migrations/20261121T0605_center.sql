-- 証明書交付センター: kiosks, routes, sessions, transactions and money. This database has no tenants and no resident data:
-- no name, no serial number, no certificate, no document. A document passes through the process' memory only.

create schema center;
grant usage on schema center to app;

create table center.town (
  municipality_code char(6) not null,
  prefecture text not null,
  name text not null,
  primary key (municipality_code)
);
comment on table center.town is '交付に参加する市区町村, as the kiosk lists them';
grant select, insert, update (prefecture, name) on center.town to app;

create table center.route (
  municipality_code char(6) not null,
  kind text not null,
  from_on date not null,
  until_on date,
  issuer text not null,
  endpoint text not null,
  primary key (municipality_code, kind, from_on),
  constraint route_kind check (kind ~ '^[a-z]{2,20}$'),
  constraint route_period check (until_on is null or until_on >= from_on),
  constraint route_issuer check (issuer in ('bcl', 'own')),
  constraint route_endpoint check (endpoint ~ '^https://[a-z0-9.:-]+$')
);
comment on table center.route is '振分: who issues a kind for a town from a day on. Of several rows the latest that has begun rules.';
comment on column center.route.until_on is 'Last day, JST; null = open';
comment on column center.route.issuer is 'bcl = BCL, own = the town''s own 証明発行サーバ';
comment on column center.route.endpoint is 'Origin of the issuing server, which speaks the exchange protocol';
grant select, insert, update (until_on, issuer, endpoint) on center.route to app;

create table center.kiosk (
  kiosk_id text not null,
  operator text not null,
  name text not null,
  place text not null,
  registered_at timestamptz not null,
  revoked_at timestamptz,
  primary key (kiosk_id),
  constraint kiosk_id_form check (kiosk_id ~ '^[A-Za-z0-9_.-]{1,64}$')
);
comment on table center.kiosk is 'キオスク端末. revoked_at: from then on none of its messages is taken.';
grant select, insert, update (operator, name, place, revoked_at) on center.kiosk to app;

create table center.kiosk_key (
  key_id char(64) not null,
  kiosk_id text not null,
  public_jwk jsonb not null,
  enrolled_at timestamptz not null,
  revoked_at timestamptz,
  primary key (key_id)
);
comment on table center.kiosk_key is 'Public keys (ECDSA P-256) of enrolled kiosks; a new enrolment ends the earlier key.';
comment on column center.kiosk_key.key_id is 'SHA-256 of the SubjectPublicKeyInfo, hex';
grant select, insert, update (revoked_at) on center.kiosk_key to app;
create unique index kiosk_key_in_use on center.kiosk_key (kiosk_id) where revoked_at is null;

create table center.enrolment_code (
  code_hash bytea not null,
  kiosk_id text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  used_by_key char(64),
  primary key (code_hash)
);
comment on table center.enrolment_code is '利用開始コード: typed once at a new machine. Only its scrypt hash is kept.';
grant select, insert, update (used_at, used_by_key) on center.enrolment_code to app;

create table center.enrolment_failure (
  failure_id bigint generated always as identity,
  at timestamptz not null,
  primary key (failure_id)
);
comment on table center.enrolment_failure is 'Wrong codes; too many in a while close enrolment for a while.';
grant select, insert on center.enrolment_failure to app;
create index enrolment_failure_at on center.enrolment_failure (at);

create table center.kiosk_message (
  key_id char(64) not null,
  message_id uuid not null,
  sent_at timestamptz not null,
  primary key (key_id, message_id)
);
comment on table center.kiosk_message is 'Message ids taken, against replays. Forgotten when their clock would be refused anyway: hence delete.';
grant select, insert, delete on center.kiosk_message to app;
create index kiosk_message_sent_at on center.kiosk_message (sent_at);

create table center.session (
  session_id uuid not null,
  kiosk_id text not null,
  started_at timestamptz not null,
  last_seen_at timestamptz not null,
  nonce text,
  challenge_issued_at timestamptz,
  challenge_used_at timestamptz,
  proof_digest bytea,
  municipality_code char(6),
  authenticated_at timestamptz,
  ended_at timestamptz,
  ended_why text,
  primary key (session_id),
  constraint session_end check ((ended_at is null) = (ended_why is null)),
  constraint session_ended_why check (ended_why in ('finished', 'user', 'timeout', 'machine', 'paper', 'restart'))
);
comment on table center.session is 'One person at one machine, from 行政サービス to the end. Says nothing about who it was.';
comment on column center.session.proof_digest is 'SHA-256 of the accepted signature: a resent message gets its answer again';
comment on column center.session.municipality_code is 'Chosen on the screen: the certificate names no town';
grant select, insert, update (last_seen_at, nonce, challenge_issued_at, challenge_used_at, proof_digest, municipality_code,
  authenticated_at, ended_at, ended_why) on center.session to app;
create unique index session_one_open on center.session (kiosk_id) where ended_at is null;

create table center.session_issuer (
  session_id uuid not null,
  endpoint text not null,
  exchange_session char(32),
  primary key (session_id, endpoint)
);
comment on table center.session_issuer is 'Issuing servers that know the card of a session';
comment on column center.session_issuer.exchange_session is 'Secret between centre and issuing server; erased at the session''s end';
grant select, insert, update (exchange_session) on center.session_issuer to app;

create table center.transaction (
  transaction_id char(32) not null,
  session_id uuid not null,
  kiosk_id text not null,
  request_id uuid not null,
  municipality_code char(6) not null,
  kind text not null,
  issuer text not null,
  endpoint text not null,
  copies smallint not null,
  requested_at timestamptz not null,
  primary key (transaction_id),
  constraint transaction_id_form check (transaction_id ~ '^[0-9a-f]{32}$'),
  constraint transaction_asked_once unique (session_id, request_id),
  constraint transaction_copies check (copies between 1 and 99)
);
comment on table center.transaction is '取引: one issue at one machine, keyed by 128 random bits. What is certified and for whom stays with the issuing server.';
comment on column center.transaction.request_id is 'Made by the kiosk: the same wish sent twice is one transaction';
grant select, insert on center.transaction to app;
create index transaction_session on center.transaction (session_id);
create index transaction_kiosk on center.transaction (kiosk_id);

create table center.quote (
  transaction_id char(32) not null,
  pages smallint not null,
  fee_yen integer not null,
  printing_yen integer not null,
  total_yen integer not null,
  primary key (transaction_id),
  constraint quote_amounts check (fee_yen >= 0 and printing_yen >= 0 and total_yen >= 0)
);
comment on table center.quote is '料金, as the issuing server quoted it; fee_yen and printing_yen are per copy, total_yen is what the machine asks for';
grant select, insert on center.quote to app;

create table center.transaction_state (
  transaction_id char(32) not null,
  position smallint not null,
  state text not null,
  at timestamptz not null,
  stage text,
  reason text,
  pdf_sha256 char(64),
  told_at timestamptz,
  told_answer text,
  primary key (transaction_id, position),
  constraint transaction_state_once unique (transaction_id, state),
  constraint transaction_state_name
    check (state in ('requested', 'quoted', 'built', 'delivered', 'paid', 'printed', 'aborted', 'refunded')),
  constraint transaction_state_stage check (stage in ('quote', 'build', 'deliver', 'pay', 'print'))
);
comment on table center.transaction_state is '取引の状態, appended; the last one is the present. Money follows paid and refunded, the count follows printed.';
comment on column center.transaction_state.told_at is 'When the issuing server acknowledged it; null = still to be told, tried again until it is';
comment on column center.transaction_state.told_answer is 'The state it answered with, or refused:NNN, or unknown';
comment on column center.transaction_state.pdf_sha256 is 'Of the document, from built on; the bytes are nowhere';
grant select, insert, update (told_at, told_answer) on center.transaction_state to app;
create index transaction_state_untold on center.transaction_state (at) where told_at is null;

create table center.coin (
  transaction_id char(32) not null,
  coin_no smallint not null,
  yen integer not null,
  at timestamptz not null,
  primary key (transaction_id, coin_no),
  constraint coin_kind check (yen in (10, 50, 100, 500, 1000))
);
comment on table center.coin is 'Coins and notes as they fell into the slot, numbered by the machine';
grant select, insert on center.coin to app;

create table center.payout (
  transaction_id char(32) not null,
  reason text not null,
  yen integer not null,
  decided_at timestamptz not null,
  handed_at timestamptz,
  primary key (transaction_id, reason),
  constraint payout_reason check (reason in ('change', 'returned', 'refunded')),
  constraint payout_amount check (yen > 0)
);
comment on table center.payout is 'Money the machine owes a person: つり銭, unspent coins, or the price of what was not printed';
comment on column center.payout.handed_at is 'When the machine said that it gave the money out; null = it still owes it';
grant select, insert, update (handed_at) on center.payout to app;
create index payout_owed on center.payout (decided_at) where handed_at is null;

--! constraints
alter table center.route add constraint route_town foreign key (municipality_code) references center.town (municipality_code);
alter table center.kiosk_key add constraint kiosk_key_kiosk foreign key (kiosk_id) references center.kiosk (kiosk_id);
alter table center.enrolment_code add constraint enrolment_code_kiosk foreign key (kiosk_id) references center.kiosk (kiosk_id);
alter table center.session add constraint session_kiosk foreign key (kiosk_id) references center.kiosk (kiosk_id);
alter table center.session_issuer add constraint session_issuer_session foreign key (session_id) references center.session (session_id);
alter table center.transaction add constraint transaction_of_session foreign key (session_id) references center.session (session_id);
alter table center.quote add constraint quote_transaction foreign key (transaction_id) references center.transaction (transaction_id);
alter table center.transaction_state add constraint state_transaction foreign key (transaction_id) references center.transaction (transaction_id);
alter table center.coin add constraint coin_transaction foreign key (transaction_id) references center.transaction (transaction_id);
alter table center.payout add constraint payout_transaction foreign key (transaction_id) references center.transaction (transaction_id);
