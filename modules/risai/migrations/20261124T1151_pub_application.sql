-- What an outside system is told of applications: which there are, and how they stand. The words are read by risai's own action.
create view risai.pub_application with (security_invoker = true) as
  select municipality_code, application_id, disaster_id, entry_id, applicant_ref, serial_no, state, version, form_no
    from risai.application;
comment on view risai.pub_application is '罹災証明書の申請 without anybody''s words; version grows with every act';
grant select on risai.pub_application to app;
create view risai.pub_person with (security_invoker = true) as
  select p.municipality_code, p.application_id, p.resident_no, p.non_resident_id
    from risai.person p
    join risai.application a on a.municipality_code = p.municipality_code and a.application_id = p.application_id
     and a.form_no = p.form_no;
comment on view risai.pub_person is 'Who stands in the form in force of an application';
grant select on risai.pub_person to app;
