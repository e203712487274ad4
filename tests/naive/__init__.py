"""A slow, obvious, independent reading of the procedure of the `desp` desk: the oracle of the property tests.

Plain Python on plain dataclasses. It shares no code with the program, so an agreement of the two means something.
"""
