"""The decisions about papers: issuing them, and what follows."""

from .alerts import queue_declaration_alerts
from .exports import register_export
from .holders import send_holder_link, share, take_back
from .issuing import issue_block_statement, issue_certificate
from .jobs import Wanted, issue_next, request_issuing
from .lifecycle import approve_revocation, decline_revocation, make_duplicate, reissue, request_revocation
from .redrawing import draw_again
from .refusals import CertificateRefused, PaperRefusal
from .stops import resume_issuing, stop_issuing

__all__ = [
    "CertificateRefused",
    "PaperRefusal",
    "Wanted",
    "approve_revocation",
    "decline_revocation",
    "draw_again",
    "issue_block_statement",
    "issue_certificate",
    "issue_next",
    "make_duplicate",
    "queue_declaration_alerts",
    "register_export",
    "reissue",
    "request_issuing",
    "request_revocation",
    "resume_issuing",
    "send_holder_link",
    "share",
    "stop_issuing",
    "take_back",
]
