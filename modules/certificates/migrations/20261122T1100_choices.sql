alter table certificates.issue add column official boolean not null default false;
comment on column certificates.issue.official is '公用: for an authority''s own use, free of charge';
