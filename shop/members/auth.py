"""Who of the members is at the door of the storefront: `auth=member` on a route."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from shop.members import actions, queries
from shop.members.models import Member
from shop.members.states import MemberState


class MemberBearer(HttpBearer):
    """Let in whoever brings a token of this shop. Another shop's token is unknown here."""

    def authenticate(self, request: HttpRequest, token: str) -> Member | None:
        """Return the Member, None for a stranger; refuse a blocked one."""
        found = queries.find_token(token)
        if found is None:
            return None
        if found.member.state == MemberState.BLOCKED:
            raise actions.MemberBlocked
        actions.renew(token=found)
        request.member_token = found  # type: ignore[attr-defined]  # for POST /logout
        return found.member


member = MemberBearer()


def visitor(request: HttpRequest) -> str:
    """Let in everybody else, on a route that says more to members: `auth=[member, visitor]`."""
    return "visitor"
