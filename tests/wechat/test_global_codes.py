"""What the client does at each code of CONTRACT §0.3, seen from WeChat's side of the wire.

The same call is made for a shop's app and for the platform. WeChat says the code for ever: what is
raised, whether it is worth a retry, how often the call went out, and which token was renewed.
"""

import json
from collections import Counter
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from kernel import clock
from tenants import context
from wechat import callers, component, errors, login, metrics, own_app, phone, tokens
from wechat.models import AccessToken

COMPONENT = "wx00000000000000c0"
SHOP = "wx0000000000000001"
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
APP_CALL, PLATFORM_CALL = "/wxa/of_an_app", "/wxa/of_the_platform"
COMPONENT_TOKEN = "/cgi-bin/component/api_component_token"
AUTHORIZER_TOKEN = "/cgi-bin/component/api_authorizer_token"

CODES = [
    # errcode, raised, worth a retry, how often asked, is the token renewed once
    (-1, errors.WeChatBusy, True, 2, False),
    (40001, errors.TokenNotAccepted, True, 2, True),
    (40014, errors.TokenNotAccepted, True, 2, True),
    (42001, errors.TokenNotAccepted, True, 2, True),
    (42006, errors.TokenNotAccepted, True, 2, True),
    (40013, errors.OperatorMustAct, False, 1, False),
    (40125, errors.OperatorMustAct, False, 1, False),
    (40003, errors.WeChatRefused, False, 1, False),
    (40029, errors.LoginCodeNotAccepted, False, 1, False),
    (40163, errors.LoginCodeNotAccepted, False, 1, False),
    (40091, errors.TicketNotAccepted, True, 1, False),
    (61005, errors.TicketNotAccepted, True, 1, False),
    (61006, errors.TicketNotAccepted, True, 1, False),
    (40097, errors.WeChatRefused, False, 1, False),
    (47001, errors.WeChatRefused, False, 1, False),
    (44002, errors.WeChatRefused, False, 1, False),
    (43002, errors.WeChatRefused, False, 1, False),
    (40164, errors.OperatorMustAct, False, 1, False),
    (45035, errors.OperatorMustAct, False, 1, False),
    (61004, errors.OperatorMustAct, False, 1, False),
    (41030, errors.PageNotReleased, False, 1, False),
    (45009, errors.WeChatBusy, True, 1, False),
    (45011, errors.WeChatBusy, True, 1, False),
    (48006, errors.WeChatRefused, False, 1, False),
    (48001, errors.PermissionNotGranted, False, 1, False),
    (61007, errors.PermissionNotGranted, False, 1, False),
    (50001, errors.PermissionNotGranted, False, 1, False),
    (61003, errors.AuthorizationLost, False, 1, False),
    (61023, errors.AuthorizationLost, False, 1, False),
    (87009, errors.WeChatRefused, False, 1, False),
]
every_code = pytest.mark.parametrize(
    ("errcode", "kind", "retryable", "asked", "renewed"), CODES, ids=[str(c[0]) for c in CODES]
)
TOKENS = {
    COMPONENT_TOKEN: {"component_access_token": "C-2", "expires_in": 7200},
    AUTHORIZER_TOKEN: {
        "authorizer_access_token": "S-2",
        "expires_in": 7200,
        "authorizer_refresh_token": "R-2",
    },
    "/cgi-bin/stable_token": {"access_token": "O-2", "expires_in": 7200},
}


class Wechat:
    """Gives tokens to whoever asks, and `answers` to every other call."""

    def __init__(self, stub):
        self._stub, self._answers = stub, {}
        stub.says(*[self._answer] * 10)

    def says(self, path, *contents):
        """Give these answers to a path, one after the other, and the last one for ever."""
        self._answers[path] = list(contents)

    def asked(self):
        return Counter(urlsplit(target).path for _, target, _, _ in self._stub.asked)

    def _answer(self, handler):
        path = urlsplit(handler.path).path
        contents = self._answers.get(path) or [TOKENS[path]]
        content = contents.pop(0) if len(contents) > 1 else contents[0]
        return 200, {}, json.dumps(content).encode()


