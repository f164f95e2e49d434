create table certificates.stop_kind_end (
  municipality_code char(6) not null,
  stop_id text not null,
  kind text not null,
  at timestamptz not null,
  actor text not null,
  primary key (municipality_code, stop_id, kind)
);
comment on table certificates.stop_kind_end is 'Of a stop of all kinds: a kind that the town took up again before the others';
call app.protect('certificates.stop_kind_end', 'select, insert');

--! constraints
alter table certificates.stop_kind_end add constraint stop_kind_end_stop foreign key (municipality_code, stop_id) references certificates.stop (municipality_code, stop_id);
