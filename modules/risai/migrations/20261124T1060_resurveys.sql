-- What happens after 交付可: the dwelling is surveyed again, or the words of the certificate are corrected.
create table risai.resurvey (
  municipality_code char(6) not null,
  resurvey_id uuid not null,
  application_id uuid not null,
  resurvey_no integer not null,
  state text not null check (state in ('received', 'accepted', 'surveyed', 'kept', 'changed', 'rejected', 'withdrawn')),
  version integer not null,
  wanted text not null check (wanted in ('second', 'again')),
  applied_on date not null,
  received_at timestamptz not null,
  received_by text not null,
  result_grade text check (result_grade in ('G0', 'G1', 'G2', 'G3', 'G4', 'G5', 'G6')),
  surveyed_on date,
  grade_before text not null check (grade_before in ('G0', 'G1', 'G2', 'G3', 'G4', 'G5', 'G6')),
  ended_at timestamptz,
  sealed bytea not null,
  result bytea,
  answer bytea,
  primary key (municipality_code, resurvey_id),
  unique (municipality_code, application_id, resurvey_no)
);
comment on table risai.resurvey is '再調査の申請: one dwelling surveyed again after a decision. The certificate stays in force until another grade is decided.';
comment on column risai.resurvey.wanted is 'second 第2次調査, again 再調査 of the whole or a part';
comment on column risai.resurvey.grade_before is 'The grade the applicant disputes';
comment on column risai.resurvey.sealed is 'Why it is asked for, and why it was taken after the term, as JSON, sealed';
comment on column risai.resurvey.result is 'What the survey found, as JSON, sealed; null = not yet';
comment on column risai.resurvey.answer is 'Why it was refused or withdrawn, or what was told when the grade stayed; sealed';
create unique index resurvey_open on risai.resurvey (municipality_code, application_id) where ended_at is null;
call app.protect('risai.resurvey', 'select, insert, update (state, version, result_grade, surveyed_on, ended_at, result, answer)');
grant select, update (sealed, result, answer) on risai.resurvey to rekeyer;

alter table risai.certificate add column withdrawn_cause text check (withdrawn_cause in ('regraded', 'corrected', 'other'));
comment on column risai.certificate.withdrawn_cause is 'Why it lost its force, in a word: another grade, a correction of the words (訂正), or else';
grant update (withdrawn_cause) on risai.certificate to app;

alter table risai.grading add column resurvey_id uuid;
comment on column risai.grading.resurvey_id is 'The 再調査 that found it; null = the first survey, or graded anew without an application';
alter table risai.grading add column same_as uuid;
comment on column risai.grading.same_as is 'The application of the same dwelling whose grade it is (所有者と借家人); null = its own';
alter table risai.grading add column task_id uuid;
comment on column risai.grading.task_id is 'The survey whose result was offered; null = none was there';
alter table risai.grading add column adopted boolean not null default false;
comment on column risai.grading.adopted is 'The survey''s result as it was; false = stated by a person';

-- What support needs of a certificate: which grade is in force for whom, and what was in force before.
create view risai.pub_certificate with (security_invoker = true) as
  select c.municipality_code, a.disaster_id, a.entry_id, a.applicant_ref, c.application_id, c.certificate_id, c.serial_no,
         c.grade, c.made_at, c.withdrawn_at, c.withdrawn_cause
    from risai.certificate c
    join risai.application a on a.municipality_code = c.municipality_code and a.application_id = c.application_id;
comment on view risai.pub_certificate is '罹災証明書 with the grade it certifies; withdrawn_at null = in force';
grant select on risai.pub_certificate to app;

--! constraints
alter table risai.resurvey add constraint resurvey_application foreign key (municipality_code, application_id) references risai.application (municipality_code, application_id);
alter table risai.grading add constraint grading_resurvey foreign key (municipality_code, resurvey_id) references risai.resurvey (municipality_code, resurvey_id);
alter table risai.grading add constraint grading_same_as foreign key (municipality_code, same_as) references risai.application (municipality_code, application_id);
