"""A message that is to be heard later stands apart until its time: claims look at due ones only.

Without it a claim walks through every shop that has something to do next week.
"""

from django.db import migrations

DUE = """
ALTER TABLE dramatiq.queue ADD COLUMN is_due boolean NOT NULL DEFAULT true;
UPDATE dramatiq.queue SET is_due = false WHERE available_at > now() AND state = 'queued';
DROP INDEX dramatiq.queue_fair;
CREATE INDEX queue_fair ON dramatiq.queue (queue_name, tenant, available_at, position)
    WHERE state = 'queued' AND deliveries < 2 AND is_due;
CREATE INDEX queue_later ON dramatiq.queue (queue_name, available_at)
    WHERE state = 'queued' AND NOT is_due;
"""
BACK = """
DROP INDEX dramatiq.queue_later;
DROP INDEX dramatiq.queue_fair;
CREATE INDEX queue_fair ON dramatiq.queue (queue_name, tenant, available_at, position)
    WHERE state = 'queued' AND deliveries < 2;
ALTER TABLE dramatiq.queue DROP COLUMN is_due;
"""


class Migration(migrations.Migration):
    safe_because = "Older code never names the column; its default is what older code means."
    dependencies = [("jobs", "0001_queue")]
    operations = [migrations.RunSQL(DUE, BACK)]
