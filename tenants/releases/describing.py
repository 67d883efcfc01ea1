"""What a release tells: ext.json, its hash, what stands in its way. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from tenants.models import MiniProgram
from tenants.programs.queries import Lack, api_base
from tenants.releases.models import Release, Template


def ext_of(program: MiniProgram, template: Template) -> dict[str, str]:
    """Return all that ext.json tells the code: whose it is, where our API is, which version."""
    return {"tenant": program.tenant.public_id, "apiBase": api_base(), "v": template.version}


def hash_of(ext: Mapping[str, str]) -> str:
    """Return what tells two ext.json apart."""
    text = json.dumps(ext, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def problem_of(lacks: Sequence[Lack]) -> dict[str, Any]:
    if not lacks:
        return {"problem_code": "", "problem": ""}
    return {"problem_code": lacks[0].code, "problem": lacks[0].zh}


def facts_of(release: Release) -> dict[str, str]:
    return {"version": release.template.version, "ext_hash": release.ext_hash, "goal": release.goal}
