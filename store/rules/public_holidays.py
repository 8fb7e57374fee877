"""Public holidays by country, as the `holidays` library knows them."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=512)
def names(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    """Name each public holiday of a year, days taken in lieu included.

    Public ones only: observances on which people work must not stop a clock.
    """
    return dict(holidays.country_holidays(country, subdiv=subdivision, years=year))


def check(country: str, subdivision: str | None) -> None:
    """Raise ValueError with the fix when there is no such country or region."""
    regions = holidays.list_supported_countries().get(country)
    if regions is None:
        raise ValueError(
            f'no holidays are known for the country "{country}"; '
            'write its two-letter code, such as "US", "GB" or "DE".'
        )
    if subdivision is not None and subdivision not in regions:
        known = f"use one of {', '.join(regions)}" if regions else "remove it"
        raise ValueError(f'"{country}" has no region "{subdivision}"; {known}.')
