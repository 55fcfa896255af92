"""A row for each team that stories name. By itself: PostgreSQL changes no table that the same transaction wrote to."""

import uuid

from django.db import migrations
from django.utils.text import slugify


def make_teams(apps, schema_editor):
    """Make a team of each name that stories have, in their pages and in their drafts."""
    StoryPage = apps.get_model("careers", "StoryPage")
    Team = apps.get_model("careers", "Team")
    Revision = apps.get_model("wagtailcore", "Revision")
    ContentType = apps.get_model("contenttypes", "ContentType")
    teams = {}

    def team_of(name, locale_id):
        name = (name or "").strip()[:80]
        if not name:
            return None
        slug = slugify(name)[:60] or "team"
        if (slug, locale_id) not in teams:
            teams[slug, locale_id] = Team.objects.create(
                name=name, slug=slug, locale_id=locale_id, translation_key=uuid.uuid4()
            )
        return teams[slug, locale_id]

    locales = {}
    for story in StoryPage.objects.all():
        locales[str(story.pk)] = story.locale_id
        story.team = team_of(story.team_name, story.locale_id)
        story.save(update_fields=["team"])
    kind = ContentType.objects.filter(app_label="careers", model="storypage").first()
    for revision in Revision.objects.filter(content_type=kind) if kind else ():
        team = team_of(revision.content.get("team"), locales.get(revision.object_id))
        revision.content["team"] = team.pk if team else None
        revision.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [("careers", "0003_careers_whole")]

    operations = [migrations.RunPython(make_teams, migrations.RunPython.noop)]
