"""What the shop says by itself to those who follow it or write to it."""

from django.db import models
from django.db.models import Q

from kernel import clock
from kernel.identifiers import uuid7
from shop.replies.states import Occasion, ReplyKind


class Rule(models.Model):
    """One reply. The first rule that fits, by position, speaks."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    occasion = models.CharField(max_length=16, choices=[(o, o) for o in Occasion])
    keyword = models.CharField(max_length=40, blank=True, default="")
    """As words are compared (`moderation.words.normalised`); empty for FOLLOWED."""
    kind = models.CharField(max_length=16, choices=[(k, k) for k in ReplyKind])
    text = models.TextField(blank=True, default="")
    link_appid = models.CharField(max_length=32, blank=True, default="")
    link_path = models.CharField(max_length=200, blank=True, default="")
    link_title = models.CharField(max_length=60, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "replies_rule"
        constraints = [
            models.CheckConstraint(
                condition=Q(occasion__in=list(Occasion), kind__in=list(ReplyKind)),
                name="reply_rule_known",
            ),
            models.CheckConstraint(
                condition=Q(occasion=Occasion.FOLLOWED, keyword="")
                | (~Q(occasion=Occasion.FOLLOWED) & ~Q(keyword="")),
                name="reply_rule_has_keyword",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} {self.keyword}".rstrip()


class SentPart(models.Model):
    """A part of a reply by customer service that was claimed: it is sent at most once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    push_id = models.UUIDField()
    place = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "replies_sentpart"
        constraints = [
            models.UniqueConstraint(fields=["push_id", "place"], name="reply_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.push_id} {self.place}"
