-- 周知: what was told to the contacts of towns and operators, who got it and who said that it was read.

create table center.announcement (
  announcement_id uuid not null,
  subject_kind text not null,
  subject_id text not null,
  round integer not null,
  kind text not null,
  title text not null,
  body text not null,
  made_at timestamptz not null,
  primary key (announcement_id),
  constraint announcement_once unique (subject_kind, subject_id, round),
  constraint announcement_subject check (subject_kind in ('stop', 'maintenance', 'incident')),
  constraint announcement_kind
    check (kind in ('stop', 'restart', 'maintenance', 'maintenance-cancelled', 'trouble', 'trouble-over'))
);
comment on table center.announcement is '周知. About one stop, maintenance or incident each change is told once: `round` counts them.';
comment on column center.announcement.body is 'As it was mailed; identifiers, times and names of towns and operators, nothing of a resident';
grant select, insert on center.announcement to app;
create index announcement_newest on center.announcement (made_at, announcement_id);

create table center.announcement_mail (
  announcement_id uuid not null,
  contact_id uuid not null,
  tries integer not null default 0,
  next_try_at timestamptz not null,
  token_hash bytea,
  sent_at timestamptz,
  refused text,
  acknowledged_at timestamptz,
  acknowledged_by text,
  primary key (announcement_id, contact_id),
  constraint announcement_mail_token unique (token_hash),
  constraint announcement_mail_acknowledged check ((acknowledged_at is null) = (acknowledged_by is null))
);
comment on table center.announcement_mail is 'One mail to one contact, and its answer';
comment on column center.announcement_mail.token_hash is 'sha256 of the random token in the mail''s link; a mail sent again has a new one';
comment on column center.announcement_mail.refused is 'Code of the relay''s refusal for good: the address does not work';
comment on column center.announcement_mail.acknowledged_by is 'Who said that it was read: by the link, or by telephone to an operator';
grant select, insert, update (tries, next_try_at, token_hash, sent_at, refused, acknowledged_at, acknowledged_by)
  on center.announcement_mail to app;
create index announcement_mail_waiting on center.announcement_mail (next_try_at) where sent_at is null and refused is null;

--! constraints
alter table center.announcement_mail add constraint mail_announcement foreign key (announcement_id) references center.announcement (announcement_id);
alter table center.announcement_mail add constraint mail_contact foreign key (contact_id) references center.contact (contact_id);
