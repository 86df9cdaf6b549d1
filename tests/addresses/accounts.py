from .lines import ANYBODY, EVERYBODY, Line
from .places import exactly

LINES = [
    Line("account_login", get=ANYBODY, post=ANYBODY),
    Line("account_resume", get=ANYBODY, post=ANYBODY),
    Line("account_logout", get=ANYBODY, post=ANYBODY),
    Line("account_inactive", get=ANYBODY),
    Line("account_signup", get=ANYBODY, post=ANYBODY),
    Line("account_reauthenticate", get=EVERYBODY, post=EVERYBODY),
    Line("account_change_password", get=EVERYBODY, post=EVERYBODY),
    Line("account_reset_password", get=ANYBODY, post=ANYBODY),
    Line("account_reset_password_done", get=ANYBODY),
    Line("account_reset_password_from_key", exactly(uidb36="1", key="x"), get=ANYBODY, post=ANYBODY),
    Line("account_reset_password_from_key_done", get=ANYBODY),
]
