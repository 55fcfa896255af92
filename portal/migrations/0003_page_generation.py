from django.db import migrations, models


def make_the_row(apps, schema_editor):
    apps.get_model("portal", "PageGeneration").objects.get_or_create(pk=1)


class Migration(migrations.Migration):

    dependencies = [
        ("portal", "0002_decorative_pictures_and_consent_in_languages"),
    ]

    operations = [
        migrations.CreateModel(
            name="PageGeneration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="page_generation_is_one_row")
                ],
            },
        ),
        migrations.RunPython(make_the_row, migrations.RunPython.noop),
    ]
