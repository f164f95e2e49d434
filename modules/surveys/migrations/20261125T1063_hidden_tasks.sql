-- Which survey of an application is done, without reading the surveys themselves (control room).
create index task_application_done on surveys.task (municipality_code, disaster_id, origin_ref) where origin = 'application' and state = 'done';

-- As before, each way to a hidden task by its index: an `or` of them reads everybody behind every task, for each map that is drawn.
create index person_other on surveys.person (municipality_code, non_resident_id) where non_resident_id is not null;
create or replace function surveys.hidden_tasks(municipality char(6), disaster uuid)
returns table (task_id uuid)
language sql stable
as $$
  with hidden as materialized (
    select h.resident_no, h.household_no, h.non_resident_id from ledger.protected_now(municipality) h),
  homes as materialized (
    select o.dwelling_id from dwellings.pub_occupancy o
     where o.municipality_code = municipality and o.disaster_id = disaster
       and (o.household_no in (select h.household_no from hidden h where h.household_no is not null)
         or o.resident_no in (select h.resident_no from hidden h where h.resident_no is not null)
         or o.non_resident_id in (select h.non_resident_id from hidden h where h.non_resident_id is not null)))
  select p.task_id from surveys.person p
   where p.municipality_code = municipality
     and p.resident_no = any (array(select h.resident_no from hidden h where h.resident_no is not null))
  union
  select p.task_id from surveys.person p
   where p.municipality_code = municipality
     and p.household_no = any (array(select h.household_no from hidden h where h.household_no is not null))
  union
  select p.task_id from surveys.person p
   where p.municipality_code = municipality
     and p.non_resident_id = any (array(select h.non_resident_id from hidden h where h.non_resident_id is not null))
  union
  select s.task_id from surveys.house s
   where s.municipality_code = municipality and s.dwelling_id in (select o.dwelling_id from homes o)
$$;
