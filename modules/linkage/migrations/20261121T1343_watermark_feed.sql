-- Which businesses an agent sends: what comes by hand must not stand between its files.
create view linkage.pub_watermark with (security_invoker = true) as
  select w.municipality_code, w.business from linkage.watermark w;
comment on view linkage.pub_watermark is 'Businesses of which the town''s agent has sent a file';
grant select on linkage.pub_watermark to app, linkage;
