from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from accounts.models import User
from accounts.todo import ToDo

from .models import Certificate
from .permissions import may_issue
from .pipeline import to_issue


def to_do(user: User, *, on: date) -> Iterator[ToDo]:
    if not may_issue(user):
        return
    yield ToDo("Délivrer les certificats attendus", to_issue().count(), reverse("certificates:to_issue"))
    yield ToDo(
        "Corriger ce qui empêche un document d’être dessiné",
        Certificate.objects.waiting().exclude(last_error="").count(),
        reverse("certificates:register") + "?state=reserved",
    )
