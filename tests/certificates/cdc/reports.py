"""Processing reports as the CDC writes them, and as it does not."""

from certificates.cdc.reports import NAMESPACE


def make_report(flow, *, accepted=(), rejected=None, containers=("passagesKO", "passagesOK"), prologue=""):
    """`rejected`: messages by idTechnique."""
    refused, taken = containers
    answers = "".join(
        f"<r:passage><r:idTechnique>{identifier}</r:idTechnique><r:messageErreur>{message}</r:messageErreur></r:passage>"
        for identifier, message in (rejected or {}).items()
    )
    oks = "".join(f"<r:passage><r:idTechnique>{each}</r:idTechnique></r:passage>" for each in accepted)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prologue}<r:rapport xmlns:r="{NAMESPACE}">'
        f"<r:nomFichier>flux.xml</r:nomFichier><r:idFlux>{flow}</r:idFlux><r:idTraitement>42</r:idTraitement>"
        f"<r:{refused}>{answers}</r:{refused}><r:{taken}>{oks}</r:{taken}></r:rapport>"
    ).encode()
