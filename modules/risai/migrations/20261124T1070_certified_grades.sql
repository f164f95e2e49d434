-- Feed of the support programmes: the degree of a certificate in force, of everybody who stands in its application.
create view risai.pub_certified_grade with (security_invoker = true) as
  select c.municipality_code, a.disaster_id, p.resident_no, p.non_resident_id, c.grade, c.certificate_id, a.application_id
    from risai.certificate c
    join risai.application a on a.municipality_code = c.municipality_code and a.application_id = c.application_id
    join risai.person p on p.municipality_code = a.municipality_code and p.application_id = a.application_id
     and p.form_no = a.form_no
   where c.withdrawn_at is null and a.state = 'issuable';
comment on view risai.pub_certified_grade is '被害の程度 as certified and in force, one row a person of the application';
grant select on risai.pub_certified_grade to app;
