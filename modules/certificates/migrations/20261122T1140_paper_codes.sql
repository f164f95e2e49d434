create table certificates.paper_key (
  municipality_code char(6) not null,
  key_id smallint not null check (key_id >= 1),
  public_key bytea not null check (octet_length(public_key) = 65),
  sealed_private bytea,
  from_on date not null,
  until_on date,
  revoked_from date,
  primary key (municipality_code, key_id)
);
comment on table certificates.paper_key is '用紙の鍵: signs the 2-D codes of a town''s certificates and the signed documents. Public halves stay for as long as there is paper.';
comment on column certificates.paper_key.public_key is 'P-256 point, uncompressed';
comment on column certificates.paper_key.sealed_private is 'PKCS #8; null once the next key is in use';
comment on column certificates.paper_key.until_on is 'Last day it signed; null = in use';
comment on column certificates.paper_key.revoked_from is '危殆化: papers issued from this day on with this key are void';
create unique index paper_key_in_use on certificates.paper_key (municipality_code) where until_on is null;
call app.protect('certificates.paper_key', 'select, insert, update (sealed_private, until_on, revoked_from)');
grant select, update (sealed_private) on certificates.paper_key to rekeyer;

create table certificates.paper_code (
  municipality_code char(6) not null,
  transaction_id text not null,
  digests bytea[] not null,
  primary key (municipality_code, transaction_id)
);
comment on table certificates.paper_code is 'sha256 of the 2-D code of each page: tells the codes that were made here from codes made with a stolen key';
call app.protect('certificates.paper_code', 'select, insert');

--! constraints
alter table certificates.paper_code add constraint paper_code_issue foreign key (municipality_code, transaction_id) references certificates.issue (municipality_code, transaction_id);
