-- Whether there is a limit is asked once a statement. Asked of each row, it took a good part of every count: 172,000 times the same
-- look at a setting that cannot change meanwhile. What a limit lets through is as before (`app.in_reach`, `app.in_reach_by`), and
-- what is written is asked row by row.
create or replace procedure app.limit_by_disaster(tenant_table regclass)
language plpgsql
as $$
begin
  execute format(
    'create policy disaster on %s as restrictive'
    ' using ((select current_setting(''app.limited'', true) is distinct from ''yes'') or app.in_reach(disaster_id))'
    ' with check (app.in_reach(disaster_id))',
    tenant_table);
end
$$;

create or replace procedure app.limit_by_parent(tenant_table regclass, parent regclass, key name)
language plpgsql
as $$
begin
  execute format(
    'create policy disaster on %1$s as restrictive'
    ' using ((select current_setting(''app.limited'', true) is distinct from ''yes'') or app.in_reach_by(%2$L::regclass, %3$L, %3$I))'
    ' with check (current_setting(''app.limited'', true) is distinct from ''yes'' or app.in_reach_by(%2$L::regclass, %3$L, %3$I))',
    tenant_table, parent::text, key);
end
$$;

-- What there is already, in whatever module: for writing each says as before what it says for reading now.
do $$
declare
  one record;
begin
  for one in
    select p.polrelid::regclass as hanging,
           regexp_replace(pg_get_expr(p.polwithcheck, p.polrelid), '^.* OR (app\.in_reach_by\(.*\))\)$', '\1') as reached
      from pg_policy p
     where p.polname = 'disaster' and not p.polpermissive
  loop
    execute format(
      'alter policy disaster on %s using ((select current_setting(''app.limited'', true) is distinct from ''yes'') or %s)',
      one.hanging, one.reached);
  end loop;
end
$$;
