"""Public holidays by country, as the `holidays` library knows them."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from typing import Final

import holidays

VERSION: Final = version("holidays")
"""With another one, other days may be holidays."""


@lru_cache(maxsize=512)
def names(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    """Name each public holiday of a year, days taken in lieu included.

    Public ones only: observances on which people work must not stop a clock.
    """
    return dict(holidays.country_holidays(country, subdiv=subdivision, years=year))


def country(code: str) -> str:
    """Return the code unless no holidays are known for it: then ValueError with the fix."""
    if code not in holidays.list_supported_countries():
        raise ValueError(
            'no holidays are known for it; write a two-letter code, such as "US", "GB" or "DE".'
        )
    return code


def regions(code: str) -> list[str]:
    """Return the regions of a country that have holidays of their own."""
    return list(holidays.list_supported_countries()[code])
