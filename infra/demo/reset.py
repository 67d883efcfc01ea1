"""`python -m infra.demo.reset`: forget everything the demo and the tests kept in `.data`."""

import shutil
import sys
from pathlib import Path

import psycopg

from infra import embedded_postgres
from infra.demo import place
from infra.demo.place import DemoCannotRun


def main() -> int:
    """Delete the data directory; refuse while anybody uses it."""
    try:
        here = place.find()
        if not here.data.exists():
            print("没有可删除的数据。 · There is nothing to forget.")
            return 0
        with here.occupied():
            for found in sorted(here.data.glob("*/.lock")):
                _stop(found.parent)
            shutil.rmtree(here.data)
    except DemoCannotRun as reason:
        print(reason, file=sys.stderr)
        return 1
    print(f"已清空 {here.data} · Forgot everything in {here.data}")
    return 0


def _stop(postgres: Path) -> None:
    """Stop a PostgreSQL that was left running, as the tests do; refuse while it is in use."""
    if not embedded_postgres.running(postgres):
        return
    with psycopg.connect(embedded_postgres.url(postgres)) as connection:
        users = connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
    if users and users[0]:
        raise DemoCannotRun(
            f"数据库 {postgres} 正在使用中（测试在运行？），未删除任何数据。\n"
            f"The database in {postgres} is in use (are tests running?). Nothing was deleted."
        )
    embedded_postgres.stop(postgres)


if __name__ == "__main__":
    sys.exit(main())
