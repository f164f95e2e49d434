-- 支援措置 that is entered here, besides what the town's own system sends (access.suppression). Either protects.
create schema protection;
grant usage on schema protection to app, linkage, searcher, rekeyer;

create table protection.measure (
  municipality_code char(6) not null,
  measure_id uuid not null,
  category text not null check (category in ('dv', 'stalking', 'child-abuse', 'other')),
  scope text[] not null,
  sealed bytea not null,
  primary key (municipality_code, measure_id)
);
comment on table protection.measure is '支援措置 entered here. What became of it stands in protection.act; the rows here never change.';
comment on column protection.measure.scope is 'What the person asks to be refused, as on the form; here everything is held whatever it says';
comment on column protection.measure.sealed is '担当課, 相談機関 and notes, sealed';
call app.protect('protection.measure', 'select, insert');
grant select, update (sealed) on protection.measure to rekeyer;

create table protection.act (
  municipality_code char(6) not null,
  measure_id uuid not null,
  act_no integer not null,
  kind text not null check (kind in ('asked', 'approved', 'refused', 'renewed', 'added', 'release-asked',
    'release-refused', 'released', 'lift-asked', 'lift-refused', 'lifted', 'lift-ended')),
  at timestamptz not null,
  actor text not null,
  actor_label text not null,
  starts_on date,
  ends_on date,
  minutes integer,
  until_at timestamptz,
  for_staff uuid,
  sealed bytea,
  primary key (municipality_code, measure_id, act_no),
  check ((kind in ('approved', 'renewed')) = (starts_on is not null and ends_on is not null)),
  check ((kind = 'lifted') = (until_at is not null and for_staff is not null))
);
comment on table protection.act is 'What was asked and decided about a measure, in order. Appended; its highest number is the version of the measure.';
comment on column protection.act.ends_on is 'Its passing lifts nothing (標準 3.4): only released and refused do';
comment on column protection.act.for_staff is 'A temporary lift opens the person to whoever asked for it alone; never to jobs, machines or kiosks';
comment on column protection.act.sealed is 'The reason in words, sealed; null = none';
create unique index act_end on protection.act (municipality_code, measure_id) where kind in ('refused', 'released');
create index act_lift on protection.act (municipality_code, measure_id) where kind = 'lifted';
call app.protect('protection.act', 'select, insert', 'select');
grant select on protection.act to searcher;
grant select, update (sealed) on protection.act to rekeyer;

create table protection.person (
  municipality_code char(6) not null,
  measure_id uuid not null,
  person_no integer not null,
  act_no integer not null,
  role text not null check (role in ('applicant', 'together', 'perpetrator')),
  resident_no text,
  sealed bytea not null,
  primary key (municipality_code, measure_id, person_no)
);
comment on table protection.person is 'Who is protected by a measure (申出者, 併せて支援を求める者) and from whom (加害者). Appended.';
comment on column protection.person.resident_no is 'Null: not in the register of this town';
comment on column protection.person.sealed is 'Name, birth date and relation as told, sealed';
create index person_protected on protection.person (municipality_code, resident_no) where role <> 'perpetrator';
create index person_perpetrator on protection.person (municipality_code, resident_no) where role = 'perpetrator';
call app.protect('protection.person', 'select, insert', 'select');
grant select on protection.person to searcher;
grant select, update (sealed) on protection.person to rekeyer;

-- From the moment a measure is asked for until two people have ended it. A temporary lift is for one person at a screen:
-- `app.staff` is set by a request of somebody signed in, and by nothing else.
create view protection.pub_protected with (security_invoker = true) as
  select p.municipality_code, p.resident_no
    from protection.person p
   where p.role <> 'perpetrator' and p.resident_no is not null
     and not exists (
       select 1 from protection.act e
        where e.municipality_code = p.municipality_code and e.measure_id = p.measure_id
          and e.kind in ('refused', 'released'))
     and not exists (
       select 1 from protection.act l
        where l.municipality_code = p.municipality_code and l.measure_id = p.measure_id
          and l.kind = 'lifted' and l.until_at > now()
          and l.for_staff::text = current_setting('app.staff', true)
          and not exists (
            select 1 from protection.act n
             where n.municipality_code = l.municipality_code and n.measure_id = l.measure_id
               and n.kind = 'lift-ended' and n.act_no > l.act_no));
comment on view protection.pub_protected is 'Whom measures entered here protect now, possibly more than one row a person';
grant select on protection.pub_protected to app, linkage, searcher;

-- Every reader asks this view: what is entered here joins what the town sends.
create or replace view access.pub_suppressed with (security_invoker = true) as
  select s.municipality_code, s.resident_no
    from access.suppression s
   where s.to_seq is null
     and case when s.latest then not s.lifted
              else not exists (
                select 1 from access.suppression n
                 where n.municipality_code = s.municipality_code and n.resident_no = s.resident_no
                   and n.to_seq is null and n.history_no > s.history_no) end
  union all
  select d.municipality_code, d.resident_no from access.suppression_doubt d where d.to_seq is null
  union all
  select p.municipality_code, p.resident_no from protection.pub_protected p;
comment on view access.pub_suppressed is '支援措置対象者 now, possibly more than one row a person';

-- Periods of what the town sends, for the list of renewals.
create view access.pub_suppression_period with (security_invoker = true) as
  select s.municipality_code, s.resident_no, s.starts_on, s.ends_on
    from access.suppression s
   where s.to_seq is null and s.ends_on is not null
     and case when s.latest then not s.lifted
              else not exists (
                select 1 from access.suppression n
                 where n.municipality_code = s.municipality_code and n.resident_no = s.resident_no
                   and n.to_seq is null and n.history_no > s.history_no) end;
comment on view access.pub_suppression_period is 'Periods of the 支援措置 that the town''s own system sent and that protect now';
grant select on access.pub_suppression_period to app;

--! constraints
alter table protection.act add constraint act_measure foreign key (municipality_code, measure_id) references protection.measure (municipality_code, measure_id);
alter table protection.person add constraint person_act foreign key (municipality_code, measure_id, act_no) references protection.act (municipality_code, measure_id, act_no);
