"""The API reference as pages of the documentation, written from the OpenAPI documents."""

from collections.abc import Iterator
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")


def page(document: dict[str, Any]) -> str:
    """Return one Markdown page: every operation with its input, its answer and its notes."""
    info = document["info"]
    return "\n".join(
        [
            f"# {info['title']} {info['version']}",
            "",
            info["description"],
            "",
            "Written by `make openapi` from the code. Any operation may answer a"
            " [problem](../developers/errors.md).",
            "",
            *_operations(document),
        ]
    )


def _operations(document: dict[str, Any]) -> Iterator[str]:
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                yield from _operation(document, method, path, operations[method])


def _operation(
    document: dict[str, Any], method: str, path: str, operation: dict[str, Any]
) -> Iterator[str]:
    yield f"## {operation.get('summary', '')}"
    yield ""
    yield f"`{method.upper()} {path}`"
    yield ""
    if operation.get("description"):
        yield operation["description"]
        yield ""
    for parameter in operation.get("parameters", []):
        needed = "" if parameter.get("required") else ", optional"
        kind = _kind(parameter["schema"])
        yield f"- `{parameter['name']}` ({parameter['in']}{needed}): {kind}"
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield from _fields(document, content["schema"], "body")
    for status, response in operation["responses"].items():
        if str(status).startswith("2"):
            for content in (response.get("content") or {}).values():
                yield from _fields(document, content["schema"], f"{status}")
    yield ""


def _fields(document: dict[str, Any], schema: dict[str, Any], where: str) -> Iterator[str]:
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    found = document.get("components", {}).get("schemas", {}).get(name, schema)
    required = set(found.get("required", []))
    listed = ", ".join(
        f"`{field}`{'' if field in required else '?'} {_kind(kind)}"
        for field, kind in found.get("properties", {}).items()
    )
    yield f"- {where}: {name or _kind(schema)}" + (f": {listed}" if listed else "")


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or schema.get("const") or "any")
