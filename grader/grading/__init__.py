"""A class's submissions: from bytes to a record, from records to marks, reports and exports."""
