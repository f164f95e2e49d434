alter table payments.run add column remitter_version integer;
comment on column payments.run.remitter_version is 'Of the town''s account as it stood when the run was made: the bank''s file says the same bytes for ever. None in runs made before this column.';
