-- An override names the one kind of certificate that it opens, and is the only one that stands for it.

alter table linkage.override add column kind text;
comment on column linkage.override.kind is 'The one kind it opens; null: given to all kinds before an override named its kind, opens none any more';
comment on column linkage.override.ended_by is 'Who ended it before its time; null with an end: its time was over';
create unique index override_standing on linkage.override (municipality_code, kind) where ended_at is null;
