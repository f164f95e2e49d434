-- A change of a 被災非住家 appends: what was registered stays as it was written, and every later description has its row.
create table non_dwellings.change (
  municipality_code char(6) not null,
  non_dwelling_id uuid not null,
  version integer not null,
  kind text not null,
  owner_kind text not null check (owner_kind in ('person', 'company')),
  sealed bytea not null,
  at timestamptz not null,
  actor text not null,
  actor_label text not null,
  primary key (municipality_code, non_dwelling_id, version)
);
comment on table non_dwellings.change is '被災非住家の記載の変更: appended, the newest counts; before the first one what was registered does';
comment on column non_dwellings.change.version is 'The version of the property that it made';
comment on column non_dwellings.change.sealed is 'Name, place and owner as JSON, sealed';
call app.protect('non_dwellings.change', 'select, insert');
grant select, update (sealed) on non_dwellings.change to rekeyer;
revoke update (kind, owner_kind, sealed) on non_dwellings.property from app;
comment on column non_dwellings.property.sealed is 'Name, place and owner as registered, as JSON, sealed';

create or replace view non_dwellings.pub_property with (security_invoker = true) as
  select p.municipality_code, p.disaster_id, p.non_dwelling_id, p.person_ref,
         coalesce((select c.kind from non_dwellings.change c
                    where c.municipality_code = p.municipality_code and c.non_dwelling_id = p.non_dwelling_id
                    order by c.version desc limit 1), p.kind) as kind,
         p.result_code, p.report_id, p.registered_at
    from non_dwellings.property p;

--! constraints
alter table non_dwellings.change add constraint change_property foreign key (municipality_code, non_dwelling_id) references non_dwellings.property (municipality_code, non_dwelling_id);
