-- Feed of the control room and the reports: which houses are surveyed, by whom, and who lived there. No words, no places.
create view surveys.pub_task with (security_invoker = true) as
  select t.municipality_code, t.disaster_id, t.task_id, t.task_no, t.stage, t.state, t.origin, t.origin_ref, t.dwelling_id,
         t.team_id, t.claimed_by_label, t.requested_at, t.finished_on, t.grade, m.name as team_name, p.ends_on
    from surveys.task t
    left join surveys.team m on m.municipality_code = t.municipality_code and m.team_id = t.team_id
    left join surveys.plan p on p.municipality_code = t.municipality_code and p.plan_id = t.plan_id;
comment on view surveys.pub_task is '調査対象 with its state, team and the last day of its plan';
grant select on surveys.pub_task to app;

create view surveys.pub_person with (security_invoker = true) as
  select p.municipality_code, p.task_id, p.position, p.resident_no, p.household_no, p.non_resident_id from surveys.person p;
comment on view surveys.pub_person is 'People of the ledger behind a survey';
grant select on surveys.pub_person to app;

create index task_waiting on surveys.task (municipality_code, disaster_id, state, requested_at) where team_id is null;
create index task_unlinked on surveys.task (municipality_code, disaster_id, requested_at) where dwelling_id is null and state <> 'cancelled';
