create schema linkage;
grant usage on schema linkage to app, linkage;

create table linkage.agent (
  municipality_code char(6) not null,
  agent_id uuid not null,
  name text not null,
  fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
  enrolled_at timestamptz not null,
  revoked_at timestamptz,
  primary key (municipality_code, agent_id),
  unique (municipality_code, fingerprint)
);
comment on table linkage.agent is '連携AP: a machine in the town hall that may send files, known by its client certificate';
comment on column linkage.agent.fingerprint is 'SHA-256 of the certificate (DER), hex';
call app.protect('linkage.agent', 'select, update (revoked_at)', 'select, insert');

create table linkage.enrolment_code (
  municipality_code char(6) not null,
  code_hash bytea not null,
  agent_name text not null,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (municipality_code, code_hash)
);
comment on table linkage.enrolment_code is '登録コード: opens the enrolment of one agent, once';
comment on column linkage.enrolment_code.code_hash is 'sha256 of the code; the code itself (120 random bits) is kept nowhere';
call app.protect('linkage.enrolment_code', 'select, insert', 'select, update (used_at)');

create table linkage.file (
  municipality_code char(6) not null,
  file_id uuid not null,
  business text not null,
  file_no integer not null check (file_no > 0),
  mode text not null check (mode in ('full', 'delta')),
  sha256 text not null,
  state text not null check (state in ('applied', 'refused')),
  seq bigint,
  row_count integer not null,
  inserted integer not null,
  updated integer not null,
  deleted integer not null,
  unchanged integer not null,
  refused integer not null,
  error_count integer not null,
  receipt jsonb not null,
  sent_by text not null,
  at timestamptz not null,
  primary key (municipality_code, file_id),
  check ((state = 'applied') = (seq is not null))
);
comment on table linkage.file is '連携用データの受領: one row a file that was applied, and one a try that was refused. Appended, never changed.';
comment on column linkage.file.seq is 'Number of the town''s data that this file made; null when refused';
comment on column linkage.file.receipt is 'What the agent was told: counts, notes, and up to 1,000 wrong places by line and item. No personal data.';
create unique index file_applied on linkage.file (municipality_code, business, file_no) where state = 'applied';
create index file_by_time on linkage.file (municipality_code, business, at);
call app.protect('linkage.file', 'select', 'select, insert');

create table linkage.watermark (
  municipality_code char(6) not null,
  business text not null,
  file_no integer not null,
  file_id uuid not null,
  seq bigint not null,
  applied_at timestamptz not null,
  primary key (municipality_code, business)
);
comment on table linkage.watermark is 'How far each business of the town has been applied; the next file is file_no + 1';
call app.protect('linkage.watermark', 'select', 'select, insert, update (file_no, file_id, seq, applied_at)');

--! constraints
alter table linkage.watermark add constraint watermark_file foreign key (municipality_code, file_id) references linkage.file (municipality_code, file_id);
