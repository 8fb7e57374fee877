"""A strict Slack on this machine: to try an app in, and to test it against.

It knows nothing of the app that it serves, only the app's manifest.
"""

from sandbox.clock import SandboxClock
from sandbox.company import Company, sample_company
from sandbox.outcome import Outcome
from sandbox.people import Person
from sandbox.seen import SeenHome, SeenMessage
from sandbox.seen_modal import SeenModal
from sandbox.server import Sandbox

__all__ = [
    "Company",
    "Outcome",
    "Person",
    "Sandbox",
    "SandboxClock",
    "SeenHome",
    "SeenMessage",
    "SeenModal",
    "sample_company",
]
