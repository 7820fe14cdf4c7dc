"""The command line: parse, one call into app, print, exit code."""
