-- A right may be limited to some disasters. Then, for the rest of the transaction, the rows of others are nobody's: the
-- limit is two settings of the transaction, written by the server as literals before anything of the request is read.
-- As a rule of its own beside the municipality's, so that no query can forget it. Without a limit it costs a look at one
-- setting; `is distinct from` and not `=` so that the planner goes on expecting all rows.
create function app.in_reach(disaster uuid) returns boolean
language sql stable parallel safe
as $$
  select current_setting('app.limited', true) is distinct from 'yes'
    or disaster::text = any (string_to_array(current_setting('app.disasters', true), ','))
$$;
comment on function app.in_reach is 'Whether a row of this disaster is there for whom is acting now';

-- Rows that hang on one of a disaster. Asked only where there is a limit.
create function app.in_reach_by(parent regclass, key name, id uuid) returns boolean
language plpgsql stable
as $$
declare
  reached boolean;
begin
  execute format(
    'select exists (select 1 from %s where municipality_code = app.current_municipality() and %I = $1)', parent, key)
    into reached using id;
  return reached;
end
$$;
comment on function app.in_reach_by is 'Whether the row of `parent` that this one hangs on is there for whom is acting now';

create procedure app.limit_by_disaster(tenant_table regclass)
language plpgsql
as $$
begin
  execute format(
    'create policy disaster on %s as restrictive using (app.in_reach(disaster_id)) with check (app.in_reach(disaster_id))',
    tenant_table);
end
$$;

create procedure app.limit_by_parent(tenant_table regclass, parent regclass, key name)
language plpgsql
as $$
begin
  execute format(
    'create policy disaster on %1$s as restrictive'
    ' using (current_setting(''app.limited'', true) is distinct from ''yes'' or app.in_reach_by(%2$L::regclass, %3$L, %3$I))'
    ' with check (current_setting(''app.limited'', true) is distinct from ''yes'' or app.in_reach_by(%2$L::regclass, %3$L, %3$I))',
    tenant_table, parent::text, key);
end
$$;

-- As before, and a table of disasters is limited by them from its beginning.
create or replace procedure app.protect(tenant_table regclass, app_verbs text, linkage_verbs text default '')
language plpgsql
as $$
begin
  execute format('alter table %s enable row level security', tenant_table);
  execute format('alter table %s force row level security', tenant_table);
  execute format(
    'create policy municipality on %s using (municipality_code = app.current_municipality())'
    ' with check (municipality_code = app.current_municipality())', tenant_table);
  if exists (select 1 from pg_attribute where attrelid = tenant_table and attname = 'disaster_id' and not attisdropped) then
    call app.limit_by_disaster(tenant_table);
  end if;
  if app_verbs <> '' then
    execute format('grant %s on %s to app', app_verbs, tenant_table);
  end if;
  if linkage_verbs <> '' then
    execute format('grant %s on %s to linkage', linkage_verbs, tenant_table);
  end if;
end
$$;

-- What there is already, in whatever module.
do $$
declare
  one regclass;
begin
  for one in
    select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'disaster_id' and not a.attisdropped
     where c.relkind in ('r', 'p') and not c.relispartition and c.relrowsecurity
     order by 1
  loop
    call app.limit_by_disaster(one);
  end loop;
end
$$;

do $$
declare
  one record;
begin
  for one in
    select * from (values
      ('cases.act', 'cases.case', 'case_id'),
      ('external_link.result_person', 'external_link.result', 'result_id'),
      ('extraction.item', 'extraction.list', 'list_id'),
      ('field.item', 'field.pass', 'pass_id'),
      ('ledger.difference', 'ledger.entry', 'entry_id'),
      ('ledger.disclosure_decision', 'ledger.disclosure', 'disclosure_id'),
      ('ledger.disclosure_person', 'ledger.disclosure', 'disclosure_id'),
      ('ledger.fact', 'ledger.entry', 'entry_id'),
      ('ledger.item', 'ledger.entry', 'entry_id'),
      ('ledger.provision', 'ledger.entry', 'entry_id'),
      ('matching.candidate', 'matching.row', 'row_id'),
      ('matching.outcome', 'matching.row', 'row_id'),
      ('non_dwellings.finding', 'non_dwellings.property', 'non_dwelling_id'),
      ('non_dwellings.photo', 'non_dwellings.property', 'non_dwelling_id'),
      ('payments.account', 'support.application', 'application_id'),
      ('payments.clearance', 'support.application', 'application_id'),
      ('payments.export', 'payments.run', 'run_id'),
      ('payments.item', 'payments.run', 'run_id'),
      ('payments.repayment', 'support.award', 'award_id'),
      ('risai.appointment', 'risai.application', 'application_id'),
      ('risai.attachment', 'risai.application', 'application_id'),
      ('risai.certificate', 'risai.application', 'application_id'),
      ('risai.decision', 'risai.application', 'application_id'),
      ('risai.form', 'risai.application', 'application_id'),
      ('risai.grading', 'risai.application', 'application_id'),
      ('risai.person', 'risai.application', 'application_id'),
      ('risai.resurvey', 'risai.application', 'application_id'),
      ('support.award', 'support.application', 'application_id'),
      ('support.decision', 'support.application', 'application_id'),
      ('support.difference', 'support.application', 'application_id'),
      ('support.proposal', 'support.application', 'application_id'),
      ('surveys.assignment_task', 'surveys.task', 'task_id'),
      ('surveys.house', 'surveys.task', 'task_id'),
      ('surveys.person', 'surveys.task', 'task_id'),
      ('surveys.photo', 'surveys.task', 'task_id'),
      ('surveys.plan_area', 'surveys.plan', 'plan_id'),
      ('surveys.result', 'surveys.task', 'task_id'),
      ('surveys.sheet', 'surveys.task', 'task_id'),
      ('surveys.team', 'surveys.plan', 'plan_id')
    ) as hanging (child, parent, key)
  loop
    -- A database of the platform alone has none of them.
    if to_regclass(one.child) is not null then
      call app.limit_by_parent(one.child::regclass, one.parent::regclass, one.key::name);
    end if;
  end loop;
end
$$;
