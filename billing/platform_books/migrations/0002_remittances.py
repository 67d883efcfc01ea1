import billing.platform_books.states
from django.db import migrations, models


class Migration(migrations.Migration):

    safe_because = 'the list of kinds grows by one that older code never writes'

    dependencies = [
        ('platform_books', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='journal',
            name='platform_journal_kind_known',
        ),
        migrations.AlterField(
            model_name='journal',
            name='kind',
            field=models.CharField(choices=[(billing.platform_books.states.PlatformJournalKind['INVOICE'], billing.platform_books.states.PlatformJournalKind['INVOICE']), (billing.platform_books.states.PlatformJournalKind['PAYMENT'], billing.platform_books.states.PlatformJournalKind['PAYMENT']), (billing.platform_books.states.PlatformJournalKind['CREDIT'], billing.platform_books.states.PlatformJournalKind['CREDIT']), (billing.platform_books.states.PlatformJournalKind['OFFSET'], billing.platform_books.states.PlatformJournalKind['OFFSET']), (billing.platform_books.states.PlatformJournalKind['REFUND'], billing.platform_books.states.PlatformJournalKind['REFUND']), (billing.platform_books.states.PlatformJournalKind['COMMISSION'], billing.platform_books.states.PlatformJournalKind['COMMISSION']), (billing.platform_books.states.PlatformJournalKind['SHARE'], billing.platform_books.states.PlatformJournalKind['SHARE']), (billing.platform_books.states.PlatformJournalKind['SHARE_RETURN'], billing.platform_books.states.PlatformJournalKind['SHARE_RETURN']), (billing.platform_books.states.PlatformJournalKind['REMITTANCE'], billing.platform_books.states.PlatformJournalKind['REMITTANCE']), (billing.platform_books.states.PlatformJournalKind['VOID'], billing.platform_books.states.PlatformJournalKind['VOID']), (billing.platform_books.states.PlatformJournalKind['WRITE_OFF'], billing.platform_books.states.PlatformJournalKind['WRITE_OFF']), (billing.platform_books.states.PlatformJournalKind['PAYOUT'], billing.platform_books.states.PlatformJournalKind['PAYOUT']), (billing.platform_books.states.PlatformJournalKind['REPAIR'], billing.platform_books.states.PlatformJournalKind['REPAIR'])], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='journal',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', [billing.platform_books.states.PlatformJournalKind['INVOICE'], billing.platform_books.states.PlatformJournalKind['PAYMENT'], billing.platform_books.states.PlatformJournalKind['CREDIT'], billing.platform_books.states.PlatformJournalKind['OFFSET'], billing.platform_books.states.PlatformJournalKind['REFUND'], billing.platform_books.states.PlatformJournalKind['COMMISSION'], billing.platform_books.states.PlatformJournalKind['SHARE'], billing.platform_books.states.PlatformJournalKind['SHARE_RETURN'], billing.platform_books.states.PlatformJournalKind['REMITTANCE'], billing.platform_books.states.PlatformJournalKind['VOID'], billing.platform_books.states.PlatformJournalKind['WRITE_OFF'], billing.platform_books.states.PlatformJournalKind['PAYOUT'], billing.platform_books.states.PlatformJournalKind['REPAIR']])), name='platform_journal_kind_known'),
        ),
    ]
