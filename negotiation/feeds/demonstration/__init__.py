"""The demonstration portfolio: real balances and payments of the data set, charges by the engine's rules, invented people.

`demo/README.md` states each rule. Nothing here runs in an installation that has a bank's feed.
"""
