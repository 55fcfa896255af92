from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("careers", "0004_teams_from_their_names")]

    operations = [migrations.RemoveField(model_name="storypage", name="team_name")]
