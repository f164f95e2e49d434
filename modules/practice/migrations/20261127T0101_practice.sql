create schema practice;
grant usage on schema practice to app;

create table practice.preparation (
  municipality_code char(6) not null,
  preparation_no integer not null,
  asked_at timestamptz not null,
  asked_by text not null,
  asked_by_label text not null,
  finished_at timestamptz,
  people integer,
  primary key (municipality_code, preparation_no)
);
comment on table practice.preparation is '練習の町の用意・はじめからやり直し: one row each time, of the town whose practice town it is';
comment on column practice.preparation.finished_at is 'From then on one may practise';
comment on column practice.preparation.people is 'How many made-up people were put in';
call app.protect('practice.preparation', 'select, insert, update (finished_at, people)');
