"""Joining files to an evaluation, as long as it is a draft."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from blocks.models import Channel
from candidates.models import EnrolledBlock
from documents.uploads import StoredFile, discard
from journal.services import record

from ..models import Attachment, Evaluation
from .entry import _Entry, _open_entry

ATTACHMENTS = 10


class TooManyAttachments(Exception):
    sentence = f"Une évaluation porte {ATTACHMENTS} fichiers au plus : retirez-en un avant d’en joindre un autre."


class AttachmentGone(Exception):
    """Somebody has removed it already, or it belongs to an attempt that was submitted."""

    sentence = "Ce fichier n’est plus joint à ce brouillon."


@transaction.atomic(durable=True)
def attach(enrolled_block: EnrolledBlock, channel: Channel, file: StoredFile, *, by: User, at: datetime) -> Attachment:
    """Join a file that is kept to the draft, which begins with it when nothing was typed yet.

    The draft's revision does not change: what is being typed in an open page still stands on it.
    """
    entry = _open_entry(enrolled_block, channel, by=by, at=at)
    draft = entry.draft or _begin_draft(entry, by=by, at=at)
    if draft.attachments.count() >= ATTACHMENTS:
        raise TooManyAttachments
    attachment = Attachment.objects.create(
        evaluation=draft,
        stored_name=file.stored_name,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        uploaded_by=by,
        uploaded_at=at,
    )
    _record("attachment.added", entry, attachment, by=by, at=at, after=_facts(attachment))
    return attachment


@transaction.atomic(durable=True)
def remove_attachment(
    enrolled_block: EnrolledBlock, channel: Channel, attachment_id: int, *, by: User, at: datetime
) -> None:
    """Take a file off the draft, and delete it once this is committed."""
    entry = _open_entry(enrolled_block, channel, by=by, at=at)
    attachment = Attachment.objects.filter(evaluation=entry.draft, pk=attachment_id).first() if entry.draft else None
    if attachment is None:
        raise AttachmentGone
    _record("attachment.removed", entry, attachment, by=by, at=at, before=_facts(attachment))
    stored_name = attachment.stored_name
    attachment.delete()
    transaction.on_commit(lambda: discard(stored_name))


def _begin_draft(entry: _Entry, *, by: User, at: datetime) -> Evaluation:
    """Revision 0: whoever has the blank form open has seen all that it says."""
    return Evaluation.objects.create(
        enrolled_block=entry.enrolled_block,
        channel=entry.channel,
        attempt=entry.attempt,
        is_adapted=entry.content.is_adapted,
        revision=0,
        edited_by=by,
        edited_at=at,
    )


def _facts(attachment: Attachment) -> dict[str, object]:
    """Never its name, which its author chose."""
    return {
        "evaluation": attachment.evaluation.subject,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
    }


def _record(
    action: str,
    entry: _Entry,
    attachment: Attachment,
    *,
    by: User,
    at: datetime,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    record(
        action,
        subject=attachment.subject,
        actor=by.reference,
        at=at,
        on_behalf_of=entry.on_behalf_of,
        before=before,
        after=after,
    )
