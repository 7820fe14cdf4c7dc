"""One source on its way into the archive: files kept, posts recorded, what is amiss counted."""
