-- Tasks are found by name and address. Those written before have none until they are changed: a search opens them.
alter table surveys.task add column tokens bigint[] not null default '{}';
comment on column surveys.task.tokens is 'Keyed search tokens of names and address; empty = written before there were any';
create index task_tokens on surveys.task using gin (municipality_code, tokens) with (fastupdate = off);
grant update (tokens) on surveys.task to app;
grant update (tokens) on surveys.task to rekeyer;
