-- Terminals of every class, known by client certificates; the mark in a browser stays for 個人番号 until a town asks for certificates.

alter table access.terminal
  add column class text not null default 'my-number' check (class in ('lgwan', 'my-number', 'field')),
  add column last_seen_at timestamptz;
alter table access.terminal alter column class drop default;
alter table access.terminal alter column token_hash drop not null;
comment on table access.terminal is '登録端末: machines that an administrator enrolled, and what kind of work is done at them';
comment on column access.terminal.class is 'LGWAN接続系, マイナンバー利用事務系, 調査端末';
comment on column access.terminal.token_hash is 'sha256 of the random token in the browser''s cookie, of a browser that was only marked; null where a certificate is what it is known by';
comment on column access.terminal.last_seen_at is 'When somebody was last at work there';
grant update (last_seen_at) on access.terminal to app;

create table access.terminal_certificate (
  municipality_code char(6) not null,
  terminal_id uuid not null,
  certificate_no integer not null,
  fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
  made_at timestamptz not null,
  made_by text not null,
  valid_until timestamptz not null,
  first_used_at timestamptz,
  ended_at timestamptz,
  primary key (municipality_code, terminal_id, certificate_no),
  unique (municipality_code, fingerprint)
);
comment on table access.terminal_certificate is '端末証明書: what was given out; the key and its password are kept nowhere';
comment on column access.terminal_certificate.ended_at is 'A later one of the terminal came into use, or took its place unused';
call app.protect('access.terminal_certificate', 'select, insert, update (first_used_at, ended_at)');

alter table access.session add column terminal_id uuid;
comment on column access.session.terminal_id is 'The terminal signed in at, known by its certificate: the session opens nothing at any other; null = at none';

--! constraints
alter table access.terminal_certificate add constraint terminal_certificate_terminal foreign key (municipality_code, terminal_id) references access.terminal (municipality_code, terminal_id);
