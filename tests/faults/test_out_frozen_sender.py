"""A process that stands still in the middle of a send, and goes on as if no time had passed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests.crash.ending import check_slack
from tests.crash.theatre import Theatre, theatre
