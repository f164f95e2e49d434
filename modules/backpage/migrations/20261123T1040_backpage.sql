-- うら面: the centre's own keys, and nothing else. What a back page holds is on the paper alone.

create schema backpage;
grant usage on schema backpage to app;

create table backpage.key (
  key_id integer not null,
  public_key bytea not null,
  secrets bytea not null,
  made_at timestamptz not null,
  made_by text not null,
  until_at timestamptz,
  revoked_from timestamptz,
  revoked_by text,
  primary key (key_id),
  constraint key_id_range check (key_id between 1 and 65535),
  constraint key_revoked check ((revoked_from is null) = (revoked_by is null))
);
comment on table backpage.key is 'うら面の鍵. One is in use; older ones stay, since paper is decoded for decades. A key is never deleted by a program.';
comment on column backpage.key.public_key is 'P-256 point, uncompressed, 65 bytes: published';
comment on column backpage.key.secrets is 'Decoding secret (32 bytes) and private key (PKCS #8), sealed with the centre''s master key (AES-256-GCM)';
comment on column backpage.key.made_by is 'Who rotated: the account of the machine, or start';
comment on column backpage.key.until_at is 'Signs nothing after this; null = in use';
comment on column backpage.key.revoked_from is 'What it signed from then on is not to be believed';
grant select, insert, update (until_at, revoked_from, revoked_by) on backpage.key to app;
create unique index key_in_use on backpage.key ((true)) where until_at is null;
