"""What counts as a thank-you, and what is a question or a complaint however kindly it is put."""

import pytest

from store.rules.courtesy import is_thanks

KIND = """
Thanks!
thx
ty
Thank you so much!
Great, thank you so much! :tada:
works now, thanks!
It works now
it's fixed
It\u2019s working again, thanks a lot
Perfect :+1:
:+1:
:pray: :heart:
👍
🎉🎉
ok
Yes, all good now.
I can confirm it is fixed
You can close this, thanks
no problems now, cheers
Many thanks for your quick help, have a lovely day
Danke!
"""

NOT_KIND = """
thanks, but it still fails
Thanks, is it done for good?
Is it working now
does it work again
not fixed
It isn't fixed
still broken
thanks for nothing
help
again
and again
It is back
No
?
...
:(
Thanks :(
:-1:
:disappointed: ok
👎
😢
Great, now the printer is dead too
works, except on floor 2
when will it be fixed
Thanks, one more thing: the lamp blinks
It works only sometimes
"""


@pytest.mark.parametrize("text", KIND.strip().split("\n"))
def test_thanks_in_many_words_and_in_none_is_thanks(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize("text", NOT_KIND.strip().split("\n"))
def test_a_question_or_a_complaint_is_no_thanks_however_it_begins(text: str) -> None:
    assert not is_thanks(text)
