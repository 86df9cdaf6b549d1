"""The CDC's processing reports, read as files that come from outside: nothing is expanded, fetched or believed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from lxml import etree

NAMESPACE = "urn:cdc:cpf:pc5:rapport:schema"
MAX_BYTES = 5 * 1024 * 1024  # a passage takes some 200 bytes
_ENCODINGS = {"utf-8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"}
_FORBIDDEN = re.compile(rb"<!\s*(?:doctype|entity)", re.IGNORECASE)


class ReportUnreadable(Exception):
    """The file is no processing report, or not one that may be read safely."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Of one certificate. `message` is empty when it was accepted."""

    technical_id: str
    is_accepted: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    flow: UUID
    answers: tuple[Answer, ...]


def read_report(content: bytes) -> Report:
    """Raises `ReportUnreadable`, with a sentence for whoever sent the file."""
    root = _parse(content)
    if etree.QName(root).namespace != NAMESPACE or _name(root) != "rapport":
        raise ReportUnreadable("Ce fichier n’est pas un compte rendu de traitement de la CDC.")
    answers = tuple(_answers(root))
    identifiers = [answer.technical_id for answer in answers]
    if not answers:
        raise ReportUnreadable("Ce compte rendu ne dit rien d’aucun certificat.")
    if len(set(identifiers)) < len(identifiers):
        raise ReportUnreadable("Ce compte rendu répond deux fois sur le même certificat.")
    return Report(_flow(root), answers)


def _parse(content: bytes) -> etree._Element:
    if len(content) > MAX_BYTES:
        raise ReportUnreadable("Ce fichier dépasse 5 Mo : ce n’est pas un compte rendu de traitement.")
    if b"\0" in content or _FORBIDDEN.search(content):
        raise ReportUnreadable("Ce fichier contient une déclaration de type : il n’est pas lu.")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReportUnreadable("Ce fichier n’est pas un document XML lisible.") from error
    document = root.getroottree().docinfo
    # An encoding may hide from the first look what the parser has then seen.
    if document.doctype or document.internalDTD is not None or document.encoding.lower() not in _ENCODINGS:
        raise ReportUnreadable("Ce fichier contient une déclaration de type ou un codage inattendu : il n’est pas lu.")
    return root


def _name(element: etree._Element) -> str:
    """In lower case: the CDC's documents spell the containers both ways."""
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _flow(root: etree._Element) -> UUID:
    for child in root:
        if _name(child) == "idflux":
            try:
                return UUID(_text(child))
            except ValueError:
                break
    raise ReportUnreadable("Ce compte rendu ne dit pas à quel fichier il répond (idFlux).")


def _answers(root: etree._Element) -> Iterator[Answer]:
    for container in root:
        match _name(container):
            case "passagesok":
                yield from (Answer(_identifier(each), True) for each in _identifiers(container))
            case "passagesko":
                yield from (Answer(_identifier(each), False, _message(each)) for each in _identifiers(container))


def _identifiers(container: etree._Element) -> list[etree._Element]:
    return [element for element in container.iter() if _name(element) == "idtechnique"]


def _identifier(element: etree._Element) -> str:
    identifier = _text(element)
    if not identifier:
        raise ReportUnreadable("Un passage de ce compte rendu est sans idTechnique.")
    return identifier


def _message(identifier: etree._Element) -> str:
    """What stands beside the identifier, in its passage."""
    siblings = [] if (passage := identifier.getparent()) is None else list(passage)
    message = " ".join(filter(None, (_text(each) for each in siblings if _name(each) == "messageerreur")))
    if not message:
        raise ReportUnreadable(f"Le passage {_text(identifier)} est rejeté sans message.")
    if sum(_name(each) == "idtechnique" for each in siblings) > 1:
        raise ReportUnreadable("Les passages rejetés de ce compte rendu ne sont pas séparés : il n’est pas lu.")
    return message