@pytest.fixture
def wechat(db, stub):
    """A shop that authorised us and a platform with its ticket; both tokens are in hand."""
    push = {
        "InfoType": "component_verify_ticket",
        "ComponentVerifyTicket": "ticket@@@1",
        "CreateTime": str(int(NOW.timestamp())),
    }
    kinds = AccessToken.Kind
    with context.public(), clock.at(NOW):
        component.save_ticket(push)
        tokens.save(COMPONENT, kind=kinds.COMPONENT, minted=tokens.Minted("C-1", 7200))
        tokens.save(SHOP, kind=kinds.AUTHORIZER, minted=tokens.Minted("S-1", 7200, "R-1"))
        yield Wechat(stub)


def for_app():
    return callers.app_post(SHOP, APP_CALL, call="test.app", content={})


def for_platform():
    return callers.platform_get(PLATFORM_CALL, call="test.platform")


def said(errcode):
    return {"errcode": errcode, "errmsg": "no rid: 6543-ab-12"}


def counted(call, kind):
    return metrics.calls.labels(call, kind.__name__)._value.get()


@pytest.mark.django_db
class TestEachCode:
    @every_code
    def test_for_a_shops_app(self, wechat, errcode, kind, retryable, asked, renewed):
        wechat.says(APP_CALL, said(errcode))
        before = counted("test.app", kind)
        with pytest.raises(errors.WeChatFailure) as caught:
            for_app()
        failure = caught.value
        assert type(failure) is kind
        assert (failure.code, failure.rid) == (str(errcode), "6543-ab-12")
        assert (failure.retryable, failure.outcome_unknown) == (retryable, False)
        tokens_asked = {AUTHORIZER_TOKEN: 1} if renewed else {}
        assert wechat.asked() == {APP_CALL: asked, **tokens_asked}
        assert counted("test.app", kind) - before == (2 if renewed else 1)

    @every_code
    def test_for_the_platform(self, wechat, errcode, kind, retryable, asked, renewed):
        wechat.says(PLATFORM_CALL, said(errcode))
        with pytest.raises(errors.WeChatFailure) as caught:
            for_platform()
        assert type(caught.value) is kind
        assert caught.value.retryable is retryable
        tokens_asked = {COMPONENT_TOKEN: 1} if renewed else {}
        assert wechat.asked() == {PLATFORM_CALL: asked, **tokens_asked}

    @pytest.mark.parametrize("errcode", [40001, 40014, 42001, 42006, -1])
    def test_what_passes_after_one_more_try_is_no_failure(self, errcode, wechat):
        wechat.says(APP_CALL, said(errcode), {"errcode": 0, "answer": 42})
        wechat.says(PLATFORM_CALL, said(errcode), {"errcode": 0, "answer": 43})
        assert for_app()["answer"] == 42
        assert for_platform()["answer"] == 43
        assert wechat.asked()[APP_CALL] == 2
        assert wechat.asked()[PLATFORM_CALL] == 2

    @every_code
    def test_a_code_spelt_as_a_text_means_the_same(
        self, wechat, errcode, kind, retryable, asked, renewed
    ):
        wechat.says(APP_CALL, said(str(errcode)))
        with pytest.raises(kind):
            for_app()
        assert wechat.asked()[APP_CALL] == asked

    def test_the_table_is_the_contracts(self):
        assert len(CODES) == len({code for code, *_ in CODES}) == 30
        assert errors.ERRCODES.keys() >= {code for code, *_ in CODES}


