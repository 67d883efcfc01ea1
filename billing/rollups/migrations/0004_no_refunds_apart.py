from django.db import migrations


class Migration(migrations.Migration):
    safe_because = (
        "Every shop tells it anew by the hour, and now in rollups_shoptrouble; older code misses it"
        " on one page of the staff, and in an hourly job that is tried again"
    )

    dependencies = [("rollups", "0003_troubles")]

    operations = [migrations.DeleteModel(name="ShopRefund")]
