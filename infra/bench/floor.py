"""The floor: the same work as bare prepared statements on hand-written tables, nothing around it.

It stands in a schema of its own in the same database and is reached over the same socket by the
same number of clients, so its cost in this run can be set against ours.
"""

import random
from collections.abc import Callable
from itertools import count

import psycopg

_TABLES = """
DROP SCHEMA IF EXISTS floor CASCADE;
CREATE SCHEMA floor;
SET search_path = floor;
CREATE TABLE product (
    id bigint PRIMARY KEY, category_id int NOT NULL, title text NOT NULL, body text NOT NULL,
    price_minor bigint NOT NULL, picture text NOT NULL);
CREATE TABLE sku (
    id bigint PRIMARY KEY, product_id bigint NOT NULL REFERENCES product, label text NOT NULL,
    price_minor bigint NOT NULL);
CREATE TABLE stock (
    sku_id bigint PRIMARY KEY REFERENCES sku, on_hand int NOT NULL CHECK (on_hand >= 0));
CREATE TABLE purchase (
    id bigint PRIMARY KEY, buyer_id bigint NOT NULL, total_minor bigint NOT NULL,
    state text NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE TABLE line (
    purchase_id bigint NOT NULL REFERENCES purchase, sku_id bigint NOT NULL REFERENCES sku,
    quantity int NOT NULL CHECK (quantity > 0), price_minor bigint NOT NULL,
    PRIMARY KEY (purchase_id, sku_id));
CREATE TABLE stock_move (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sku_id bigint NOT NULL,
    purchase_id bigint NOT NULL, quantity int NOT NULL);
CREATE TABLE money_move (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, purchase_id bigint NOT NULL,
    debit text NOT NULL, credit text NOT NULL, amount_minor bigint NOT NULL CHECK (amount_minor > 0)
);
CREATE TABLE callback (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, purchase_id bigint NOT NULL,
    body text NOT NULL);
"""
_FILL = """
INSERT INTO product SELECT n, n %% 30, 'Product ' || n, repeat('words ', 120), 1000 + n,
    '/media/' || n || '.webp' FROM generate_series(1, %(products)s) n;
INSERT INTO sku SELECT n, 1 + (n - 1) / 3, 'SKU ' || n, 1000 + n
    FROM generate_series(1, %(products)s * 3) n;
INSERT INTO stock SELECT id, 1000000000 FROM sku;
CREATE INDEX product_by_category ON product (category_id, id);
CREATE INDEX sku_by_product ON sku (product_id);
ANALYZE product, sku, stock
"""
_LIST = """
SELECT id, title, price_minor, picture FROM floor.product
WHERE category_id = %s ORDER BY id DESC LIMIT 20"""
_PRODUCT = "SELECT id, title, body, price_minor, picture FROM floor.product WHERE id = %s"
_SKUS = """
SELECT s.id, s.label, s.price_minor, st.on_hand FROM floor.sku s
JOIN floor.stock st ON st.sku_id = s.id WHERE s.product_id = %s ORDER BY s.id"""
_PURCHASE = """
INSERT INTO floor.purchase (id, buyer_id, total_minor, state) VALUES (%s, %s, %s, 'paid')"""
_LINES = """
INSERT INTO floor.line (purchase_id, sku_id, quantity, price_minor)
VALUES (%s, %s, 1, 1000), (%s, %s, 1, 1000)"""
_TAKE = "UPDATE floor.stock SET on_hand = on_hand - 1 WHERE sku_id = %s AND on_hand >= 1"
_STOCK_MOVES = """
INSERT INTO floor.stock_move (sku_id, purchase_id, quantity) VALUES (%s, %s, -1), (%s, %s, -1)"""
_MONEY_MOVE = """
INSERT INTO floor.money_move (purchase_id, debit, credit, amount_minor)
VALUES (%s, 'wechat', 'held', 2000)"""

_CALLBACK = "INSERT INTO floor.callback (purchase_id, body) VALUES (%s, %s)"
_PAID = "UPDATE floor.purchase SET state = 'paid', at = now() WHERE id = %s"
_FEE_MOVE = """
INSERT INTO floor.money_move (purchase_id, debit, credit, amount_minor)
VALUES (%s, 'fees', 'wechat', 12)"""


def prepare(url: str, products: int) -> None:
    """Make the tables anew and fill them with as many products as the measured shop has."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_TABLES)
        for statement in _FILL.split(";"):
            connection.execute(statement, {"products": products})


class Clerk:
    """One connection that does the bare work. One to a thread."""

    def __init__(self, url: str, number: int, products: int) -> None:
        self._connection = psycopg.connect(url, autocommit=True, prepare_threshold=0)
        self._random, self._products = random.Random(number), products  # noqa: S311  # no secret
        self._ids = count(number * 10**12)
        self._made: list[int] = []

    def list_products(self) -> None:
        """Read twenty products of a category."""
        self._read(_LIST, self._random.randrange(30))

    def show_product(self) -> None:
        """Read a product and its three SKUs."""
        product = self._random.randint(1, self._products)
        self._read(_PRODUCT, product)
        self._read(_SKUS, product)

    def order(self) -> None:
        """Write an order of two lines with its stock and its ledgers: eight round trips."""
        first, second = sorted(self._random.sample(range(1, self._products * 3 + 1), 2))
        key, run = next(self._ids), self._connection.execute
        run("BEGIN")
        run(_PURCHASE, (key, 1, 2000))
        run(_LINES, (key, first, key, second))
        for sku in (first, second):
            if run(_TAKE, (sku,)).rowcount != 1:
                raise AssertionError("the floor's stock ran out")
        run(_STOCK_MOVES, (first, key, second, key))
        run(_MONEY_MOVE, (key,))
        run("COMMIT")
        self._made.append(key)

    def settle(self) -> None:
        """Note a callback, mark an order as paid and write two lines of a ledger: six trips."""
        if not self._made:
            self.order()
        key, run = self._random.choice(self._made), self._connection.execute
        run("BEGIN")
        run(_CALLBACK, (key, "x" * 700))
        run(_PAID, (key,))
        run(_MONEY_MOVE, (key,))
        run(_FEE_MOVE, (key,))
        run("COMMIT")

    def leave(self) -> None:
        """Hang up."""
        self._connection.close()

    def _read(self, statement: str, value: int) -> None:
        if not self._connection.execute(statement, (value,)).fetchall():
            raise AssertionError("the floor is empty")


WORKS: dict[str, Callable[[Clerk], None]] = {
    "list": Clerk.list_products,
    "detail": Clerk.show_product,
    "order": Clerk.order,
}
