from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("events", "0008_newsletter"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="about",
            field=models.CharField(
                blank=True,
                default="",
                help_text="What another app's letter is about: careers.storysubmission:17.",
                max_length=80,
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(condition=models.Q(("about", ""), _negated=True), fields=["about"], name="message_about"),
        ),
    ]
