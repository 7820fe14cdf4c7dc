"""The matching benchmark: real footage, what people do to it, and what the product and its peers find of it.

`python -m bench.matching` from the project's root. Nothing of the footage is kept in the project: it comes from the corpus of
real inputs and from packages of Debian, named in sources.tsv, and lies under build/.
"""
