"""From found nouns to records: one module a noun, pure. docs/format/records.md lists every kind and field."""
