"""The archive on disk: blobs, the records of what was found, custody, audit."""
