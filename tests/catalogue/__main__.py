"""`make messages`: plays the stories, photographs what was shown, writes docs/messages.md."""

import sys
import tempfile
from pathlib import Path
from typing import Final

import pytest

from tests.catalogue.album import Album
from tests.catalogue.camera import ROOT, photograph
from tests.catalogue.paper import written
from tests.catalogue.stories import STORIES

PICTURES: Final = ROOT / "docs" / "messages"
PAPER: Final = ROOT / "docs" / "messages.md"
_QUIETLY: Final = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-k", "not postgresql"]


def main() -> int:
    """Nothing is written unless every story went well."""
    album = Album()
    failed = pytest.main([*_QUIETLY, "-m", "not long", *STORIES], plugins=[album])
    if failed:
        return int(failed)
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "shots.json"
        album.complete()
        album.keep(kept)
        photograph(list(album.shots.values()), kept, PICTURES)
    PAPER.write_text(written(album.shots), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
