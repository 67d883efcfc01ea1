import billing.ledger.states
from django.db import migrations, models


class Migration(migrations.Migration):

    safe_because = 'the list of kinds grows by one that older code never writes'

    dependencies = [
        ('ledger', '0002_wallets_and_holds'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='journal',
            name='journal_kind_known',
        ),
        migrations.AlterField(
            model_name='journal',
            name='kind',
            field=models.CharField(choices=[(billing.ledger.states.JournalKind['PAYMENT'], billing.ledger.states.JournalKind['PAYMENT']), (billing.ledger.states.JournalKind['REFUND'], billing.ledger.states.JournalKind['REFUND']), (billing.ledger.states.JournalKind['EARNING'], billing.ledger.states.JournalKind['EARNING']), (billing.ledger.states.JournalKind['SHARE'], billing.ledger.states.JournalKind['SHARE']), (billing.ledger.states.JournalKind['SHARE_RETURN'], billing.ledger.states.JournalKind['SHARE_RETURN']), (billing.ledger.states.JournalKind['DISTRIBUTION'], billing.ledger.states.JournalKind['DISTRIBUTION']), (billing.ledger.states.JournalKind['CLAW_BACK'], billing.ledger.states.JournalKind['CLAW_BACK']), (billing.ledger.states.JournalKind['WRITE_OFF'], billing.ledger.states.JournalKind['WRITE_OFF']), (billing.ledger.states.JournalKind['HOLD'], billing.ledger.states.JournalKind['HOLD']), (billing.ledger.states.JournalKind['RESOLUTION'], billing.ledger.states.JournalKind['RESOLUTION']), (billing.ledger.states.JournalKind['PAYOUT'], billing.ledger.states.JournalKind['PAYOUT']), (billing.ledger.states.JournalKind['DEPOSIT'], billing.ledger.states.JournalKind['DEPOSIT']), (billing.ledger.states.JournalKind['REMITTANCE'], billing.ledger.states.JournalKind['REMITTANCE']), (billing.ledger.states.JournalKind['REPAIR'], billing.ledger.states.JournalKind['REPAIR'])], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='journal',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', [billing.ledger.states.JournalKind['PAYMENT'], billing.ledger.states.JournalKind['REFUND'], billing.ledger.states.JournalKind['EARNING'], billing.ledger.states.JournalKind['SHARE'], billing.ledger.states.JournalKind['SHARE_RETURN'], billing.ledger.states.JournalKind['DISTRIBUTION'], billing.ledger.states.JournalKind['CLAW_BACK'], billing.ledger.states.JournalKind['WRITE_OFF'], billing.ledger.states.JournalKind['HOLD'], billing.ledger.states.JournalKind['RESOLUTION'], billing.ledger.states.JournalKind['PAYOUT'], billing.ledger.states.JournalKind['DEPOSIT'], billing.ledger.states.JournalKind['REMITTANCE'], billing.ledger.states.JournalKind['REPAIR']])), name='journal_kind_known'),
        ),
    ]
