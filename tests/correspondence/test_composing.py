"""What each app declares in its `notifications.py`."""

from django.apps import apps

from correspondence.composing import composers, labels


def test_each_kind_is_its_app_s_and_has_its_label():
    known = {config.name for config in apps.get_app_configs()}

    assert composers().keys() == labels().keys()
    assert {kind.partition(".")[0] for kind in composers()} <= known
    assert not [label for label in labels().values() if label[:1].isupper()]
