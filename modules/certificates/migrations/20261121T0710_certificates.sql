create schema certificates;
grant usage on schema certificates to app;

create table certificates.issue (
  municipality_code char(6) not null,
  transaction_id text not null check (transaction_id ~ '^[0-9a-f]{32}$'),
  kind text not null,
  subject_id text not null,
  channel text not null check (channel in ('counter', 'kiosk')),
  recipient_no text,
  kiosk_id text,
  copies smallint not null check (copies between 1 and 10),
  fee_yen integer not null check (fee_yen >= 0),
  printing_yen integer not null check (printing_yen >= 0),
  request_digest text not null,
  layout text not null,
  layout_version text not null,
  pages smallint not null check (pages >= 1),
  issued_on date not null,
  data_seq bigint not null,
  data_age_seconds integer,
  frozen bytea not null,
  frozen_digest text not null,
  requested_at timestamptz not null,
  requested_by text not null,
  primary key (municipality_code, transaction_id)
);
comment on table certificates.issue is '交付: one row a certificate asked for, with every printed word frozen. Never changed.';
comment on column certificates.issue.transaction_id is '取引番号: 128 random bits made once by whoever asked, hexadecimal';
comment on column certificates.issue.subject_id is 'What is certified, as the module of the kind names it (罹災証明書: the application)';
comment on column certificates.issue.recipient_no is '宛名番号 of the card holder at a kiosk; null at the counter';
comment on column certificates.issue.fee_yen is '手数料 per copy; printing_yen is what a kiosk takes for printing where the fee is free';
comment on column certificates.issue.request_digest is 'sha256 of the request, in the PDF''s metadata; the same id with another digest is refused';
comment on column certificates.issue.data_seq is 'residents.sequence as the freezing transaction saw it';
comment on column certificates.issue.data_age_seconds is 'Age of the watermark at freezing; null = the town''s link reports none';
comment on column certificates.issue.frozen is 'Sealed JSON: snapshot, words of each page, purpose';
comment on column certificates.issue.frozen_digest is 'sha256 of the canonical JSON of the snapshot';
create index issue_by_subject on certificates.issue (municipality_code, kind, subject_id, requested_at);
call app.protect('certificates.issue', 'select, insert');

create table certificates.issue_state (
  municipality_code char(6) not null,
  transaction_id text not null,
  position smallint not null,
  state text not null check (state in
    ('requested', 'frozen', 'built', 'delivered', 'paid', 'printed', 'aborted', 'refunded', 'withdrawn')),
  at timestamptz not null,
  actor text not null,
  amount_yen integer,
  stage text,
  reason text,
  primary key (municipality_code, transaction_id, position),
  unique (municipality_code, transaction_id, state),
  check ((amount_yen is not null) = (state in ('paid', 'refunded'))),
  check (stage is null or state = 'aborted')
);
comment on table certificates.issue_state is '交付の状態: appended; the last position is the present. Two writers collide on the key, and one of them looks again.';
comment on column certificates.issue_state.reason is 'A code, never words of a person';
call app.protect('certificates.issue_state', 'select, insert');

create table certificates.artefact (
  municipality_code char(6) not null,
  transaction_id text not null,
  pdf_sha256 text not null,
  pages smallint not null,
  build text not null,
  fonts jsonb not null,
  built_at timestamptz not null,
  primary key (municipality_code, transaction_id)
);
comment on table certificates.artefact is 'The one PDF of an issue: what it is and what made it. Kept when the bytes are gone.';
comment on column certificates.artefact.build is 'sha256 over renderer, layouts and fonts';
call app.protect('certificates.artefact', 'select, insert');

create table certificates.archive (
  municipality_code char(6) not null,
  transaction_id text not null,
  sealed_pdf bytea not null,
  keep_until date not null,
  primary key (municipality_code, transaction_id)
);
comment on table certificates.archive is 'The bytes, sealed; a retry is answered from here. Disposed of after keep_until.';
call app.protect('certificates.archive', 'select, insert');

create table certificates.alarm (
  municipality_code char(6) not null,
  alarm_id uuid not null,
  at timestamptz not null,
  transaction_id text not null,
  stage text not null check (stage in ('build', 'deliver')),
  finding text not null check (finding in ('words', 'unreadable', 'sha256')),
  build text not null,
  mismatches jsonb not null,
  evidence bytea not null,
  primary key (municipality_code, alarm_id)
);
comment on table certificates.alarm is '不一致の検知: a document was not the frozen one. While one is not acknowledged, the town issues nothing.';
comment on column certificates.alarm.transaction_id is 'No foreign key: at the counter the issue itself is rolled back with the refusal';
comment on column certificates.alarm.mismatches is 'Pages and positions, no words';
comment on column certificates.alarm.evidence is 'Sealed JSON: the PDF as it was, the frozen words, the snapshot';
call app.protect('certificates.alarm', 'select, insert');

create table certificates.alarm_acknowledgement (
  municipality_code char(6) not null,
  alarm_id uuid not null,
  at timestamptz not null,
  actor text not null,
  note bytea not null,
  primary key (municipality_code, alarm_id)
);
comment on table certificates.alarm_acknowledgement is 'Who looked into an alarm and what was found (sealed: it may name people)';
call app.protect('certificates.alarm_acknowledgement', 'select, insert');

create table certificates.stop (
  municipality_code char(6) not null,
  stop_id text not null check (stop_id ~ '^[0-9a-f]{32}$'),
  set_by text not null check (set_by in ('center', 'town')),
  reason text not null,
  at timestamptz not null,
  actor text not null,
  primary key (municipality_code, stop_id)
);
comment on table certificates.stop is '交付の停止 (メンテナンス・障害): set by the centre or by the town, each lifts its own';
call app.protect('certificates.stop', 'select, insert');

create table certificates.stop_end (
  municipality_code char(6) not null,
  stop_id text not null,
  at timestamptz not null,
  actor text not null,
  primary key (municipality_code, stop_id)
);
call app.protect('certificates.stop_end', 'select, insert');

create table certificates.exchange_session (
  municipality_code char(6) not null,
  session_hash bytea not null,
  card_hmac bytea not null,
  resident_no text not null,
  started_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (municipality_code, session_hash)
);
comment on table certificates.exchange_session is 'A card holder at a kiosk, for minutes. session_hash: sha256 of the secret between the centre and us';
comment on column certificates.exchange_session.card_hmac is 'Keyed digest of the card''s serial: a session is never taken over by another card';
call app.protect('certificates.exchange_session', 'select, insert');

--! constraints
alter table certificates.issue_state add constraint issue_state_issue foreign key (municipality_code, transaction_id) references certificates.issue (municipality_code, transaction_id);
alter table certificates.artefact add constraint artefact_issue foreign key (municipality_code, transaction_id) references certificates.issue (municipality_code, transaction_id);
alter table certificates.archive add constraint archive_artefact foreign key (municipality_code, transaction_id) references certificates.artefact (municipality_code, transaction_id);
alter table certificates.alarm_acknowledgement add constraint alarm_acknowledgement_alarm foreign key (municipality_code, alarm_id) references certificates.alarm (municipality_code, alarm_id);
alter table certificates.stop_end add constraint stop_end_stop foreign key (municipality_code, stop_id) references certificates.stop (municipality_code, stop_id);
