-- As before; team and plan are looked up where they are asked for. Joined, they kept a count from being answered by an index alone.
create or replace view surveys.pub_task with (security_invoker = true) as
  select t.municipality_code, t.disaster_id, t.task_id, t.task_no, t.stage, t.state, t.origin, t.origin_ref, t.dwelling_id,
         t.team_id, t.claimed_by_label, t.requested_at, t.finished_on, t.grade,
         (select m.name from surveys.team m
           where m.municipality_code = t.municipality_code and m.team_id = t.team_id) as team_name,
         (select p.ends_on from surveys.plan p
           where p.municipality_code = t.municipality_code and p.plan_id = t.plan_id) as ends_on
    from surveys.task t;
