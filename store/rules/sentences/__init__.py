"""Every sentence with which the desk says no: each written once, one file per group of stories.

A sentence says what happened and what to do next, carries the number of the ticket where there is
one (`ticket` is its id, shown as #42), and is mrkdwn that is safe as it is: people appear as Slack
mentions. Under the field of a form it stands alone, so it only says what to put there; the form's
head names the ticket. What the desk shows of itself is in `handlers.views`.
"""
