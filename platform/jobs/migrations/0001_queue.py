"""dramatiq-postgres' tables, once, in their own schema; our columns for fairness and quarantine.

The library's own migration would run again in every shop's schema (tenancy report §11).
"""

from django.db import migrations, models
from dramatiq_postgres.schema import generate_init_sql

OURS = """
ALTER TABLE dramatiq.queue
    ADD COLUMN tenant text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN deliveries integer NOT NULL DEFAULT 0,
    ADD COLUMN reason text NOT NULL DEFAULT '';
CREATE INDEX queue_fair ON dramatiq.queue (queue_name, tenant, available_at, position)
    WHERE state = 'queued' AND deliveries < 2;
CREATE INDEX queue_suspect ON dramatiq.queue (queue_name, available_at)
    WHERE state = 'queued' AND deliveries >= 2;
"""


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.RunSQL(generate_init_sql() + OURS, "DROP SCHEMA dramatiq CASCADE"),
        migrations.CreateModel(
            name="Slot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("job", models.CharField(max_length=120)),
                ("due_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["job", "due_at"], name="slot_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="QueuedMessage",
            fields=[
                ("message_id", models.UUIDField(primary_key=True, serialize=False)),
                ("queue_name", models.TextField()),
                ("state", models.TextField()),
                ("mtime", models.DateTimeField()),
                ("message", models.JSONField()),
                ("available_at", models.DateTimeField()),
                ("tenant", models.TextField()),
                ("deliveries", models.IntegerField()),
                ("reason", models.TextField()),
            ],
            options={"db_table": '"dramatiq"."queue"', "managed": False},
        ),
    ]
