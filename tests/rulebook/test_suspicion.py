"""Who is asked whether they know a candidate."""

import pytest

from rulebook.outcomes import SuspicionReason
from rulebook.suspicion import Traces, domain_of, is_shared, suspect

SHARED = {"gmail.com", "example"}
NAME, DOMAIN = SuspicionReason.FAMILY_NAME, SuspicionReason.EMAIL_DOMAIN


def traces(names: str = "", domains: str = "") -> Traces:
    """Separated by a slash: a family name may hold a blank."""
    return Traces(frozenset(names.split("/")), frozenset(domains.split("/")))


@pytest.mark.parametrize(
    ("member", "candidate", "expected"),
    [
        pytest.param(traces("le goff"), traces("le goff"), (NAME,), id="birth-name"),
        pytest.param(traces("le goff"), traces("martin/le goff"), (NAME,), id="usual-name"),
        pytest.param(traces("le goff"), traces("martin/le gall"), (), id="other-names"),
        pytest.param(traces("le goff"), traces("goff"), (), id="a-part-of-the-name"),
        pytest.param(traces(""), traces("martin/"), (), id="no-usual-name-is-no-name"),
        pytest.param(traces("a", "courtier.fr"), traces("b", "courtier.fr/cfa.fr"), (DOMAIN,), id="same-domain"),
        pytest.param(traces("a", "courtier.fr"), traces("b", "assureur.fr"), (), id="other-domain"),
        pytest.param(traces("a", "paris.courtier.fr"), traces("b", "courtier.fr"), (), id="another-host"),
        pytest.param(traces("a", "gmail.com"), traces("b", "gmail.com"), (), id="open-to-all"),
        pytest.param(traces("a", "demo.example"), traces("b", "demo.example"), (), id="under-one-open-to-all"),
        pytest.param(traces("a", ""), traces("b", ""), (), id="no-address-is-no-domain"),
        pytest.param(traces("a", "courtier.fr"), traces("a", "courtier.fr"), (NAME, DOMAIN), id="both"),
    ],
)
def test_a_member_is_asked_about_whom_they_may_know(member, candidate, expected):
    assert suspect(member, candidate, shared=SHARED) == expected


@pytest.mark.parametrize(
    ("address", "domain"),
    [("Anne@Courtier.FR", "courtier.fr"), (" a@b.fr ", "b.fr"), ("", ""), ("courtier.fr", ""), ("a@b@c.fr", "c.fr")],
)
def test_the_domain_of_an_address(address, domain):
    assert domain_of(address) == domain


@pytest.mark.parametrize(
    ("domain", "expected"),
    [("gmail.com", True), ("mail.gmail.com", True), ("notgmail.com", False), ("demo.example", True), ("com", False)],
)
def test_a_listed_domain_speaks_for_those_under_it(domain, expected):
    assert is_shared(domain, SHARED) == expected
