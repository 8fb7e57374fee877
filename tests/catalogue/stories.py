"""Which stories are played for the pictures, the plainest first: an example is the first seen."""

from typing import Final

STORIES: Final = (
    "tests/stories/test_cfo_laptop.py",
    "tests/stories/test_excel.py",
    "tests/stories/test_banking_outage.py",
    "tests/stories/test_handing_over.py",
    "tests/stories/test_looking_things_up.py",
    "tests/stories/test_stray_words.py",
    "tests/stories/test_the_clock.py",
    "tests/stories/test_old_buttons.py",
    "tests/talking",
    "tests/together",
    "tests/ending",
    "tests/doors",
    "tests/waiting/test_silence.py",
    "tests/waiting/test_updates.py",
    "tests/waiting/test_noise.py",
    "tests/search",
    "tests/topics",
    "tests/on_call",
    "tests/clock/test_ladder.py",
    "tests/clock/test_promises.py",
    "tests/clock/test_moves.py",
    "tests/clock/test_why.py",
    "tests/stories/test_trouble.py",
    "tests/stories/test_vips.py",
    "tests/stories/test_people.py",
    "tests/faults/test_out_digests.py",
)
