"""`python -m infra.openapi` writes the documents; `--check` refuses drift and breaking changes."""

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import django

from infra.openapi import reference

HERE = Path(__file__).parent
METHODS = {"get", "put", "post", "patch", "delete"}


def documents() -> dict[str, dict[str, Any]]:
    """Return the document of each API, with the shop as a parameter of the server's address."""
    from config.api import backoffice, hooks, storefront

    prefixes = {"storefront": "/s/{shop}/v1/", "backoffice": "/b/{shop}/v1/", "hooks": "/hooks/"}
    apis = {"storefront": storefront, "backoffice": backoffice, "hooks": hooks}
    return {
        name: json.loads(json.dumps(api.get_openapi_schema(path_prefix=prefixes[name])))
        for name, api in apis.items()
    }


def text(document: dict[str, Any]) -> str:
    """Return a document as it is committed."""
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def breaking(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return what clients of the old document would miss: operations, fields, new obligations."""
    found = []
    for path, operations in old["paths"].items():
        gone = (METHODS & set(operations)) - set(new["paths"].get(path, {}))
        found += [f"{method.upper()} {path} is gone" for method in sorted(gone)]
    schemas = new.get("components", {}).get("schemas", {})
    for name, schema in old.get("components", {}).get("schemas", {}).items():
        after = schemas.get(name, {})
        lost = set(schema.get("properties", {})) - set(after.get("properties", {}))
        found += [f"{name}.{field} is gone" for field in sorted(lost)]
        if name.endswith("In"):
            more = set(after.get("required", [])) - set(schema.get("required", []))
            found += [f"{name}.{field} became required" for field in sorted(more)]
    return found


def files() -> dict[Path, str]:
    """Return every generated file with its text: documents, their reference, the error codes, the
    handbook of readiness."""
    from config import doors, urls  # noqa: F401  # whatever can refuse is loaded
    from config.catalogue import markdown
    from preview import host  # noqa: F401
    from tenants.readiness import handbook

    docs = HERE.parents[1] / "docs"
    for door in ("config.doors", "config.urls", "preview.urls"):
        import_module(door)  # what a door refuses belongs into the codes
    found = {
        docs / "developers" / "errors.md": markdown(),
        docs / "owners" / "readiness.md": handbook.markdown(),
    }
    for name, document in documents().items():
        found[HERE / f"{name}.json"] = text(document)
        found[docs / "api" / f"{name}.md"] = reference.page(document)
    return found


def main(arguments: list[str]) -> int:
    """Write or check; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    wrong = []
    for path, wanted in files().items():
        if "--check" not in arguments:
            path.write_text(wanted)
        elif not path.exists() or path.read_text() != wanted:
            wrong.append(f"{path.name} is not what the code says: run `make openapi`")
            if path.exists() and path.suffix == ".json":
                wrong += breaking(json.loads(path.read_text()), json.loads(wanted))
    print("\n".join(wrong) or "OpenAPI documents: as committed.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
