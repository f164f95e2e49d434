-- As residents.is_protected, which these ask.
alter function ledger.is_protected(char, text, text, uuid) set plan_cache_mode = force_generic_plan;
alter function ledger.shares_protection(char, text) set plan_cache_mode = force_generic_plan;
