create schema notices;
grant usage on schema notices to app;

create table notices.notice (
  municipality_code char(6) not null,
  notice_id uuid not null,
  kind text not null,
  subject_id text not null,
  requested_at timestamptz not null,
  sealed bytea not null,
  sent_at timestamptz,
  failed_at timestamptz,
  failed_code text,
  primary key (municipality_code, notice_id),
  check (num_nonnulls(sent_at, failed_at) <= 1)
);
comment on table notices.notice is '通知（メール）: asked for in the transaction of the change it tells of, sent by a job';
comment on column notices.notice.subject_id is 'What it is about, e.g. an application';
comment on column notices.notice.sealed is 'Address, subject and text as JSON, sealed with the town''s key';
comment on column notices.notice.failed_code is 'SMTP answer of a refusal for good, e.g. 550';
create index notice_subject on notices.notice (municipality_code, subject_id, notice_id);
call app.protect('notices.notice', 'select, insert, update (sent_at, failed_at, failed_code)');
