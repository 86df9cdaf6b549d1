"""What the apps above have to say before something is decided here."""

from django.dispatch import Signal

# Sent with `enrolled_block` before one of its evaluations is reopened. A receiver that knows why it must not be answers
# in a French sentence, and with nothing when it sees no reason. The database holds the same by its guards.
reopening_considered = Signal()
