alter table access.staff_role add column only_areas text[];
comment on column access.staff_role.only_areas is 'Of that disaster, the 町字 for which the role holds; null = all';
grant update (only_areas) on access.staff_role to app;
