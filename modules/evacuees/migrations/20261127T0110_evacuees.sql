-- 広域避難者の引継ぎ: a household of the ledger that lives elsewhere for now is handed to the town where it lives.
create schema evacuees;
grant usage on schema evacuees to app, rekeyer, searcher;

-- Keys of the town for what other towns send it, and for what it signs.
create table evacuees.town_key (
  municipality_code char(6) not null,
  key_no integer not null,
  recipient text not null,
  signer text not null,
  sealed bytea not null,
  made_at timestamptz not null,
  made_by text not null,
  primary key (municipality_code, key_no),
  check (key_no = 1)
);
comment on table evacuees.town_key is 'One pair to be sealed to (age) and one to sign with (Ed25519); the public halves are for everybody';
comment on column evacuees.town_key.sealed is 'The secret halves, sealed';
call app.protect('evacuees.town_key', 'select, insert');
grant select, update (sealed) on evacuees.town_key to rekeyer;
grant select (municipality_code, recipient, signer) on evacuees.town_key to searcher;

-- Towns elsewhere, whose public keys somebody compared by telephone.
create table evacuees.partner (
  municipality_code char(6) not null,
  town_code text not null,
  version integer not null,
  name text not null,
  recipient text not null,
  signer text not null,
  registered_at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, town_code, version)
);
comment on table evacuees.partner is '引継ぎの相手の市町村 that are not on this installation: the highest version holds. Appended.';
call app.protect('evacuees.partner', 'select, insert');

-- Which towns are on this installation, with their public keys: the only thing a town learns of another here. Real towns,
-- made-up ones and those for practice (core/practice-town.ts) do not see each other.
create function evacuees.towns_here()
returns table (town_code text, name text, recipient text, signer text)
language sql stable security definer set search_path = ''
as $$
  select t.municipality_code::text, t.name, k.recipient, k.signer
    from app.tenant t
    left join evacuees.town_key k on k.municipality_code = t.municipality_code
   where t.demonstration = (select own.demonstration from app.tenant own
                             where own.municipality_code = app.current_municipality())
     and (left(t.municipality_code, 2) between '51' and '97') = (left(app.current_municipality(), 2) between '51' and '97')
$$;
revoke all on function evacuees.towns_here from public;
grant create on schema evacuees to searcher;
alter function evacuees.towns_here owner to searcher;
grant execute on function evacuees.towns_here to app;

-- What other towns sent, still closed: rows of the addressee.
create table evacuees.post (
  municipality_code char(6) not null,
  message_id uuid not null,
  from_town text not null,
  way text not null check (way in ('here', 'file')),
  bytes bytea,
  posted_at timestamptz not null,
  opened_at timestamptz,
  outcome text,
  primary key (municipality_code, message_id)
);
comment on table evacuees.post is 'Messages of other towns, sealed to this one and signed by the sender; a message is opened once';
comment on column evacuees.post.bytes is 'Sealed to the public key of the addressee; null once it was opened';
comment on column evacuees.post.outcome is 'What became of it: taken, or why not';
create index post_unopened on evacuees.post (municipality_code, posted_at, message_id) where opened_at is null;
call app.protect('evacuees.post', 'select, insert, update (bytes, opened_at, outcome)');
grant insert on evacuees.post to searcher;

-- The one way by which a town writes a row of another (decision 21): into its post box, under its own name, once an id. It
-- reads nothing and learns nothing.
create function evacuees.put(addressee char(6), message uuid, content bytea) returns void
language plpgsql security definer set search_path = ''
as $$
begin
  if addressee = app.current_municipality()
    or not exists (select 1 from evacuees.towns_here() t where t.town_code = addressee::text and t.recipient is not null) then
    raise exception 'no post box of that town' using errcode = '42501';
  end if;
  insert into evacuees.post (municipality_code, message_id, from_town, way, bytes, posted_at)
  values (addressee, message, app.current_municipality(), 'here', content, clock_timestamp());
end
$$;
revoke all on function evacuees.put from public;
alter function evacuees.put owner to searcher;
revoke create on schema evacuees from searcher;
grant execute on function evacuees.put to app;

-- The sender's side.
create table evacuees.transfer (
  municipality_code char(6) not null,
  transfer_id uuid not null,
  version integer not null,
  disaster_id uuid not null,
  person_ref text not null,
  state text not null check (state in ('prepared', 'sent', 'taken', 'returned', 'ended', 'withdrawn')),
  items text[] not null,
  expires_on date not null,
  sealed bytea not null,
  prepared_at timestamptz not null,
  prepared_by text not null,
  prepared_by_label text not null,
  sent_at timestamptz,
  sent_by_label text,
  disclosure_id uuid,
  primary key (municipality_code, transfer_id)
);
comment on table evacuees.transfer is '広域避難者の引継ぎ: a household offered to the town where it lives for now';
comment on column evacuees.transfer.person_ref is 'Whom the household is spoken with';
comment on column evacuees.transfer.sealed is 'To which town, in which way, and which notes go along, sealed: it tells where people are';
create index transfer_list on evacuees.transfer (municipality_code, disaster_id, transfer_id);
call app.protect('evacuees.transfer', 'select, insert, update (version, state, sent_at, sent_by_label, disclosure_id)');
grant select, update (sealed) on evacuees.transfer to rekeyer;

