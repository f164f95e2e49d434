-- 管理者ページ: blocks set here, stops of one kind, test copies and acceptance of layouts.

create table certificates.block (
  municipality_code char(6) not null,
  block_id uuid not null,
  scope text not null check (scope in ('person', 'household')),
  target_no text not null,
  kinds text[] check (cardinality(kinds) > 0),
  reason text not null,
  note bytea not null,
  starts_on date not null,
  ends_on date,
  set_at timestamptz not null,
  set_by text not null,
  primary key (municipality_code, block_id),
  check (ends_on >= starts_on)
);
comment on table certificates.block is '発行禁止: set by staff of the town, besides the 発行抑止 that its own system sends; either forbids. Never changed: what becomes of it stands in block_act';
comment on column certificates.block.target_no is '宛名番号 of the person or 世帯番号 of the household';
comment on column certificates.block.kinds is 'Kinds of certificates; null = all';
comment on column certificates.block.reason is 'A code; the words of staff stand sealed in note';
comment on column certificates.block.ends_on is 'The day it is meant to end. It does not lift the block (標準仕様書 3.1)';
create index block_by_target on certificates.block (municipality_code, target_no);
call app.protect('certificates.block', 'select, insert');

create table certificates.block_act (
  municipality_code char(6) not null,
  block_id uuid not null,
  act_no smallint not null,
  act text not null check (act in ('lift', 'pause', 'return')),
  until_at timestamptz check ((until_at is not null) = (act = 'pause')),
  note bytea not null,
  at timestamptz not null,
  actor text not null,
  primary key (municipality_code, block_id, act_no)
);
comment on table certificates.block_act is '解除, 一時解除 (until its hour, then the block stands again) and the early end of one; appended. Never told to any other system';
call app.protect('certificates.block_act', 'select, insert');

create table certificates.layout_act (
  municipality_code char(6) not null,
  layout_version text not null,
  act_no smallint not null,
  act text not null check (act in ('printed', 'accepted')),
  build text not null,
  at timestamptz not null,
  actor text not null,
  primary key (municipality_code, layout_version, act_no)
);
comment on table certificates.layout_act is '試験印刷 of a layout, and its acceptance by the town';
comment on column certificates.layout_act.build is 'Of the renderer that printed the test copy';
create unique index layout_accepted_once on certificates.layout_act (municipality_code, layout_version) where act = 'accepted';
call app.protect('certificates.layout_act', 'select, insert');

alter table certificates.stop add column kind text;
comment on column certificates.stop.kind is 'The one kind that is stopped; null = all';
alter table certificates.stop drop constraint stop_set_by_check;
alter table certificates.stop add constraint stop_set_by_check check (set_by in ('center', 'town', 'operator'));

create index issue_by_time on certificates.issue (municipality_code, requested_at desc);

grant select, update (note) on certificates.block to rekeyer;
grant select, update (note) on certificates.block_act to rekeyer;

--! constraints
alter table certificates.block_act add constraint block_act_block foreign key (municipality_code, block_id) references certificates.block (municipality_code, block_id);
