-- Resumable uploads, the queue, and what staff say about a business.

alter table linkage.agent add column expires_at timestamptz;
alter table linkage.agent add column heard_at timestamptz;
alter table linkage.agent add column agent_version text;
alter table linkage.agent add column replaces uuid;
comment on column linkage.agent.expires_at is 'End of its certificate; null of agents enrolled by the first release';
comment on column linkage.agent.heard_at is 'When it last asked for the status';
comment on column linkage.agent.replaces is 'The same agent under its former certificate, which is revoked when this one is first used';
grant update (heard_at, agent_version, revoked_at) on linkage.agent to linkage;

create table linkage.inbound (
  municipality_code char(6) not null,
  business text not null,
  file_no integer not null check (file_no > 0),
  sha256 text not null,
  upload_id uuid not null,
  spool_id uuid not null,
  sealed_key bytea not null,
  manifest jsonb not null,
  bytes bigint not null check (bytes > 0),
  received bigint not null,
  state text not null check (state in ('receiving', 'waiting', 'applying', 'applied', 'refused')),
  file_id uuid,
  rows_done integer not null,
  attempts integer not null,
  retry_at timestamptz,
  lease_id uuid,
  lease_until timestamptz,
  sent_by uuid not null,
  opened_at timestamptz not null,
  updated_at timestamptz not null,
  seen_at timestamptz not null,
  primary key (municipality_code, business, file_no),
  check ((state in ('applied', 'refused')) = (file_id is not null))
);
comment on table linkage.inbound is 'A linkage file on its way in: one row a number, from its opening to its receipt. Its bytes lie in the spool (decision 13).';
comment on column linkage.inbound.upload_id is 'Names the upload in the spool; another one when other content, or a lost upload, begins anew';
comment on column linkage.inbound.spool_id is 'The spool folder that holds it: two processes may have one each';
comment on column linkage.inbound.sealed_key is 'The upload''s own random key, sealed with the town''s: the spool''s disk alone opens nothing';
comment on column linkage.inbound.received is 'Bytes acknowledged; what is really there is measured in the spool';
comment on column linkage.inbound.lease_until is 'A process is applying it; when this is past, that process is gone and another may. Correctness hangs on the town''s seq row, not on this.';
comment on column linkage.inbound.seen_at is 'When the process that holds the spool last had it at hand';
create index inbound_unfinished on linkage.inbound (municipality_code, state) where state in ('receiving', 'waiting', 'applying');
call app.protect('linkage.inbound', 'select', 'select, insert, update (upload_id, spool_id, sealed_key, manifest, sha256, bytes, received, state, file_id, rows_done, attempts, retry_at, lease_id, lease_until, sent_by, opened_at, updated_at, seen_at)');

create table linkage.business_state (
  municipality_code char(6) not null,
  business text not null,
  paused_at timestamptz,
  paused_by text,
  pause_reason text,
  wanted_file_no integer,
  unsent integer,
  unsent_at timestamptz,
  clear_at timestamptz,
  primary key (municipality_code, business)
);
comment on table linkage.business_state is 'What staff and the agent last said of a business; who and when before that is in the audit trail';
comment on column linkage.business_state.wanted_file_no is 'Staff ask for this number and those after it again; null once it is opened';
comment on column linkage.business_state.clear_at is 'When the agent last said that it had nothing unsent while nothing waited here: as fresh as the town''s own data';
call app.protect('linkage.business_state',
  'select, insert, update (paused_at, paused_by, pause_reason, wanted_file_no)',
  'select, insert, update (wanted_file_no, unsent, unsent_at, clear_at)');

create table linkage.opening (
  municipality_code char(6) not null,
  opening_id uuid not null,
  until timestamptz not null,
  reason text not null,
  opened_by text not null,
  at timestamptz not null,
  primary key (municipality_code, opening_id)
);
comment on table linkage.opening is '連携時間外の受付: the newest row rules. Appended, never changed.';
create index opening_by_time on linkage.opening (municipality_code, at);
call app.protect('linkage.opening', 'select, insert', 'select');

-- Which towns have something to look after: codes and nothing else, since the queue's ticks are nobody's town.
create function linkage.towns() returns table (municipality_code char(6))
language sql stable security definer set search_path = ''
as $$
  select t.municipality_code from app.tenant t
   where exists (select 1 from linkage.agent a where a.municipality_code = t.municipality_code)
$$;
comment on function linkage.towns is 'Codes of the towns that have enrolled an agent, for the queue and its checks';
grant usage on schema linkage to searcher;
grant select on linkage.agent, app.tenant to searcher;
revoke all on function linkage.towns from public;
grant create on schema linkage to searcher;
alter function linkage.towns owner to searcher;
revoke create on schema linkage from searcher;
grant execute on function linkage.towns to linkage;
