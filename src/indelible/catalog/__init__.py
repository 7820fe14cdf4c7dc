"""Tables derived from the records, in SQLite: made again from the ledger at any time. The only room that speaks SQL for evidence."""
