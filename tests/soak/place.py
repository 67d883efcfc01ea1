"""Where a run takes place: a database of its own, copied from a pristine one for each episode."""

import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.db import connections
from django.test.utils import setup_test_environment
from psycopg import sql

from jobs.broker import broker
from tenants import directory, provisioning
from tests.soak import determinism

PUBLIC_URL = "https://xiaopu.example"
NAME = urlsplit(os.environ["DATABASE_URL"]).path.strip("/")
PRISTINE = f"{NAME}_pristine"


class Place:
    """The database and the files of a run."""

    def __init__(self) -> None:
        self.name = NAME
        self.files = Path(tempfile.mkdtemp(prefix="soak-"))
        setup_test_environment(debug=False)
        logging.disable(logging.CRITICAL)  # faults are the order of the day here
        settings.PUBLIC_URL = PUBLIC_URL
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        determinism.lead_sql()
        self._desk: psycopg.Connection[Any] | None = None
        with _server() as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        self._hasten()
        provisioning.prepare_database()
        self.run(determinism.INSTALL_CLOCK)
        provisioning.refill_spares(6)

    def run(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run a statement as the database's owner, beside every transaction of the platform."""
        if self._desk is None:
            self._desk = psycopg.connect(provisioning.owner_conninfo(), autocommit=True)
        cursor = self._desk.execute(statement, values)
        return cursor.fetchall() if cursor.description else []

    def keep(self) -> None:
        """Keep the database as it is now: every episode begins so."""
        self.let_go()
        with _server() as server:
            _copy(server, NAME, PRISTINE)

    def take_part(self, number: int) -> None:
        """Have a database and files of this process's own from the next episode on.

        Roles are the server's and named after the first database: no schema can be built here.
        """
        self.name = f"{NAME}_{number}"
        self.files = self.files / str(number)
        self.files.mkdir()
        for alias in connections:
            connections[alias].settings_dict["NAME"] = self.name

    def leave_part(self) -> None:
        """Drop the database of this process's own."""
        self.let_go()
        with _server() as server:
            _drop(server, self.name)

    def renew(self) -> None:
        """Begin again with what was kept."""
        self.let_go()
        with _server() as server:
            _drop(server, self.name)
            _copy(server, PRISTINE, self.name)
        self._hasten()
        directory.forget()

    def let_go(self) -> None:
        """Close every connection to the database."""
        for alias in connections:
            connections[alias].close()
            connections[alias].close_pool()
        broker.close()
        if self._desk is not None:
            self._desk.close()
            self._desk = None

    def end(self) -> None:
        """Leave nothing behind."""
        self.let_go()
        shutil.rmtree(self.files, ignore_errors=True)
        with _server() as server:
            for name in (NAME, PRISTINE):
                _drop(server, name)
            roles = server.execute(
                "SELECT rolname FROM pg_roles WHERE rolname LIKE %s OR rolname IN ("
                " SELECT m.rolname FROM pg_roles m JOIN pg_auth_members a ON a.member = m.oid"
                " JOIN pg_roles g ON g.oid = a.roleid"
                " WHERE g.rolname = %s AND m.rolname LIKE 'tr_t_%%') ORDER BY rolname DESC",
                [f"{NAME}_%", f"{NAME}_shops"],
            ).fetchall()
            for (role,) in roles:
                server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))

    def _hasten(self) -> None:
        """Nobody pulls the plug here: a commit need not wait for the disk."""
        with _server() as server:
            server.execute(
                sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(
                    sql.Identifier(self.name)
                )
            )


def _server() -> psycopg.Connection[Any]:
    url = urlsplit(os.environ["TEST_SERVER_URL"])
    return psycopg.connect(urlunsplit(url._replace(path="/postgres")), autocommit=True)


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    server.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )


def _copy(server: psycopg.Connection[Any], source: str, target: str) -> None:
    server.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}").format(
            sql.Identifier(target), sql.Identifier(source), sql.SQL("FILE_COPY")
        )
    )
