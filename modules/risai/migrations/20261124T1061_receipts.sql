-- How applications come in, which of them are one and the same, and until when they may come.
alter table risai.application drop constraint application_state_check;
alter table risai.application add constraint application_state_check
  check (state in ('received', 'accepted', 'rejected', 'graded', 'issuable', 'not-issuable', 'withdrawn', 'joined'));
alter table risai.application add column channel text not null default 'counter' check (channel in ('counter', 'post', 'web'));
comment on column risai.application.channel is '受付の方法: 窓口, 郵送, オンライン';
alter table risai.application add column reference text;
comment on column risai.application.reference is '受付番号 of the way it came (ぴったりサービス, 収受番号): the same one twice is one application';
alter table risai.application add column late_reason bytea;
comment on column risai.application.late_reason is 'Why it was taken after the term, sealed; null = in time';
alter table risai.application add column proofs_waived bytea;
comment on column risai.application.proofs_waived is 'Why it was accepted although a proof was not seen, sealed; null = all were seen';
alter table risai.application add column joined_to uuid;
comment on column risai.application.joined_to is '併合: the application that goes on in place of this one; this one is kept as it came';
grant update (proofs_waived, joined_to) on risai.application to app;
grant update (late_reason, proofs_waived) on risai.application to rekeyer;
create unique index application_reference on risai.application (municipality_code, channel, reference) where reference is not null;
create index application_joined on risai.application (municipality_code, joined_to) where joined_to is not null;

alter table risai.form add column place_hmac bytea;
comment on column risai.form.place_hmac is 'Keyed digest of 被災住家の所在地, widths and ways of writing folded: the same dwelling is found without opening forms; null = written before';
grant update (place_hmac) on risai.form to rekeyer;
create index person_household on risai.person (municipality_code, household_no) where household_no is not null;
create index person_non_resident on risai.person (municipality_code, non_resident_id) where non_resident_id is not null;
create index form_place on risai.form (municipality_code, place_hmac) where place_hmac is not null;

-- Terms are the town's own (there is no national one): appended, the highest number holds.
create table risai.terms (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  terms_no integer not null,
  application_until_on date,
  resurvey_days integer check (resurvey_days between 1 and 3650),
  note text not null,
  set_at timestamptz not null,
  set_by text not null,
  set_by_label text not null,
  primary key (municipality_code, disaster_id, terms_no)
);
comment on table risai.terms is '申請期限 of a disaster as the town set and extended it: one row a setting, appended';
comment on column risai.terms.application_until_on is 'Last day of applications; null = none';
comment on column risai.terms.resurvey_days is '再調査 may be asked for within so many days of the decision; null = no term';
comment on column risai.terms.note is 'By what the town set it: 要綱, 告示; no personal data';
call app.protect('risai.terms', 'select, insert');

--! constraints
alter table risai.terms add constraint terms_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table risai.application add constraint application_joined_to foreign key (municipality_code, joined_to) references risai.application (municipality_code, application_id);
