"""Every line of every proof as a live check: two numbers by routes that share nothing but the state.

``lines`` says what a line is, ``errata`` what a slip of the homework is, ``ledgers`` holds one ledger per
problem, ``trials`` runs them on random states, ``hunt`` looks for the simplest state that breaks a line.
"""
