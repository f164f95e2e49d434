-- Whether somebody is protected is asked of every row that is shown. Roles plan each statement anew (bootstrap), the statements
-- within functions too: that cost ten times what looking costs (2.8 ms a person; 0.3 with a kept plan). What it asks by is always
-- the same keys, so one plan is as good as another.
alter function residents.is_protected(char, text, text) set plan_cache_mode = force_generic_plan;
