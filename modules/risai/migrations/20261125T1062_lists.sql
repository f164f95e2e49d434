-- What few applications have, found without looking at all of them.
create index grading_same_as on risai.grading (municipality_code, application_id) where same_as is not null;
create index person_other on risai.person (municipality_code, non_resident_id) where non_resident_id is not null;
create index application_late on risai.application (municipality_code, disaster_id, application_id) where late_reason is not null;
