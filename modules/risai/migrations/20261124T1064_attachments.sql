create table risai.attachment (
  municipality_code char(6) not null,
  attachment_id uuid not null,
  application_id uuid not null,
  kind text not null check (kind in ('photo', 'identity', 'mandate', 'proof', 'form', 'other')),
  added_at timestamptz not null,
  added_by text not null,
  added_by_label text not null,
  primary key (municipality_code, attachment_id)
);
comment on table risai.attachment is '添付書類・写真 of an application; the file itself is of that number in files.file';
comment on column risai.attachment.kind is 'photo 被害の写真, identity 本人確認書類, mandate 委任状, proof 証明する書類, form 申請書, other その他';
create index attachment_application on risai.attachment (municipality_code, application_id);
call app.protect('risai.attachment', 'select, insert');

--! constraints
alter table risai.attachment add constraint attachment_application foreign key (municipality_code, application_id) references risai.application (municipality_code, application_id);
