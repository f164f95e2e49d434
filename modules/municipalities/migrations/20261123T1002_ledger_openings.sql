create table municipalities.ledger_opening (
  municipality_code char(6) not null,
  opening_id char(32) not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  told_at timestamptz not null,
  told_by text not null,
  ended_at timestamptz,
  primary key (municipality_code, opening_id)
);
create index ledger_opening_until on municipalities.ledger_opening (municipality_code, until_at);
comment on table municipalities.ledger_opening is '被災者支援の時間外利用, as the centre''s operator opened it at the town''s request (手引き 6.1(3))';
call app.protect('municipalities.ledger_opening', 'select, insert, update (ended_at)');
