alter table relief.pass add column areas text[];
comment on column relief.pass.areas is '町字 in which a helper of surveys works; null = all';
