-- Feed of the control room and the reports: where applications, certificates, letters and appointments stand. No words, no places.
create view risai.pub_standing with (security_invoker = true) as
  select a.municipality_code, a.disaster_id, a.application_id, a.serial_no, a.state, a.applicant_ref, a.form_no, a.applied_on,
         a.received_at
    from risai.application a;
comment on view risai.pub_standing is '罹災証明書の申請 with its state';
grant select on risai.pub_standing to app;

create view risai.pub_grading with (security_invoker = true) as
  select g.municipality_code, g.application_id, g.grading_no, g.grade, g.same_as from risai.grading g;
comment on view risai.pub_grading is '被害の程度 as graded; the highest number of an application rules';
grant select on risai.pub_grading to app;

create view risai.pub_form_person with (security_invoker = true) as
  select p.municipality_code, p.application_id, p.form_no, p.position, p.role, p.resident_no, p.household_no, p.non_resident_id
    from risai.person p;
comment on view risai.pub_form_person is 'People of the ledger who stand in a form';
grant select on risai.pub_form_person to app;

create view risai.pub_letter with (security_invoker = true) as
  select l.municipality_code, l.disaster_id, l.letter_id, l.application_id, a.serial_no, l.requested_at,
         l.batch_id is not null as bundled
    from risai.letter l
    join risai.application a on a.municipality_code = l.municipality_code and a.application_id = l.application_id
   where l.posted_at is null and l.left_out_at is null;
comment on view risai.pub_letter is '通知書 that are not posted';
grant select on risai.pub_letter to app;

create view risai.pub_appointment with (security_invoker = true) as
  select p.municipality_code, s.disaster_id, p.appointment_id, p.application_id, a.serial_no, s.place, s.on_day,
         (s.on_day + make_interval(mins => s.from_minute)) at time zone 'Asia/Tokyo' as at
    from risai.appointment p
    join risai.slot s on s.municipality_code = p.municipality_code and s.slot_id = p.slot_id
    join risai.application a on a.municipality_code = p.municipality_code and a.application_id = p.application_id
   where p.state = 'booked';
comment on view risai.pub_appointment is '来庁予約 that stand';
grant select on risai.pub_appointment to app;

create view risai.pub_resurvey with (security_invoker = true) as
  select r.municipality_code, a.disaster_id, r.resurvey_id, r.application_id, a.serial_no, r.state, r.received_at
    from risai.resurvey r
    join risai.application a on a.municipality_code = r.municipality_code and a.application_id = r.application_id
   where r.ended_at is null;
comment on view risai.pub_resurvey is '再調査の申請 that are open';
grant select on risai.pub_resurvey to app;

create view risai.pub_report with (security_invoker = true) as
  select r.municipality_code, r.disaster_id, r.report_id, r.serial_no, r.state, r.received_at from risai.report r;
comment on view risai.pub_report is '被災届出 with its state';
grant select on risai.pub_report to app;

create index application_waiting on risai.application (municipality_code, disaster_id, state, received_at);
create index application_applied on risai.application (municipality_code, disaster_id, applied_on);
create index letter_unposted on risai.letter (municipality_code, disaster_id, requested_at) where posted_at is null and left_out_at is null;
create index resurvey_waiting on risai.resurvey (municipality_code, state) where ended_at is null;
