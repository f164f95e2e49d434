alter table registers.card_serial add column origin text not null default 'link' check (origin in ('link', 'hand'));
alter table registers.card_serial add column record_hmac bytea;
alter table registers.card_serial add column sealed bytea;
comment on column registers.card_serial.origin is 'link: from the 連携AP. hand: loaded by staff';
comment on column registers.card_serial.record_hmac is 'Keyed digest of the canonical row; null in rows of the first release';
comment on column registers.card_serial.sealed is 'Interface version and canonical row as the town sent it, sealed; null in rows of the first release';
