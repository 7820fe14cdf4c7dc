"""One frozen dataclass for each shape that scripts, pages and tests read."""
