"""Many shops, made by the platform's own verbs inside its environment.

`python -m infra.bench_tenants.fleet stock SHOPS PRODUCTS SIMULATOR_URL` prints the wares of each
shop as one JSON line; `... grow SHOPS` opens shops until there are so many and prints their public
ids; `... bulk PUBLIC_ID JOBS` gives one shop so many bulk jobs.
"""

import json
import sys
import time

import django

django.setup()

from django.db import transaction  # noqa: E402  # models exist only now

from infra.bench.wares import make_shop, open_shop  # noqa: E402
from jobs.messages import publish_all  # noqa: E402
from kernel import identifiers  # noqa: E402
from shop.media.messages import FetchImage  # noqa: E402
from shop.media.models import Image  # noqa: E402
from tenants import context, directory, provisioning  # noqa: E402
from tenants.models import Tenant  # noqa: E402


def grow(wanted: int) -> list[str]:
    """Open shops until there are `wanted`; return the public ids of all."""
    there = Tenant.objects.count()
    began, first = time.monotonic(), there
    for number in range(there, wanted):
        provisioning.add_spare()
        open_shop(f"Neighbour {number}")
        if number % 250 == 249:
            pace = (time.monotonic() - began) / (number + 1 - first)
            left = pace * (wanted - number - 1)
            print(f"  … {number + 1} shops, about {left:.0f} s left", file=sys.stderr, flush=True)
    return list(Tenant.objects.order_by("pk").values_list("public_id", flat=True))


def load_with_bulk(public_id: str, jobs: int) -> int:
    """Have one shop fetch so many pictures, as a large import does; return how many.

    The addresses are of this machine, which the platform refuses to call: each job reads its
    picture, resolves the name, and writes down that it failed.
    """
    shop = directory.shop_by_public_id(public_id)
    assert shop is not None
    with context.activate(shop), transaction.atomic():
        images = Image.objects.bulk_create(
            Image(source_url=f"https://localhost/{identifiers.opaque(8)}-{n}.png")
            for n in range(jobs)
        )
        publish_all([FetchImage(image.pk) for image in images])
    return jobs


def main(command: str, *arguments: str) -> object:
    """Run one command."""
    match command, *arguments:
        case "stock", shops, products, simulator_url:
            names = [f"Stocked{number:02d}" for number in range(int(shops))]
            return [make_shop(int(products), simulator_url, name) for name in names]
        case "grow", shops:
            return grow(int(shops))
        case "bulk", public_id, jobs:
            return load_with_bulk(public_id, int(jobs))
    raise SystemExit(__doc__)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
