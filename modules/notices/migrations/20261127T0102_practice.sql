-- What is written while practising is meant for nobody: it is no mail that has not left.
create or replace view notices.pub_unsent with (security_invoker = true) as
  select n.municipality_code, n.notice_id, n.kind, n.subject_id, n.requested_at, n.failed_at
    from notices.notice n
   where n.sent_at is null and n.failed_code is distinct from 'practice';
comment on column notices.notice.failed_code is 'SMTP answer of a refusal for good, e.g. 550; practice = no relay was asked';
-- Linkage tells of alarms, in a practice town to nobody.
grant update (sent_at, failed_at, failed_code) on notices.notice to linkage;
