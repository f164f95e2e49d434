create view support.pub_application with (security_invoker = true) as
  select a.municipality_code, a.disaster_id, a.application_id, a.programme_code, a.state, a.applied_on, a.received_at,
         a.received_by_label
    from support.application a;
comment on view support.pub_application is '支援制度の申請 with its state';
grant select on support.pub_application to app;

create view support.pub_difference with (security_invoker = true) as
  select d.municipality_code, a.disaster_id, d.difference_id, d.application_id, a.programme_code, d.found_at
    from support.difference d
    join support.application a on a.municipality_code = d.municipality_code and a.application_id = d.application_id
   where d.state = 'open';
comment on view support.pub_difference is '過不足 that nobody decided on yet';
grant select on support.pub_difference to app;
