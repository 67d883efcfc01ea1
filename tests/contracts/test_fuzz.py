"""schemathesis against both APIs: no 5xx, and every answer fits what the document says.

Each generated request runs in a savepoint of the test's own transaction, so that hundreds of them
find the same world: a shop with one of everything, its ids offered as examples.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
import requests
import schemathesis
import urllib3
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.failures import FailureGroup
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.isolation.test_crawler import worlds  # noqa: F401  # a fixture
from tests.isolation.world import World, fresh_key

HOST = "http://testserver"
CHECKS = [
    schemathesis.checks.not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]
FUZZ = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def operations(world: World, door: str) -> Iterator[Any]:
    document = Client().get(f"/{door}/{world.shop.public_id}/v1/openapi.json").json()
    for result in from_dict(document).get_all_operations():
        yield result.ok()


def answer_to(case: Any, headers: dict[str, str]) -> requests.Response:
    """Send a generated request through Django's own client; return requests' kind of answer."""
    asked = requests.Request(**case.as_transport_kwargs(base_url=HOST, headers=headers)).prepare()
    body = asked.body or b""
    got = Client().generic(
        asked.method or "GET",
        str(asked.url).removeprefix(HOST),
        body.encode() if isinstance(body, str) else body,
        content_type=asked.headers.get("Content-Type", ""),
        headers={k: str(v) for k, v in asked.headers.items() if k.lower() != "content-length"},
    )
    content = b"".join(got.streaming_content) if got.streaming else got.content
    raw = urllib3.HTTPResponse(
        BytesIO(content), dict(got.items()), got.status_code, preload_content=False
    )
    return requests.adapters.HTTPAdapter().build_response(asked, raw)


def headers_of(world: World, door: str) -> dict[str, str]:
    if door == "s":
        return {"Authorization": f"Bearer {world.token}", **fresh_key()}
    cookies = world.desk._client.cookies
    return {"Cookie": "; ".join(f"{m.key}={m.value}" for m in cookies.values()), **fresh_key()}


@pytest.mark.parametrize("door", ["s", "b"])
def test_no_request_breaks_the_api_or_its_document(
    worlds: tuple[World, World],  # noqa: F811
    door: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = worlds[0]
    monkeypatch.setattr("ninja.security.apikey.check_csrf", lambda *_: None)
    tried, found = 0, []
    for operation in operations(world, door):

        @FUZZ
        @given(case=operation.as_strategy())
        def run(case: Any) -> None:
            nonlocal tried
            tried += 1
            for name in set(case.path_parameters or {}) & set(world.ids):
                if tried % 2:  # half of the requests name things that are there
                    case.path_parameters[name] = str(world.ids[name])
            savepoint = transaction.atomic()
            savepoint._from_testcase = True  # verbs inside are their own transactions
            with savepoint:
                sent = headers_of(world, door)
                case.validate_response(answer_to(case, sent), checks=CHECKS, headers=sent)
                transaction.set_rollback(True)

        try:
            run()
        except FailureGroup as failures:
            found += [f"{operation.label}: {failure}" for failure in failures.exceptions]
    assert "\n".join(found) == ""
    assert tried > 200
