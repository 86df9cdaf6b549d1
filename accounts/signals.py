"""What the apps above are asked about an account."""

from django.dispatch import Signal

# May this person choose a password by themselves? A receiver that answers False refuses; `user` is the account.
password_asked = Signal()
