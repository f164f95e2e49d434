-- Loading at the speed of COPY: origin of each version, the role that copies, and no small pending list.
alter table residents.version add column origin text not null default 'link' check (origin in ('link', 'hand'));
comment on column residents.version.origin is 'link: sent by the 連携AP. hand: loaded by staff; such a version never feeds 住民票・印鑑・税, and stays marked for ever';
comment on column residents.version.record_hmac is 'Keyed digest of the canonical row: says whether a file changed it';
comment on column residents.version.sealed is 'Version of the interface and canonical row as the town sent it (first release: the ResidentRecord as JSON), sealed with the town''s key; the clear columns serve extraction only';

-- COPY FROM is refused under RLS (design §4 rule 4), and a million rows are not written twice. `loader` bypasses RLS, but may
-- not name the town of a row: it is the one in scope.
alter table residents.version alter column municipality_code set default app.current_municipality();
grant usage on schema app, residents to loader;
grant insert (resident_no, history_no, branch_no, from_seq, latest, deleted, household_no, kind, state, sex, birth_on,
  record_hmac, sealed, tokens, origin) on residents.version to loader;

-- 1 MB of waiting entries, as before, is ten times as slow to load as 64 MB; the intake says how much may wait, and at its end
-- none does.
alter index residents.version_tokens reset (gin_pending_list_limit);

-- Only an index's owner may empty its list of waiting entries, which every search reads through.
create function residents.settle_search_index() returns void
language sql security definer set search_path = ''
as $$
  select pg_catalog.gin_clean_pending_list('residents.version_tokens'::regclass)
$$;
comment on function residents.settle_search_index is 'Moves waiting entries of all towns into the search index; reads and tells nothing of them';
revoke all on function residents.settle_search_index from public;
grant execute on function residents.settle_search_index to linkage;
