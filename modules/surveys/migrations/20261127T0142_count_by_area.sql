-- As before, and the counts by 町字 (control of a survey) read nothing but this index: the surveys themselves are sealed and wide.
drop index surveys.task_area;
create index task_area on surveys.task (municipality_code, disaster_id, area_name, task_id) include (state, team_id);
