-- 台帳: towns, operators (事業者), relays, stores, kiosks and their admission; calendars, maintenance, stops, openings; contacts;
-- test stages. Dated rows are never rewritten once their day has come: of several rows the latest that has begun rules.

alter table center.town add column pattern text;
alter table center.town add column joined_on date;
alter table center.town add constraint town_pattern check (pattern in ('A1', 'A2', 'A3', 'B'));
comment on column center.town.pattern is '参加パターン: A1, A3 = 住・印・税 through BCL; A2, B = from the town''s own server. The routes rule, this is for people to read.';
comment on column center.town.joined_on is '交付の開始日, as agreed with the town';
grant update (pattern, joined_on) on center.town to app;

alter table center.route add column withdrawn_at timestamptz;
comment on column center.route.withdrawn_at is 'Taken back before its first day; such a row never rules';
grant update (withdrawn_at) on center.route to app;

create table center.operator (
  operator_id text not null,
  ja text not null,
  sort text not null,
  municipality_code char(6),
  joined_on date not null,
  left_on date,
  primary key (operator_id),
  constraint operator_id_form check (operator_id ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
  constraint operator_sort check (sort in ('chain', 'post', 'hall')),
  constraint operator_hall check (sort <> 'hall' or municipality_code is not null),
  constraint operator_period check (left_on is null or left_on >= joined_on)
);
comment on table center.operator is '事業者: who runs kiosks. chain = shops, post = post offices, hall = a town in its own buildings';
comment on column center.operator.left_on is 'Last day, JST; null = still here';
grant select, insert, update (ja, left_on) on center.operator to app;

create table center.operator_kind (
  operator_id text not null,
  kind text not null,
  from_on date not null,
  until_on date,
  primary key (operator_id, kind, from_on),
  constraint operator_kind_code check (kind ~ '^[a-z]{2,20}$'),
  constraint operator_kind_period check (until_on is null or until_on >= from_on)
);
comment on table center.operator_kind is 'Kinds of certificates an operator''s machines offer, and since when';
grant select, insert, update (until_on) on center.operator_kind to app;

create table center.relay (
  relay_id text not null,
  operator_id text not null,
  ja text not null,
  from_on date not null,
  until_on date,
  primary key (relay_id),
  constraint relay_id_form check (relay_id ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
  constraint relay_period check (until_on is null or until_on >= from_on)
);
comment on table center.relay is '中継: an operator''s own centre, through which its stores reach us. Stopped or in maintenance, it takes its stores with it.';
grant select, insert, update (ja, until_on) on center.relay to app;

create table center.store (
  store_id text not null,
  operator_id text not null,
  relay_id text,
  ja text not null,
  municipality_code char(6) not null,
  address text not null,
  latitude double precision,
  longitude double precision,
  opened_on date not null,
  closed_on date,
  primary key (store_id),
  constraint store_id_form check (store_id ~ '^[A-Za-z0-9_.-]{1,64}$'),
  constraint store_position check ((latitude is null) = (longitude is null)),
  constraint store_latitude check (latitude between -90 and 90),
  constraint store_longitude check (longitude between -180 and 180),
  constraint store_period check (closed_on is null or closed_on >= opened_on)
);
comment on table center.store is '設置場所: a shop, a post office, a town hall';
comment on column center.store.municipality_code is 'Where it stands; whether a certificate was taken in the own town or elsewhere is counted by it';
grant select, insert, update (relay_id, ja, address, latitude, longitude, closed_on) on center.store to app;
create index store_operator on center.store (operator_id);
create index store_municipality on center.store (municipality_code);

alter table center.kiosk add column store_id text;
alter table center.kiosk add column usage text not null default 'kiosk';
alter table center.kiosk add column only_municipality char(6);
alter table center.kiosk add constraint kiosk_usage check (usage in ('kiosk', 'counter'));
comment on column center.kiosk.store_id is 'null = registered before there were stores: such a machine is not admitted';
comment on column center.kiosk.usage is 'kiosk = a resident alone; counter = らくらく窓口, in a town''s own building';
comment on column center.kiosk.only_municipality is 'A machine that serves this town alone; null = every town that takes part';
grant update (store_id, usage, only_municipality) on center.kiosk to app;
create index kiosk_store on center.kiosk (store_id);

create table center.admission (
  admission_id uuid not null,
  kiosk_id text not null,
  key_id char(64),
  step text not null,
  passed boolean not null,
  done_at timestamptz not null,
  done_by text not null,
  valid_until date,
  facts jsonb not null,
  note text not null,
  primary key (admission_id),
  constraint admission_step check (step in ('connection-test', 'security-check'))
);
comment on table center.admission is '接続試験・セキュリティ確認, appended. A machine works while the latest of each was passed for its present key and is not too old.';
comment on column center.admission.key_id is 'The key the test was signed with; a new key is a new machine and is tested again';
comment on column center.admission.facts is 'What was measured or ticked off: numbers and yes or no';
grant select, insert on center.admission to app;
create index admission_kiosk on center.admission (kiosk_id, step, done_at);

alter table center.enrolment_code add column admits boolean not null default false;
comment on column center.enrolment_code.admits is 'Made by the start of a demonstration: the machine that uses it counts as tested and checked';

create table center.calendar (
  scope text not null,
  scope_key text not null,
  kind text not null,
  from_on date not null,
  until_on date,
  opens_at text not null,
  closes_at text not null,
  weekdays smallint[] not null,
  closed_days text[] not null,
  closed_dates date[] not null,
  note text not null,
  set_at timestamptz not null,
  set_by text not null,
  primary key (scope, scope_key, kind, from_on),
  constraint calendar_scope check (scope in ('center', 'bcl', 'jpki', 'town', 'operator', 'store', 'kiosk')),
  constraint calendar_scope_key check ((scope in ('center', 'bcl', 'jpki')) = (scope_key = '')),
  constraint calendar_kind check (kind = '' or kind ~ '^[a-z]{2,20}$'),
  constraint calendar_hours check (opens_at ~ '^([01]\d|2[0-3]):[0-5]\d$' and closes_at ~ '^(([01]\d|2[0-3]):[0-5]\d|24:00)$' and opens_at < closes_at),
  constraint calendar_weekdays check (weekdays <@ '{0,1,2,3,4,5,6}'::smallint[]),
  constraint calendar_period check (until_on is null or until_on >= from_on)
);
comment on table center.calendar is 'サービス時間. Service is open where every calendar that applies is open; where nobody set one, it is not closed by it.';
comment on column center.calendar.kind is 'Empty = every kind; 戸籍 has the hours of the town''s office';
comment on column center.calendar.weekdays is 'Days of the week it is open, 0 = Sunday';
comment on column center.calendar.closed_days is 'MM-DD, every year';
comment on column center.calendar.closed_dates is 'Single days, national holidays among them where they count';
grant select, insert, update (until_on, opens_at, closes_at, weekdays, closed_days, closed_dates, note, set_at, set_by) on center.calendar to app;

create table center.maintenance (
  maintenance_id uuid not null,
  scope text not null,
  scope_key text not null,
  kind text not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  words text not null,
  urgent_reason text,
  planned_at timestamptz not null,
  planned_by text not null,
  cancelled_at timestamptz,
  cancelled_by text,
  primary key (maintenance_id),
  constraint maintenance_scope
    check (scope in ('center', 'bcl', 'backup', 'jpki', 'town', 'operator', 'relay', 'store', 'kiosk')),
  constraint maintenance_scope_key check ((scope in ('center', 'bcl', 'backup', 'jpki')) = (scope_key = '')),
  constraint maintenance_period check (until_at > from_at)
);
comment on table center.maintenance is '保守の予定. backup = 住民情報バックアップ, told three weeks ahead in principle (手引き 6.3); it stops no issuing by itself.';
comment on column center.maintenance.urgent_reason is 'Why it was planned later than the rule says; null = in time';
grant select, insert, update (cancelled_at, cancelled_by) on center.maintenance to app;
create index maintenance_until on center.maintenance (until_at);

create table center.stop (
  stop_id char(32) not null,
  scope text not null,
  scope_key text not null,
  kind text not null,
  reason text not null,
  note text not null,
  set_at timestamptz not null,
  set_by text not null,
  asked_by text,
  told_at timestamptz,
  lifted_at timestamptz,
  lifted_by text,
  lift_note text,
  lift_told_at timestamptz,
  primary key (stop_id),
  constraint stop_id_form check (stop_id ~ '^[0-9a-f]{32}$'),
  constraint stop_scope check (scope in ('center', 'jpki', 'bcl', 'town', 'operator', 'relay', 'store', 'kiosk')),
  constraint stop_scope_key check ((scope in ('center', 'jpki', 'bcl')) = (scope_key = '')),
  constraint stop_reason check (reason in ('maintenance', 'failure', 'jpki', 'anomaly')),
  constraint stop_lifted check ((lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lift_note is null))
);
comment on table center.stop is '停止: set at once, lifted with a note. A town''s stop is told to its issuing servers, too.';
comment on column center.stop.asked_by is 'Who in the town asked for it (§2.8 ウ), or null where the centre or BCL found it (ア, イ)';
comment on column center.stop.told_at is 'When every issuing server of the town acknowledged it; null = not yet, or nobody to tell';
grant select, insert, update (told_at, lifted_at, lifted_by, lift_note, lift_told_at) on center.stop to app;
create index stop_standing on center.stop (scope, scope_key) where lifted_at is null;

create table center.ledger_opening (
  opening_id char(32) not null,
  municipality_code char(6) not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  asked_by text not null,
  reason text not null,
  opened_at timestamptz not null,
  opened_by text not null,
  told_at timestamptz,
  ended_at timestamptz,
  ended_by text,
  end_told_at timestamptz,
  primary key (opening_id),
  constraint ledger_opening_id_form check (opening_id ~ '^[0-9a-f]{32}$'),
  constraint ledger_opening_period check (until_at > from_at)
);
comment on table center.ledger_opening is '被災者支援の時間外利用: opened outside 6:30–23:00 at a town''s request in a disaster (手引き 6.1(3))';
comment on column center.ledger_opening.told_at is 'When BCL acknowledged it; null = not yet open there';
grant select, insert, update (told_at, ended_at, ended_by, end_told_at) on center.ledger_opening to app;
create index ledger_opening_town on center.ledger_opening (municipality_code, until_at);

create table center.contact (
  contact_id uuid not null,
  party text not null,
  party_key text not null,
  ja text not null,
  mail text not null,
  phone text not null,
  added_at timestamptz not null,
  removed_at timestamptz,
  primary key (contact_id),
  constraint contact_party check (party in ('town', 'operator', 'bcl', 'jpki')),
  constraint contact_mail check (mail ~ '^[^@\s]+@[^@\s]+$')
);
comment on table center.contact is 'Whom to tell at a town''s office, an operator, BCL or JPKI: offices and duty desks, not residents';
grant select, insert, update (removed_at) on center.contact to app;

create table center.stage_test (
  stage_test_id uuid not null,
  municipality_code char(6) not null,
  kind text not null,
  endpoint text not null,
  stage smallint not null,
  passed boolean not null,
  steps jsonb not null,
  pdf_sha256 char(64),
  ran_at timestamptz not null,
  ran_by text not null,
  note text not null,
  primary key (stage_test_id),
  constraint stage_test_stage check (stage in (2, 3)),
  constraint stage_test_kind check (kind ~ '^[a-z]{2,20}$')
);
comment on table center.stage_test is '工程2 (exchange with the centre) and 工程3 (printed, by the centre on the town''s behalf), run in the test environment with made-up people, or reported from there';
comment on column center.stage_test.steps is 'Each message with what it answered and how long it took; no content';
grant select, insert on center.stage_test to app;
create index stage_test_town on center.stage_test (municipality_code, kind, stage, ran_at);

create table center.store_test (
  store_test_id uuid not null,
  municipality_code char(6) not null,
  store_id text not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  note text not null,
  planned_at timestamptz not null,
  planned_by text not null,
  primary key (store_test_id),
  constraint store_test_period check (until_at > from_at)
);
comment on table center.store_test is '実店舗試験: copies of the town at the store in this time are tests, and are settled like real ones';
grant select, insert on center.store_test to app;

create table center.environment (
  one boolean not null default true,
  name text not null,
  set_at timestamptz not null,
  primary key (one),
  constraint environment_one check (one),
  constraint environment_name check (name in ('production', 'test'))
);
comment on table center.environment is 'What this database is for, written at the first start: a process of the other environment refuses to run on it';
grant select, insert on center.environment to app;

--! constraints
alter table center.operator_kind add constraint operator_kind_operator foreign key (operator_id) references center.operator (operator_id);
alter table center.relay add constraint relay_operator foreign key (operator_id) references center.operator (operator_id);
alter table center.store add constraint store_operator_known foreign key (operator_id) references center.operator (operator_id);
alter table center.store add constraint store_relay foreign key (relay_id) references center.relay (relay_id);
alter table center.kiosk add constraint kiosk_store_known foreign key (store_id) references center.store (store_id);
alter table center.admission add constraint admission_of_kiosk foreign key (kiosk_id) references center.kiosk (kiosk_id);
alter table center.stage_test add constraint stage_test_of_town foreign key (municipality_code) references center.town (municipality_code);
alter table center.store_test add constraint store_test_store foreign key (store_id) references center.store (store_id);
