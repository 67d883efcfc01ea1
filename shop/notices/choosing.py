"""Choosing an app's templates at WeChat: what is there is used, what is missing is added.

Asks WeChat and writes nothing here, so that a worker may die anywhere: the next one finds what was
added. Needs the public schema current and no open transaction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shop.notices.news import RECIPES, Fact, Line, News, chosen_lines, facts_by_key
from wechat import subscriptions
from wechat.subscriptions import LibraryTitle, OwnTemplate

_PAGE, _MOST_PAGES = 30, 50
_MOST_OF_ONE_TITLE = 2
"""An app that has so many of one title, and none that we can fill, gets no further one."""


@dataclass(frozen=True)
class Chosen:
    """A template of the app that tells a news, and which fact each of its values is."""

    template_id: str
    title: str
    facts: dict[str, Fact]


def choose(appid: str) -> dict[News, Chosen]:
    """Return a template for each news that the app can tell. Raises a WeChatFailure."""
    own = subscriptions.own_templates(appid)
    found = _usable(own)
    missing = [news for news in News if news not in found]
    if missing and _add(appid, missing, own):
        found = _usable(subscriptions.own_templates(appid))
    return found


def _usable(own: Sequence[OwnTemplate]) -> dict[News, Chosen]:
    found: dict[News, Chosen] = {}
    for news, recipe in RECIPES.items():
        fits = [one for one in own if one.is_one_off and one.title in recipe.titles]
        for one in sorted(fits, key=lambda fit: recipe.titles.index(fit.title)):
            facts = facts_by_key(news, one.content)
            if facts and news not in found:
                found[news] = Chosen(one.template_id, one.title, dict(facts))
    return found


def _add(appid: str, missing: Sequence[News], own: Sequence[OwnTemplate]) -> int:
    """Add what the library has of the missing ones; return how many."""
    library = list(_library(appid))
    return sum(_add_one(appid, news, library, own) for news in missing)


def _add_one(
    appid: str, news: News, library: Sequence[LibraryTitle], own: Sequence[OwnTemplate]
) -> bool:
    recipe = RECIPES[news]
    fits = [one for one in library if one.is_one_off and one.title in recipe.titles]
    for fit in sorted(fits, key=lambda one: recipe.titles.index(one.title)):
        if sum(one.title == fit.title for one in own) >= _MOST_OF_ONE_TITLE:
            continue
        offered = subscriptions.library_keywords(appid, tid=fit.tid)
        lines = chosen_lines(news, [Line(one.keyword_id, one.name, one.rule) for one in offered])
        if lines:
            subscriptions.add_template(
                appid, tid=fit.tid, keyword_ids=lines, scene_desc=recipe.scene
            )
            return True
    return False


def _library(appid: str) -> Iterator[LibraryTitle]:
    """Read the library of the app's categories, page by page."""
    ids = [category.category_id for category in subscriptions.categories(appid)]
    if not ids:
        return
    for number in range(_MOST_PAGES):
        page = subscriptions.library_titles(
            appid, category_ids=ids, start=number * _PAGE, limit=_PAGE
        )
        yield from page.titles
        if (number + 1) * _PAGE >= page.count or not page.titles:
            return
