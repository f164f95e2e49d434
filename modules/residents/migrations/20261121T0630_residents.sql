create schema residents;
grant usage on schema residents to app, linkage, searcher;

create table residents.version (
  municipality_code char(6) not null,
  resident_no text not null,
  history_no integer not null,
  branch_no integer not null,
  from_seq bigint not null,
  to_seq bigint,
  latest boolean not null,
  deleted boolean not null,
  household_no text,
  kind text not null check (kind in ('japanese', 'foreign')),
  state text not null check (state in ('resident', 'moved-out', 'dead', 'removed')),
  sex char(1) not null,
  birth_on date,
  record_hmac bytea not null,
  sealed bytea not null,
  tokens bigint[] not null,
  primary key (municipality_code, resident_no, history_no, branch_no, from_seq)
);
comment on table residents.version is '中間DB: one row a version of one 異動世代. Appended; only to_seq is ever updated, by the linkage role. As of s: from_seq <= s and (to_seq is null or to_seq > s).';
comment on column residents.version.latest is '最新フラグ: the person''s newest 履歴番号';
comment on column residents.version.deleted is 'A tombstone: the town deleted the row at from_seq (deletions are rows)';
comment on column residents.version.record_hmac is 'Keyed digest of the record: says whether a full load changed it';
comment on column residents.version.sealed is 'The whole ResidentRecord as JSON, sealed with the town''s key; the clear columns serve extraction only';
comment on column residents.version.tokens is 'Keyed 64-bit tokens of the grams of names, kana and address';
create unique index version_current on residents.version (municipality_code, resident_no, history_no, branch_no) where to_seq is null;
create unique index version_latest on residents.version (municipality_code, resident_no) where to_seq is null and latest and not deleted;
create index version_household on residents.version (municipality_code, household_no) where latest and not deleted;
create index version_tokens on residents.version using gin (municipality_code, tokens) with (fastupdate = on, gin_pending_list_limit = 1024) where latest and not deleted;
create index version_birth on residents.version (municipality_code, birth_on) where latest and not deleted;
-- Without statistics every town is taken for one in 200 rows. With them, a town loaded since the last ANALYZE is taken for
-- no rows at all, and any index that begins with it looks as good as the right one (9 s a search instead of 0.1, measured).
alter table residents.version alter column municipality_code set statistics 0;
call app.protect('residents.version', 'select', 'select, insert, update (to_seq)');
grant select on residents.version to searcher;

create table residents.sequence (
  municipality_code char(6) not null,
  last_seq bigint not null,
  primary key (municipality_code)
);
comment on table residents.sequence is 'The last number given to an applied change of the town''s data, whatever the business. One writer a town: the link.';
call app.protect('residents.sequence', 'select', 'select, insert, update (last_seq)');

-- 支援措置 reaches whoever is registered in the same household: their address is the hidden one. One row, as a function in
-- FROM: that kind becomes part of the query, where one in SELECT is started anew for every row (ten times as slow). It does
-- not say `to_seq is null` (0 is no seq), which before the first ANALYZE draws the planner to version_latest and through
-- the whole town.
create function residents.protection_of(municipality char(6), resident text, household text)
returns table (protected boolean)
language sql stable
as $$
  select exists (
           select 1 from access.pub_suppressed s
            where s.municipality_code = municipality and s.resident_no = resident)
      or exists (
           select 1 from residents.version m
            where m.municipality_code = municipality and m.household_no = household
              and m.latest and not m.deleted and coalesce(m.to_seq, 0) = 0
              and exists (
                select 1 from access.pub_suppressed s
                 where s.municipality_code = municipality and s.resident_no = m.resident_no offset 0))
$$;
grant execute on function residents.protection_of to app, linkage, searcher;

create function residents.is_protected(municipality char(6), resident text, household text) returns boolean
language sql stable
as $$
  select protected from residents.protection_of(municipality, resident, household)
$$;
grant execute on function residents.is_protected to app, linkage, searcher;

-- Candidates of a sealed search as of a seq, the first `most` in order of 宛名番号. Owned by a role that bypasses RLS, since
-- `@>` cannot use an index under RLS; the function checks the municipality itself. Protected persons are never found by
-- address. In steps: what matches, by index alone and whatever the planner knows of a town just loaded; in order;
-- whether protected, for no more than are wanted; and only then the sealed bytes.
create function residents.search(
  municipality char(6), as_of bigint, wanted bigint[], born date, by_address boolean, most integer)
returns table (resident_no text, history_no integer, branch_no integer, sealed bytea, protected boolean)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan
as $$
begin
  if municipality is distinct from app.current_municipality() then
    raise exception 'search outside the municipality in scope' using errcode = '42501';
  end if;
  return query
    with matching as materialized (
      select v.resident_no, v.history_no, v.branch_no, v.from_seq, v.household_no
        from residents.version v
       where v.municipality_code = municipality and v.latest and not v.deleted
         and v.from_seq <= as_of and (v.to_seq is null or v.to_seq > as_of)
         and (wanted is null or v.tokens @> wanted)
         and (born is null or v.birth_on = born)),
    found as materialized (
      select m.*, p.protected
        from (select * from matching order by matching.resident_no) m
       cross join lateral residents.protection_of(municipality, m.resident_no, m.household_no) p
       where not (by_address and p.protected)
       limit most)
    select f.resident_no, f.history_no, f.branch_no, v.sealed, f.protected
      from found f
      join residents.version v
        on v.municipality_code = municipality
       and (v.resident_no, v.history_no, v.branch_no, v.from_seq) = (f.resident_no, f.history_no, f.branch_no, f.from_seq)
     order by f.resident_no;
end
$$;
revoke all on function residents.search from public;
grant create on schema residents to searcher;
alter function residents.search owner to searcher;
revoke create on schema residents from searcher;
grant execute on function residents.search to app;
