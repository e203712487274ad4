"""Numbers as a text says them, the same on pages, papers and terminals."""

NOTHING = "–"


def signed(n: int) -> str:
    """A change: `+3`, `−8`, `±0`."""
    return f"{'+' if n > 0 else '−' if n < 0 else '±'}{abs(n):,}"


def share(part: int, whole: int) -> str:
    """A percentage with one decimal, rounded as a sheet does; 100 % only when it is all, 0 % only when it is none.

    >>> share(2, 3), share(999999, 1000000), share(1, 1000000), share(3, 3), share(0, 0)
    ('66.7 %', '> 99.9 %', '< 0.1 %', '100 %', '–')
    """
    if whole == 0:
        return NOTHING
    tenths = (2000 * part + whole) // (2 * whole)
    if part and not tenths:
        return "< 0.1 %"
    if part < whole and tenths == 1000:
        return "> 99.9 %"
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10} %"


def percent(part: float) -> str:
    """The same of a part of one.

    >>> percent(0.775), percent(49 / 400), percent(2 / 3)
    ('77.5 %', '12.3 %', '66.7 %')
    """
    return share(round(part * 1e9), 10**9)
