"""A version in use never changes: its first enrolment has frozen it.

One thing may be added: the value of a parameter that its rules did not read before, dated by `added_at`. It then stays
as it is like everything else.
"""

from journal.guards import Guard

MESSAGE = "Cette version du référentiel est utilisée : elle ne change plus."
_USED = "EXISTS (SELECT 1 FROM blocks_standardversion v WHERE v.id = {version} AND v.in_use_since IS NOT NULL)"
_OF_BLOCK = "(SELECT b.version_id FROM blocks_block b WHERE b.id = {row}.block_id)"
_OF_CHANNEL = "(SELECT c.version_id FROM blocks_channel c WHERE c.id = {row}.channel_id)"
_OF_ROUTE = "(SELECT r.version_id FROM blocks_accessroute r WHERE r.id = {row}.accessroute_id)"
_TABLES = {
    "blocks_block": "{row}.version_id",
    "blocks_channel": "{row}.version_id",
    "blocks_accessroute": "{row}.version_id",
    "blocks_jurycollege": "{row}.version_id",
    "blocks_ruleparameter": "{row}.version_id",
    "blocks_competency": _OF_BLOCK,
    "blocks_channelpart": _OF_CHANNEL,
    "blocks_accessroute_plan": _OF_ROUTE,
}


# Told from what was there on the first day by `added_at`; `_MOVED` keeps an update from using the same way in.
_UNLESS = {"blocks_ruleparameter": "NEW.added_at IS NULL AND "}


def _frozen(table: str, version: str, events: tuple[str, ...], row: str, unless: str = "") -> Guard:
    condition = unless + _USED.format(version=version.format(row=row))
    return Guard(name=f"{table}_frozen_{row.lower()}", table=table, events=events, message=MESSAGE, condition=condition)


_MOVED = Guard(
    name="blocks_ruleparameter_moved",
    table="blocks_ruleparameter",
    events=("UPDATE",),
    message=MESSAGE,
    condition=_USED.format(version="NEW.version_id"),
)

GUARDS = (
    *(_frozen(table, version, ("UPDATE", "DELETE"), "OLD") for table, version in _TABLES.items()),
    *(
        _frozen(table, version, ("INSERT", "UPDATE"), "NEW", _UNLESS.get(table, ""))
        for table, version in _TABLES.items()
    ),
    _MOVED,
    Guard(
        name="blocks_standardversion_frozen",
        table="blocks_standardversion",
        events=("UPDATE", "DELETE"),
        message=MESSAGE,
        condition="OLD.in_use_since IS NOT NULL",
    ),
)
