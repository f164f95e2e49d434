-- 練習の町: what lies there may be deleted, to begin anew; of a real town nothing can be. The role `clearer` may delete rows of
-- practice towns alone, in every table but those of the platform and of rights and audit, which outlive a beginning anew.

create function app.is_practice_town(code char(6)) returns boolean
language sql immutable parallel safe
as $$
  select left(code, 2) between '51' and '97'
$$;
comment on function app.is_practice_town is 'As core/practice-town.ts says: no real municipality has such a code';

grant usage on schema app to clearer;

create procedure app.clear_for_practice(tenant_table regclass)
language plpgsql
as $$
declare
  its_schema name;
begin
  select n.nspname into its_schema from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = tenant_table;
  execute format('grant usage on schema %I to clearer', its_schema);
  execute format('grant select (municipality_code), delete on %s to clearer', tenant_table);
  execute format(
    'create policy practice on %s as restrictive for delete to clearer using (app.is_practice_town(municipality_code))',
    tenant_table);
end
$$;

-- As 20261125T1000, and a table may be cleared of what was practised from its beginning.
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
  if not exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  where c.oid = tenant_table and n.nspname in ('app', 'access')) then
    call app.clear_for_practice(tenant_table);
  end if;
  if app_verbs <> '' then
    execute format('grant %s on %s to app', app_verbs, tenant_table);
  end if;
  if linkage_verbs <> '' then
    execute format('grant %s on %s to linkage', linkage_verbs, tenant_table);
  end if;
end
$$;

-- What there is already, in whatever module; the queue's own tables, which are there in a database that has been in use, are of no
-- town. 支援措置 stand beside the rights, and are people's data.
do $$
declare
  one regclass;
begin
  for one in
    select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and c.relrowsecurity and n.nspname <> 'graphile_worker'
       and (n.nspname not in ('app', 'access') or format('%s.%s', n.nspname, c.relname) in ('access.suppression', 'access.suppression_doubt'))
     order by 1
  loop
    call app.clear_for_practice(one);
  end loop;
end
$$;
