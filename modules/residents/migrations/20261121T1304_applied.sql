create table residents.applied (
  municipality_code char(6) not null,
  seq bigint not null,
  at timestamptz not null,
  business text,
  file_no integer,
  origin text not null check (origin in ('link', 'hand')),
  primary key (municipality_code, seq)
);
comment on table residents.applied is 'What each number of the town''s data was: when it was applied, from which file. One row a seq, so that a moment can be turned into a seq. Numbers given before this table was made have none.';
comment on column residents.applied.business is 'Null where no file of a business was applied (an arrangement of a test)';
comment on column residents.applied.file_no is '通番 of the file within its business; null where it came by hand';
comment on column residents.applied.origin is 'link: from the 連携AP. hand: loaded by staff';
create index applied_at on residents.applied (municipality_code, at, seq);
call app.protect('residents.applied', 'select', 'select, insert');
