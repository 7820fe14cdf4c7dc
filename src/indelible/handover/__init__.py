"""What leaves the house: folders that prove themselves without it."""
