create schema ledger;
grant usage on schema ledger to app, searcher;

create table ledger.ledger (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  cut_seq bigint not null,
  opened_at timestamptz not null,
  opened_by text not null,
  primary key (municipality_code, disaster_id)
);
comment on table ledger.ledger is '被災者台帳 (災対法90条の3): one row a disaster. Its people are those of the register as of cut_seq; nothing is copied.';
comment on column ledger.ledger.cut_seq is 'Number of the last change of the town''s data that the ledger holds (residents.sequence)';
call app.protect('ledger.ledger', 'select, insert');

create table ledger.non_resident (
  municipality_code char(6) not null,
  non_resident_id uuid not null,
  version integer not null,
  disaster_id uuid not null,
  birth_on date,
  sex char(1) not null,
  suppressed boolean not null,
  sealed bytea not null,
  tokens bigint[] not null,
  written_at timestamptz not null,
  written_by text not null,
  primary key (municipality_code, non_resident_id, version)
);
comment on table ledger.non_resident is '住登外者: one row a version of a victim who is not in the register. Appended only; the highest version is the present one.';
comment on column ledger.non_resident.suppressed is '支援措置 as reported; held by this version';
comment on column ledger.non_resident.sealed is 'NonResident as JSON, sealed with the town''s key';
comment on column ledger.non_resident.tokens is 'Keyed 64-bit tokens of the grams of name, kana and address; of protected persons none of the address';
create index non_resident_tokens on ledger.non_resident using gin (municipality_code, tokens) with (fastupdate = off);
create index non_resident_birth on ledger.non_resident (municipality_code, disaster_id, birth_on);
call app.protect('ledger.non_resident', 'select, insert');
grant select on ledger.non_resident to searcher;

create table ledger.entry (
  municipality_code char(6) not null,
  entry_id uuid not null,
  disaster_id uuid not null,
  resident_no text,
  non_resident_id uuid,
  opened_at timestamptz not null,
  primary key (municipality_code, entry_id),
  unique (municipality_code, disaster_id, resident_no),
  unique (municipality_code, disaster_id, non_resident_id),
  check (num_nonnulls(resident_no, non_resident_id) = 1)
);
comment on table ledger.entry is '台帳の記載: person × disaster, made when the first fact about the person is told';
call app.protect('ledger.entry', 'select, insert');

create table ledger.fact (
  municipality_code char(6) not null,
  entry_id uuid not null,
  fact_id uuid not null,
  kind text not null,
  at timestamptz not null,
  actor text not null,
  actor_label text not null,
  codes jsonb not null,
  sealed bytea,
  primary key (municipality_code, entry_id, fact_id)
);
comment on table ledger.fact is '事実: what was told to the ledger about a person. Appended, never changed.';
comment on column ledger.fact.actor_label is 'Name of the member of staff as shown then, or the program';
comment on column ledger.fact.codes is 'Identifiers and codes only, never names or addresses';
comment on column ledger.fact.sealed is 'Free words, sealed; null = none';
call app.protect('ledger.fact', 'select, insert');

-- True while the person is protected: the town's 支援措置, and for 住登外者 what the present version reports. Published for the modules above.
create function ledger.is_protected(municipality char(6), resident text, household text, other uuid) returns boolean
language sql stable
as $$
  select case when resident is not null then residents.is_protected(municipality, resident, household)
              when other is null then false
              else coalesce((select n.suppressed from ledger.non_resident n
                              where n.municipality_code = municipality and n.non_resident_id = other
                              order by n.version desc limit 1), true) end
$$;
grant execute on function ledger.is_protected to app;

-- Candidates of a sealed search among the 住登外者 of one ledger, present versions only. Owned by a role that bypasses
-- RLS, since `@>` cannot use an index under RLS; the function checks the municipality itself.
create function ledger.search_non_residents(municipality char(6), disaster uuid, wanted bigint[], born date, most integer)
returns table (non_resident_id uuid, version integer, suppressed boolean, sealed bytea)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan
as $$
begin
  if municipality is distinct from app.current_municipality() then
    raise exception 'search outside the municipality in scope' using errcode = '42501';
  end if;
  return query
    select n.non_resident_id, n.version, n.suppressed, n.sealed
      from ledger.non_resident n
     where n.municipality_code = municipality and n.disaster_id = disaster
       and (wanted is null or n.tokens @> wanted)
       and (born is null or n.birth_on = born)
       and not exists (select 1 from ledger.non_resident later
                        where later.municipality_code = municipality and later.non_resident_id = n.non_resident_id
                          and later.version > n.version)
     order by n.non_resident_id
     limit most;
end
$$;
revoke all on function ledger.search_non_residents from public;
grant create on schema ledger to searcher;
alter function ledger.search_non_residents owner to searcher;
revoke create on schema ledger from searcher;
grant execute on function ledger.search_non_residents to app;

--! constraints
alter table ledger.ledger add constraint ledger_disaster foreign key (municipality_code, disaster_id) references disasters.disaster (municipality_code, disaster_id);
alter table ledger.non_resident add constraint non_resident_ledger foreign key (municipality_code, disaster_id) references ledger.ledger (municipality_code, disaster_id);
alter table ledger.entry add constraint entry_ledger foreign key (municipality_code, disaster_id) references ledger.ledger (municipality_code, disaster_id);
alter table ledger.fact add constraint fact_entry foreign key (municipality_code, entry_id) references ledger.entry (municipality_code, entry_id);