create table evacuees.transfer_person (
  municipality_code char(6) not null,
  transfer_id uuid not null,
  position integer not null,
  person_ref text not null,
  person_key uuid not null,
  consent_on date not null,
  consent_method text not null,
  consent_by text not null,
  sealed bytea not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  recorded_by_label text not null,
  included boolean,
  withdrawn_at timestamptz,
  withdrawn_by_label text,
  primary key (municipality_code, transfer_id, position)
);
comment on table evacuees.transfer_person is 'Who consented to a hand-over, when and how, and who took the consent back';
comment on column evacuees.transfer_person.person_key is 'What both towns call the person: nobody else''s number';
comment on column evacuees.transfer_person.sealed is 'Words about the consent, sealed';
comment on column evacuees.transfer_person.included is 'Null: not sent. False: was left out when it was sent';
create index transfer_person_ref on evacuees.transfer_person (municipality_code, person_ref);
call app.protect('evacuees.transfer_person', 'select, insert, update (included, withdrawn_at, withdrawn_by_label)');
call app.limit_by_parent('evacuees.transfer_person', 'evacuees.transfer', 'transfer_id');
grant select, update (sealed) on evacuees.transfer_person to rekeyer;

-- Files for towns elsewhere, as often as they are asked for.
create table evacuees.outgoing (
  municipality_code char(6) not null,
  message_id uuid not null,
  transfer_id uuid not null,
  kind text not null,
  bytes bytea,
  made_at timestamptz not null,
  primary key (municipality_code, message_id)
);
comment on table evacuees.outgoing is 'Messages to towns elsewhere, to be carried as files';
comment on column evacuees.outgoing.bytes is 'Sealed to the public key of the addressee; null when it must not be handed over any more';
create index outgoing_transfer on evacuees.outgoing (municipality_code, transfer_id);
call app.protect('evacuees.outgoing', 'select, insert, update (bytes)');

-- The receiver's side.
create table evacuees.arrival (
  municipality_code char(6) not null,
  transfer_id uuid not null,
  version integer not null,
  from_town text not null,
  from_name text not null,
  way text not null check (way in ('here', 'file')),
  state text not null check (state in ('offered', 'taken', 'returned', 'ended', 'withdrawn')),
  expires_on date,
  received_at timestamptz not null,
  disaster_id uuid,
  sealed bytea,
  primary key (municipality_code, transfer_id)
);
comment on table evacuees.arrival is '他市町村からの引継ぎ: what another town offered';
comment on column evacuees.arrival.disaster_id is 'The ledger that it was taken over into; null = not taken over';
comment on column evacuees.arrival.sealed is 'The packet, sealed; null = it was withdrawn or returned, or its time is over without anybody taking it over';
call app.protect('evacuees.arrival', 'select, insert, update (version, state, disaster_id, sealed)');
grant select, update (sealed) on evacuees.arrival to rekeyer;

create table evacuees.arrival_person (
  municipality_code char(6) not null,
  transfer_id uuid not null,
  person_key uuid not null,
  position integer not null,
  outcome text check (outcome in ('new', 'matched')),
  person_ref text,
  entry_id uuid,
  withdrawn_at timestamptz,
  primary key (municipality_code, transfer_id, person_key)
);
comment on table evacuees.arrival_person is 'Whom another town offered, and who that is in the ledger here';
call app.protect('evacuees.arrival_person', 'select, insert, update (outcome, person_ref, entry_id, withdrawn_at)');
call app.limit_by_parent('evacuees.arrival_person', 'evacuees.arrival', 'transfer_id');

-- What happened to a hand-over, on either side.
create table evacuees.event (
  municipality_code char(6) not null,
  transfer_id uuid not null,
  event_id uuid not null,
  event_no integer not null,
  kind text not null,
  at timestamptz not null,
  by_label text not null,
  from_other boolean not null,
  sealed bytea,
  primary key (municipality_code, transfer_id, event_id),
  unique (municipality_code, transfer_id, event_no)
);
comment on table evacuees.event is '引継ぎの経過, appended: what this town did (from_other = false) and what the other one told';
comment on column evacuees.event.sealed is 'Reports and reasons, sealed; null = none';
call app.protect('evacuees.event', 'select, insert');
grant select, update (sealed) on evacuees.event to rekeyer;

--! constraints
alter table evacuees.transfer add constraint transfer_ledger foreign key (municipality_code, disaster_id) references ledger.ledger (municipality_code, disaster_id);
alter table evacuees.transfer_person add constraint transfer_person_of foreign key (municipality_code, transfer_id) references evacuees.transfer (municipality_code, transfer_id);
alter table evacuees.arrival add constraint arrival_ledger foreign key (municipality_code, disaster_id) references ledger.ledger (municipality_code, disaster_id);
alter table evacuees.arrival_person add constraint arrival_person_of foreign key (municipality_code, transfer_id) references evacuees.arrival (municipality_code, transfer_id);
