create view surveys.pub_team with (security_invoker = true) as
  select t.municipality_code, t.team_id, t.plan_id, t.name from surveys.team t;
comment on view surveys.pub_team is '調査班 by name, for the passes of its phones';
grant select on surveys.pub_team to app;
