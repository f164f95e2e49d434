create schema registers;
grant usage on schema registers to app, linkage;

create table registers.card_serial (
  municipality_code char(6) not null,
  issuer_ski text not null check (issuer_ski ~ '^[0-9a-f]{40}$'),
  serial text not null check (serial ~ '^(0|[1-9][0-9]{0,48})$'),
  resident_no text not null,
  kind text not null check (kind in ('card', 'smartphone')),
  valid_from date not null,
  valid_until date not null,
  revoked_on date,
  from_seq bigint not null,
  to_seq bigint,
  primary key (municipality_code, issuer_ski, serial, from_seq)
);
comment on table registers.card_serial is '利用者証明用電子証明書のシリアル番号: which resident a certificate stands for. Versions as residents.version: as of s = from_seq <= s and (to_seq is null or to_seq > s).';
comment on column registers.card_serial.issuer_ski is 'Subject key identifier of the issuing CA, 40 lower-case hexadecimal digits: serial numbers repeat across generations';
comment on column registers.card_serial.serial is 'Decimal, up to 160 bits';
comment on column registers.card_serial.valid_until is 'Last day of validity (JST)';
create unique index card_serial_current on registers.card_serial (municipality_code, issuer_ski, serial) where to_seq is null;
create index card_serial_holder on registers.card_serial (municipality_code, resident_no) where to_seq is null;
call app.protect('registers.card_serial', 'select', 'select, insert, update (to_seq)');
