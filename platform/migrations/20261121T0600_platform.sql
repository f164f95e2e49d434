-- What every module stands on: the tenant in scope, protection of tenant tables, retries, wrapped keys.

grant usage on schema app to app, linkage, worker, searcher;

-- Raises when nobody's town is in scope: a forgotten SET LOCAL is an error, never an empty answer.
create function app.current_municipality() returns char(6)
language plpgsql stable parallel safe
as $$
declare
  code text := current_setting('app.municipality_code', true);
begin
  if code is null or code = '' then
    raise exception 'no municipality in scope' using errcode = '42501';
  end if;
  return code::char(6);
end
$$;

-- Forced RLS by municipality, and the verbs the roles may use. Append-only tables get select and insert.
create procedure app.protect(tenant_table regclass, app_verbs text, linkage_verbs text default '')
language plpgsql
as $$
begin
  execute format('alter table %s enable row level security', tenant_table);
  execute format('alter table %s force row level security', tenant_table);
  execute format(
    'create policy municipality on %s using (municipality_code = app.current_municipality())'
    ' with check (municipality_code = app.current_municipality())', tenant_table);
  if app_verbs <> '' then
    execute format('grant %s on %s to app', app_verbs, tenant_table);
  end if;
  if linkage_verbs <> '' then
    execute format('grant %s on %s to linkage', linkage_verbs, tenant_table);
  end if;
end
$$;

create table app.command (
  municipality_code char(6) not null,
  request_id uuid not null,
  actor text not null,
  endpoint text not null,
  body_hmac bytea not null,
  outcome bytea,
  at timestamptz not null,
  primary key (municipality_code, request_id)
);
comment on table app.command is 'One row a write: the client''s requestId, what it asked (HMAC) and its first outcome (sealed). Replays answer from here.';
call app.protect('app.command', 'select, insert, update (outcome)', 'select, insert, update (outcome)');

create table app.sealing_key (
  municipality_code char(6) not null,
  key_id smallint not null,
  wrapped bytea not null,
  created_at timestamptz not null,
  primary key (municipality_code, key_id)
);
comment on table app.sealing_key is 'The municipality''s data, search and record keys, wrapped by the master key. Destroying the rows destroys the town''s data.';
call app.protect('app.sealing_key', 'select, insert', 'select');

create table app.tenant (
  municipality_code char(6) not null,
  name text not null,
  demonstration boolean not null,
  onboarded_at timestamptz not null,
  primary key (municipality_code)
);
comment on table app.tenant is '利用団体: one row a municipality that takes part; its code is fixed at onboarding';
comment on column app.tenant.demonstration is 'The made-up town with printed passwords; production refuses to let it sign in';
call app.protect('app.tenant', 'select, insert', 'select');
