"""A fresh database on a server that runs already, and its end: roles live beside databases."""

from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

_ROLES = """
SELECT shop.rolname FROM pg_auth_members bond
JOIN pg_roles shop ON shop.oid = bond.member JOIN pg_roles shops ON shops.oid = bond.roleid
WHERE shops.rolname = %(shops)s
UNION SELECT rolname FROM pg_roles WHERE rolname IN (%(shops)s, %(app)s)"""


def create(server_url: str, name: str) -> str:
    """Make the database `name` on the server, owned by the URL's login; return its URL."""
    with _server(server_url) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


def drop(server_url: str, name: str) -> None:
    """Drop the database, whoever is connected, and the roles that were made for it."""
    with _server(server_url) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )
        roles = connection.execute(_ROLES, {"shops": f"{name}_shops", "app": f"{name}_app"})
        for (role,) in roles.fetchall():
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def _server(url: str) -> psycopg.Connection:
    """Connect to the server's own database: one's own cannot be dropped."""
    return psycopg.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")), autocommit=True)
