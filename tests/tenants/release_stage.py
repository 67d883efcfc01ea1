"""A mini-program that can be released, and what a test asks of its releases."""

from tenants.models import MiniProgram, Tenant
from tenants.programs.models import Setting
from tenants.releases import actions, library, queries
from tenants.releases.models import Release, Template
from tenants.releases.states import Goal
from tests.tenants.wechat_stage import Simulator
from wechat import component

BY = "owner@example.com"
PAGES = ["pages/home/index", "pages/orders/index"]


def configured_app(wechat: Simulator, tenant: Tenant) -> MiniProgram:
    """Make an authorised and configured mini-program of a shop."""
    made = wechat.control("POST", "mini_programs", {"name": "Teahouse"})
    component.adopt_authorization(made["auth_code"])
    program = MiniProgram.objects.create(
        tenant=tenant, appid=made["appid"], state="authorised", user_name="gh_1"
    )
    Setting.objects.bulk_create(
        Setting(mini_program=program, part=part, state="applied") for part in ("domains", "privacy")
    )
    wechat.control("PUT", "settings", {"audit_quota": 100, "audit_used": 0})
    wechat.ears.heard.clear()
    return program


def offered(wechat: Simulator, versions: dict[str, int], version: str) -> Template:
    """Return a template of this version, made in the simulator once."""
    if version not in versions:
        versions[version] = wechat.new_template(version, pages=PAGES)
    return library.register_template(
        version=version, wx_template_id=versions[version], order_path="pages/orders/index"
    )


def fresh(release: Release) -> Release:
    rows = Release.objects.select_related("mini_program__tenant", "template", "supersedes")
    return rows.get(pk=release.pk)


def events(release: Release) -> list[str]:
    return [step.event for step in queries.steps_of(release)]


def released(app: MiniProgram, run, decide, template: Template) -> Release:
    """Bring a template all the way, the reviewer agreeing."""
    release = actions.start(program=app, by=BY, goal=Goal.RELEASE, template=template)
    run()
    decide(app, "pass")
    release = fresh(release)
    assert release.state == "released"
    return release
