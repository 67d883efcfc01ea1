"""The main job, as `make first-sale` does it, with each of the three catalogues."""

import os
from pathlib import Path

import pytest

from infra.first_sale import journey
from infra.first_sale.__main__ import CATALOGUE
from infra.stage.stage import opened

FILES = Path(__file__).resolve().parents[1] / "shop" / "catalog_files"
CATALOGUES = [CATALOGUE, FILES / "shopify-apparel.csv", FILES / "shopify-home-and-garden.csv"]


@pytest.fixture(scope="module")
def stage():
    with opened(server_url=os.environ["TEST_SERVER_URL"], settings=journey.SETTINGS) as everything:
        yield everything


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_from_signing_up_to_a_settled_sale_every_figure_agrees(stage, path):
    told = []

    outcome = journey.run(stage, path, told.append, email=f"{path.stem}@example.com")

    figures = outcome.figures
    assert figures["orders_count"] == 2
    assert figures["refunds_count"] == 1
    assert figures["gross_minor"] > figures["refunds_minor"] > 0
    assert figures["net_minor"] == (
        figures["gross_minor"]
        - figures["refunds_minor"]
        - figures["fee_minor"]
        - figures["commission_minor"]
    )
    assert outcome.checks_count > 150
    assert sum(outcome.seconds.values()) < 60
    assert any("0 violations" in line for line in told)
