-- Houses of dwellings.dwelling that stand where a task says: whoever is linked to one of them lives there, also later.
create table surveys.house (
  municipality_code char(6) not null,
  task_id uuid not null,
  dwelling_id uuid not null,
  primary key (municipality_code, task_id, dwelling_id)
);
comment on table surveys.house is 'Houses at the address of a task: who is linked to them decides whether its place is shown';
create index house_dwelling on surveys.house (municipality_code, dwelling_id);
call app.protect('surveys.house', 'select, insert');

-- Tasks whose place shows nowhere now, as a set: what stands in surveys.store.ts for one task.
create function surveys.hidden_tasks(municipality char(6), disaster uuid)
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
     and (p.resident_no in (select h.resident_no from hidden h where h.resident_no is not null)
       or p.household_no in (select h.household_no from hidden h where h.household_no is not null)
       or p.non_resident_id in (select h.non_resident_id from hidden h where h.non_resident_id is not null))
  union
  select s.task_id from surveys.house s
   where s.municipality_code = municipality and s.dwelling_id in (select o.dwelling_id from homes o)
$$;
comment on function surveys.hidden_tasks is 'Tasks behind which, or in the house of which, somebody is protected now';
grant execute on function surveys.hidden_tasks to app;

--! constraints
alter table surveys.house add constraint house_task foreign key (municipality_code, task_id) references surveys.task (municipality_code, task_id);
