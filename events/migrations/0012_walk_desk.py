"""Permissions of the walks' staff stand on the team, not on the requests.

Wagtail's site history shows every entry about a kind of thing to whoever has any permission on it: with one on
requests, every officer would read there of everybody else's.
"""

from django.db import migrations

MOVED = ("allocate_walkrequest", "walk_walkrequest")


def forget_old_places(apps, schema_editor):
    """Delete them where an earlier migration had made them; `set_up_staff` gives them to the groups again."""
    permissions = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    permissions.filter(
        content_type__app_label="events", content_type__model="walkrequest", codename__in=(*MOVED, "view_walkrequest")
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("events", "0011_programmes"),
    ]

    operations = [
        migrations.AlterModelOptions(name="walkrequest", options={"ordering": ["asked_at", "id"]}),
        migrations.AlterModelOptions(
            name="walkofficer",
            options={
                "permissions": [
                    ("see_every_walk", "Can see the requests of every borough, without what is sealed"),
                    ("allocate_walkrequest", "Can give requests to officers, in the boroughs that they coordinate"),
                    ("walk_walkrequest", "Can be given requests, open them and offer times"),
                ]
            },
        ),
        migrations.RunPython(forget_old_places, migrations.RunPython.noop),
    ]
