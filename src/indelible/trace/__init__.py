"""Where footage was seen: stretches of picture, sightings, the earliest known, the way between them, old footage as new."""
