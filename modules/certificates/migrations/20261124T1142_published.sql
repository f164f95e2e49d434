create view certificates.pub_issued with (security_invoker = true) as
  select i.municipality_code, i.kind, i.subject_id, s.at
    from certificates.issue i
    join certificates.issue_state s on s.municipality_code = i.municipality_code and s.transaction_id = i.transaction_id
     and s.state = 'printed';
comment on view certificates.pub_issued is 'Copies that were printed, by what they certify';
grant select on certificates.pub_issued to app;
