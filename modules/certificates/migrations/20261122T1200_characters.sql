-- 印字できない文字・文字溢れの一覧 (文字超過リスト, 標準仕様書 5.8): the work list of a town.

create table certificates.unprintable (
  municipality_code char(6) not null,
  unprintable_id uuid not null,
  reason text not null check (reason in ('no-glyph', 'private-use', 'invisible', 'overflow')),
  code_points text not null check ((code_points = '') = (reason = 'overflow')),
  kind text not null,
  item text not null,
  primary key (municipality_code, unprintable_id),
  unique (municipality_code, reason, code_points, kind, item)
);
comment on table certificates.unprintable is 'A character that no font prints, or an item that does not fit, on one kind of certificate. Whose it was stands in unprintable_sighting';
comment on column certificates.unprintable.code_points is '`U+845B U+E0100`: one character, of nobody; empty = the item does not fit';
comment on column certificates.unprintable.item is 'Field of the frozen words without its number in a list: `headName`, `members.name`';
call app.protect('certificates.unprintable', 'select, insert');

create table certificates.unprintable_sighting (
  municipality_code char(6) not null,
  unprintable_id uuid not null,
  transaction_id text not null,
  at timestamptz not null,
  subject_id text not null,
  resident_nos text[] not null,
  primary key (municipality_code, unprintable_id, transaction_id)
);
comment on table certificates.unprintable_sighting is 'A certificate that was refused for it. No foreign key to the issue: at the counter it is rolled back with the refusal';
comment on column certificates.unprintable_sighting.resident_nos is '宛名番号 of those whose data the certificate would have shown';
call app.protect('certificates.unprintable_sighting', 'select, insert');

create table certificates.unprintable_decision (
  municipality_code char(6) not null,
  unprintable_id uuid not null,
  decision_no smallint not null,
  decision text not null check (decision in ('resolved', 'ignored', 'reopened')),
  at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, unprintable_id, decision_no)
);
comment on table certificates.unprintable_decision is 'Appended; the last one counts. What was resolved and is seen again is open again';
call app.protect('certificates.unprintable_decision', 'select, insert');

--! constraints
alter table certificates.unprintable_sighting add constraint unprintable_sighting_of foreign key (municipality_code, unprintable_id) references certificates.unprintable (municipality_code, unprintable_id);
alter table certificates.unprintable_decision add constraint unprintable_decision_of foreign key (municipality_code, unprintable_id) references certificates.unprintable (municipality_code, unprintable_id);
