call app.limit_by_parent('non_dwellings.change', 'non_dwellings.property', 'non_dwelling_id');
