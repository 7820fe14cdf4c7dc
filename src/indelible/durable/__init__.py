"""Files that survive a crash: create once, replace a head, make a group, lock. The only caller of fsync."""
