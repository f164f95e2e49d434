create table access.terminal (
  municipality_code char(6) not null,
  terminal_id uuid not null,
  name text not null,
  token_hash bytea not null,
  registered_at timestamptz not null,
  registered_by text not null,
  revoked_at timestamptz,
  revoked_by text,
  primary key (municipality_code, terminal_id),
  unique (municipality_code, token_hash)
);
comment on table access.terminal is 'マイナンバー利用事務系の端末: browsers that an administrator marked, by which alone 個人番号 may be seen';
comment on column access.terminal.token_hash is 'sha256 of the random token in the browser''s cookie; the token itself is kept nowhere';
call app.protect('access.terminal', 'select, insert, update (revoked_at, revoked_by)');

