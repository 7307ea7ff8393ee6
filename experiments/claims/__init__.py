"""Sentences with a test: what is said of the results, and whether the numbers bear it out.

rule.py       when two numbers differ: the one rule for all tables, pairs and claims
numbers.py    the values that the rule compares, out of results.csv
ledger.yaml   every claim
kinds.py      what kinds of claims there are: what each compares, and what it then says
decide.py     all of it together: claims.json
"""
