create schema files;
grant usage on schema files to app, rekeyer;

create table files.file (
  municipality_code char(6) not null,
  file_id uuid not null,
  name text not null,
  media_type text not null check (media_type in ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')),
  bytes integer not null check (bytes > 0),
  width integer,
  height integer,
  content_hmac bytea not null,
  sealed_key bytea not null,
  sealed bytea not null,
  thumbnail bytea,
  stored_at timestamptz not null,
  stored_by text not null,
  primary key (municipality_code, file_id)
);
comment on table files.file is 'ファイル: a photo or document that lies sealed in the file store; its row is written after its bytes are on the disk';
comment on column files.file.name is 'Where it lies: keyed digest of the content; the same content lies there once';
comment on column files.file.media_type is 'As its content says, whatever it was called';
comment on column files.file.content_hmac is 'Keyed digest of the content: the same photo sent twice is known';
comment on column files.file.sealed_key is 'Key of the file''s blocks, sealed';
comment on column files.file.sealed is 'Name as given, and from the picture: when and where it was taken, as JSON, sealed';
comment on column files.file.thumbnail is 'JPEG of at most 20 kB without anything but the picture, sealed; null = not a picture';
create index file_content on files.file (municipality_code, content_hmac);
call app.protect('files.file', 'select, insert');
grant select, update (content_hmac, sealed_key, sealed, thumbnail) on files.file to rekeyer;

create table files.upload (
  municipality_code char(6) not null,
  upload_id uuid not null,
  bytes integer not null,
  sealed_key bytea not null,
  opened_by text not null,
  opened_at timestamptz not null,
  ended_at timestamptz,
  primary key (municipality_code, upload_id)
);
comment on table files.upload is 'A file that comes in pieces; it lies sealed in the spool until it is whole';
create index upload_open on files.upload (municipality_code, opened_by) where ended_at is null;
call app.protect('files.upload', 'select, insert, update (ended_at)');
grant select, update (sealed_key) on files.upload to rekeyer;
