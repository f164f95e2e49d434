-- Time stamps of a third party (RFC 3161) on signed heads of the audit trail.

create table access.audit_stamp (
  municipality_code char(6) not null,
  position bigint not null,
  nonce bytea not null,
  token bytea not null,
  stamped_at timestamptz not null,
  primary key (municipality_code, position)
);
comment on table access.audit_stamp is '時刻印: a third party''s word that the signed head of this place was there at this time; it covers all acts before';
comment on column access.audit_stamp.nonce is 'Of the asking that the token answers';
comment on column access.audit_stamp.token is 'TimeStampToken (DER), judged anew by every verification';
call app.protect('access.audit_stamp', 'select, insert');

--! constraints
alter table access.audit_stamp add constraint audit_stamp_head foreign key (municipality_code, position) references access.audit_head (municipality_code, position);
