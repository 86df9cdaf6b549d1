import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def attempts_forgotten():
    """Each test begins with no failed sign-in behind it."""
    cache.clear()
