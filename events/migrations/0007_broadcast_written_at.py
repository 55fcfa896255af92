"""When a broadcast was written up, and why one did not start."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0006_mail_wordings'),
    ]

    operations = [
        migrations.AddField(
            model_name='broadcast',
            name='problem',
            field=models.CharField(blank=True, help_text='Why it did not start at its time.', max_length=300),
        ),
        migrations.AddField(
            model_name='broadcast',
            name='written_at',
            field=models.DateTimeField(
                blank=True,
                help_text='Since when each recipient has a message; empty: some may still get theirs.',
                null=True,
            ),
        ),
    ]
