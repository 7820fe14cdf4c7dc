"""The benchmark of sound: real speech, music and surroundings, what people do to them, and what is found of them.

`python -m bench.matching.sound` from the project's root. Originals come as those of the pictures do: from the corpus of real
inputs and from packages of Debian, named in sources.tsv.
"""
