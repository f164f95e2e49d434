create table certificates.node (
  node_id uuid primary key,
  host text not null,
  build text not null,
  started_at timestamptz not null
);
comment on table certificates.node is 'Issuing servers as they started: which machine, which build. Of no municipality.';
comment on column certificates.node.build is 'sha256 over the program''s sources, renderer, layouts and fonts';
grant select, insert on certificates.node to app;

create table certificates.fleet_build (
  recorded_at timestamptz primary key,
  build text not null,
  recorded_by text not null
);
comment on table certificates.fleet_build is 'The build that may issue, from a rollout on; the newest row counts. A server of another build refuses by itself (508).';
grant select, insert on certificates.fleet_build to app;
