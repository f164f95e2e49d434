-- What was certified (the frozen words), the evidence of alarms that somebody acknowledged, and 宛名台紙 are kept for a time, too.
-- The role disposer empties them and never reads them; that there was an issue, an alarm, a bundle stays.

alter table certificates.issue alter column frozen drop not null;
alter table certificates.issue add column frozen_gone_on date;
alter table certificates.issue add constraint frozen_or_gone check ((frozen is null) = (frozen_gone_on is not null));
comment on column certificates.issue.frozen_gone_on is 'The day on which the words were disposed of; null = they are here';
create index issue_with_words on certificates.issue (municipality_code, issued_on) where frozen_gone_on is null;

alter table certificates.alarm alter column evidence drop not null;
alter table certificates.alarm add column evidence_gone_on date;
alter table certificates.alarm add constraint evidence_or_gone check ((evidence is null) = (evidence_gone_on is not null));
comment on column certificates.alarm.evidence_gone_on is 'The day on which the evidence was disposed of; null = it is here. Never while nobody has acknowledged the alarm';

alter table certificates.batch_bundle add column sheets_gone_on date;
alter table certificates.batch_bundle add constraint sheets_gone check (sheets_gone_on is null or sheets is null);
comment on column certificates.batch_bundle.sheets_gone_on is 'The day on which the 宛名台紙 were disposed of; null = they are here, or there never were any';
create index bundle_with_sheets on certificates.batch_bundle (municipality_code, made_at) where sheets_gone_on is null;

grant select (municipality_code, transaction_id, issued_on, frozen_gone_on), update (frozen, frozen_gone_on) on certificates.issue to disposer;
grant select (municipality_code, alarm_id, evidence_gone_on), update (evidence, evidence_gone_on) on certificates.alarm to disposer;
grant select (municipality_code, alarm_id, at) on certificates.alarm_acknowledgement to disposer;
grant select (municipality_code, batch_id, bundle_no, made_at, sheets_gone_on), update (sheets, sheets_gone_on) on certificates.batch_bundle to disposer;
