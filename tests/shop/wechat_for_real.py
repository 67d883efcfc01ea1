"""A shop whose WeChat is the simulator: its pushes come through our own doors."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client, override_settings

from shop.members import actions as members
from shop.members.models import Member
from tenants import context
from tenants.context import Shop
from tenants.models import MiniProgram
from tests.wechat_simulator.stage import Listener, Received, Simulated
from wechat import breaker, component, login
from wechat.credentials import Credentials


class World:
    """One app of the shop at the simulator, and the way of its pushes to us."""

    def __init__(self, simulated: Simulated, listener: Listener, shop: Shop) -> None:
        self.simulated, self.listener, self.shop = simulated, listener, shop
        self._taken = 0
        listener.status = 200
        simulated.control(
            "PUT",
            "component",
            ticket_url=f"{listener.base}/hooks/wechat/component",
            message_url=f"{listener.base}/hooks/wechat/apps/$APPID$/events",
        )
        simulated.control("POST", "component/push_ticket")
        self.hear(1)
        made = simulated.control("POST", "mini_programs", name="Teahouse")
        self.appid: str = made["appid"]
        with context.public():
            component.adopt_authorization(made["auth_code"])
            MiniProgram.objects.update_or_create(
                appid=self.appid, defaults={"tenant_id": shop.id}
            )

    def visit(self, user: str = "alice") -> Member:
        """Sign in as the mini-program does: from now on the openid is fresh."""
        made = self.simulated.control("POST", "login", appid=self.appid, user=user)
        with context.public():
            session = login.code_to_session(appid=self.appid, code=made["code"])
        return members.sign_in(appid=self.appid, openid=session.openid).member

    def hear(self, count: int) -> list[Any]:
        """Wait for so many pushes more, and let each in at our door; return our answers."""
        received = self.listener.wait_for(self._taken + count)
        fresh, self._taken = received[self._taken :], len(received)
        return [self._let_in(one) for one in fresh]

    def _let_in(self, one: Received) -> Any:
        with context.public():
            answer = Client().post(
                one.path, one.body, content_type=one.headers.get("Content-Type", "text/xml")
            )
        assert answer.status_code == 200, answer.content
        return answer


@pytest.fixture
def real_wechat(
    simulated: Simulated, listener: Listener, shop: Shop, settings: Any, tmp_path: Any
) -> Iterator[World]:
    """The shop at the simulator; files of the shop are served to it."""
    settings.MEDIA_ROOT = tmp_path / "files" / "media"
    settings.MEDIA_ROOT.mkdir(parents=True)
    handler = partial(_Quiet, directory=str(tmp_path / "files"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    breaker.reset()
    whole = Credentials.read(simulated.program.directory / "credentials.json")
    with override_settings(
        WECHAT=whole, PUBLIC_URL=f"http://127.0.0.1:{server.server_port}"
    ):
        yield World(simulated, listener, shop)
    server.shutdown()
    thread.join()
    server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass
