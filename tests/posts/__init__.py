"""What people send: `FORMS`, each form as its page sends it; `REFUSED`, identifiers that they have no right to name."""

from . import candidates, certificates, evaluations, juries, organisations
from .sent import Sent

__all__ = ["FORMS", "REFUSED", "Sent"]

_APPS = [candidates, evaluations, juries, organisations, certificates]
FORMS = [sent for app in _APPS for sent in app.FORMS]
REFUSED = {name: sent for app in _APPS for name, sent in app.REFUSED.items()}
