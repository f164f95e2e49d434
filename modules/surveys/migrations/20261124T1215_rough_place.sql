-- Where only the 町字 is known, its point stands for the house on the map: no distance is reckoned from it, and no line drawn
-- on the map takes the house in.
alter table surveys.task add column rough boolean not null default false;
comment on column surveys.task.rough is 'The place is that of the 町字, not of the house';
grant update (rough) on surveys.task to app;
