"""Every address of the site and who may use it: the table that the tests of access hold the pages to.

A line per address, a module per app. `get` and `post` name the roles of `Branch.people` that the page serves; a method
left out is answered by 405. To whoever is not named the page does not exist (404), but for the roles that may know of
the thing and lack the right to act on it (`refused`, 403), and for those whom the page leads elsewhere (`led`, a
redirection). A page that asks for a role before it looks anything up refuses everybody else alike
(`refused=EVERYBODY`).
"""

from . import accounts, candidates, certificates, evaluations, juries, organisations
from .lines import ANYBODY, EVERYBODY, Line
from .site import TECHNICAL, technical_paths, walk

__all__ = ["ANYBODY", "EVERYBODY", "TABLE", "TECHNICAL", "Line", "technical_paths", "walk"]

TABLE = [
    Line("home", get=EVERYBODY),
    Line("robots", get=ANYBODY),
    *accounts.LINES,
    Line("blocks:standard", get=EVERYBODY),
    *organisations.LINES,
    *candidates.LINES,
    *evaluations.LINES,
    *juries.LINES,
    *certificates.LINES,
]
