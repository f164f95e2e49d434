create view notices.pub_unsent with (security_invoker = true) as
  select n.municipality_code, n.notice_id, n.kind, n.subject_id, n.requested_at, n.failed_at
    from notices.notice n
   where n.sent_at is null;
comment on view notices.pub_unsent is 'Mails that have not left: waiting, or refused for good';
grant select on notices.pub_unsent to app;
create index notice_unsent on notices.notice (municipality_code, requested_at) where sent_at is null;
