"""What every table of deskbell.toml has in common, and what Slack's ids look like."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints


class Part(BaseModel):
    """A table of deskbell.toml: cannot change once loaded; unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{2,}")
_USER: Final = re.compile(r"[UW][A-Z0-9]{2,}")
_GROUP: Final = re.compile(r"S[A-Z0-9]{2,}")
_EMAIL: Final = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")


def _channel(text: str) -> str:
    if not _CHANNEL.fullmatch(text):
        raise ValueError(
            "this is not a channel id; in Slack, open the channel's details and copy the id at "
            'the bottom, such as "C012AB3CD".'
        )
    return text


def person(text: str) -> str:
    """Return a reference to one person, or raise ValueError with the fix."""
    if not (_USER.fullmatch(text) or _EMAIL.fullmatch(text)):
        raise ValueError(
            'write a member id such as "U012AB3CD" (Slack profile, More, Copy member ID) or '
            "an e-mail address."
        )
    return text


def _people(text: str) -> str:
    if not _GROUP.fullmatch(text):
        try:
            person(text)
        except ValueError as error:
            raise ValueError(
                f'{str(error)[:-1]}, or a user group id such as "S012AB3CD".'
            ) from None
    return text


def _group(text: str) -> str:
    if not _GROUP.fullmatch(text):
        raise ValueError(
            "this is not a user group id; in Slack, open the group under People, User groups, and "
            'copy its id from the menu, such as "S012AB3CD".'
        )
    return text


def is_user_group(ref: str) -> bool:
    """Whether this reference to people means a Slack user group (S…)."""
    return _GROUP.fullmatch(ref) is not None


def is_email(ref: str) -> bool:
    """Whether this reference to a person is an e-mail address, still to be looked up."""
    return "@" in ref


def _ending(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]{1,20}", text):
        raise ValueError(
            'write the ending of a file name in lower case and without the dot: "exe".'
        )
    return text


Ending = Annotated[str, AfterValidator(_ending)]
"""Of a file's name, such as "exe"."""

ChannelId = Annotated[str, AfterValidator(_channel)]
PersonRef = Annotated[str, AfterValidator(person)]
"""One person: a member id (U… or W…) or an e-mail address."""

PeopleRef = Annotated[str, AfterValidator(_people)]
"""One person, or everybody in a Slack user group (S…)."""

GroupId = Annotated[str, AfterValidator(_group)]

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=75)]
"""Fits Slack's buttons and options, which hold at most 75 characters."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
