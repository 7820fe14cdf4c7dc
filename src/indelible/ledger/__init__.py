"""A log on disk: bundles, tiles, entries, keys, checkpoint; append, recover, check, receipts, time-stamps."""