@pytest.mark.django_db
class TestWhereTheyAreSaid:
    """The codes that only some calls give, at those calls."""

    @pytest.mark.parametrize("errcode", [40091, 61005, 61006])
    def test_a_bad_ticket_stops_every_call_until_the_next_push(self, errcode, wechat):
        AccessToken.objects.all().delete()
        wechat.says(COMPONENT_TOKEN, said(errcode))
        for call in (for_platform, for_app):
            with pytest.raises(errors.TicketNotAccepted) as caught:
                call()
            assert caught.value.retryable
        assert wechat.asked() == {COMPONENT_TOKEN: 2}
        component.save_ticket(
            {
                "InfoType": "component_verify_ticket",
                "ComponentVerifyTicket": "ticket@@@2",
                "CreateTime": str(int(NOW.timestamp()) + 600),
            }
        )
        wechat.says(COMPONENT_TOKEN, TOKENS[COMPONENT_TOKEN])
        wechat.says(PLATFORM_CALL, {"answer": 42})
        assert for_platform() == {"answer": 42}

    @pytest.mark.parametrize("errcode", [40013, 40125, 40164, 61004])
    def test_a_wrong_secret_or_address_is_the_operators(self, errcode, wechat):
        AccessToken.objects.all().delete()
        wechat.says(COMPONENT_TOKEN, said(errcode))
        with pytest.raises(errors.OperatorMustAct):
            for_platform()
        assert wechat.asked() == {COMPONENT_TOKEN: 1}

    @pytest.mark.parametrize("errcode", [61003, 61023])
    def test_an_authorisation_taken_back_shows_at_the_renewal(self, errcode, wechat):
        AccessToken.objects.filter(appid=SHOP).update(expires_at=NOW)
        wechat.says(AUTHORIZER_TOKEN, said(errcode))
        wechat.says("/cgi-bin/component/api_get_authorizer_list", {"total_count": 0, "list": []})
        with pytest.raises(errors.AuthorizationLost):
            for_app()
        assert wechat.asked()[APP_CALL] == 0
        assert wechat.asked()[AUTHORIZER_TOKEN] == 1

    def test_the_platforms_token_expires_in_the_middle_of_a_renewal(self, wechat):
        """42006 is about the platform's token, though a shop's was asked for."""
        AccessToken.objects.filter(appid=SHOP).update(expires_at=NOW)
        wechat.says(AUTHORIZER_TOKEN, said(42006), TOKENS[AUTHORIZER_TOKEN])
        wechat.says(APP_CALL, {"answer": 42})
        assert for_app() == {"answer": 42}
        assert wechat.asked() == {COMPONENT_TOKEN: 1, AUTHORIZER_TOKEN: 2, APP_CALL: 1}

    @pytest.mark.parametrize("errcode", [40029, 40163])
    def test_a_login_code_is_asked_for_anew(self, errcode, wechat):
        wechat.says("/sns/component/jscode2session", said(errcode))
        wechat.says("/sns/jscode2session", said(errcode))
        wechat.says("/wxa/business/getuserphonenumber", said(errcode))
        with pytest.raises(login.LoginCodeRefused):
            login.code_to_session(appid=SHOP, code="code")
        with pytest.raises(login.LoginCodeRefused):
            own_app.own_session("wx0000000000000009", "secret", "code")
        with pytest.raises(errors.LoginCodeNotAccepted):
            phone.phone_number(SHOP, "code")
        assert set(wechat.asked().values()) == {1}

    def test_an_own_apps_token_is_renewed_once_too(self, wechat):
        tried = []

        def ask(token):
            tried.append(token)
            raise errors.failure_for(40001, "no")

        held = tokens.Minted("O-1", 7200)
        tokens.save("wx0000000000000009", kind=AccessToken.Kind.OWN, minted=held)
        with pytest.raises(errors.TokenNotAccepted):
            own_app.as_own("wx0000000000000009", "secret", ask)
        assert tried == ["O-1", "O-2"]
        assert wechat.asked() == {"/cgi-bin/stable_token": 1}
