-- Whether somebody under 支援措置 lives in a house, or others do, is asked for every house of a list, in whatever disaster.
create index occupancy_house on dwellings.occupancy (municipality_code, dwelling_id) where present;
create index proposal_house on dwellings.proposal (municipality_code, dwelling_id);
