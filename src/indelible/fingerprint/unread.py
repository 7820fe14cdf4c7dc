"""The mark of what a decoder could not read of a picture: lines of one grey level, in frames and in their small copies."""

LEVEL = 1  # as good as black, and yet no bar: those have 0 after a decoder, or an encoder's noise
