create schema disasters;
grant usage on schema disasters to app;

create table disasters.disaster (
  municipality_code char(6) not null,
  disaster_id uuid not null,
  disaster_code text not null,
  name text not null,
  hazards text[] not null,
  occurred_on date not null,
  cause_text text not null,
  application_deadline_on date,
  guideline_code text not null,
  registered_at timestamptz not null,
  registered_by text not null,
  primary key (municipality_code, disaster_id),
  unique (municipality_code, disaster_code),
  unique (municipality_code, name)
);
comment on table disasters.disaster is '災害: as the town registered it; what rules it is pinned here and never changes by itself';
comment on column disasters.disaster.disaster_code is 'R8-1: era year of occurred_on and a running number of the town; head of every 整理番号';
comment on column disasters.disaster.hazards is '異常な自然現象 (災害対策基本法2条1号), codes of disasters.ts';
comment on column disasters.disaster.cause_text is '罹災原因 as certificates print it; initial value of each application';
comment on column disasters.disaster.application_deadline_on is '申請期限, the last day (JST); null = none';
comment on column disasters.disaster.guideline_code is 'Edition of the 被害認定基準運用指針 that rules this disaster';
call app.protect('disasters.disaster', 'select, insert');
