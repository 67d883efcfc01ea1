"""What of a shop lies on the platform: what travels with it, and what is erased with it.

Every table of the platform is named here; a test fails for one that is not.
"""

from collections.abc import Mapping

_ROLLUP = """
SELECT (to_jsonb(t) - 'id' - 'tenant_public_id')::text FROM public.{table} t
WHERE tenant_public_id = %(public_id)s ORDER BY t.id"""

ROLLUPS = ("rollups_shopday", "rollups_shopdifference", "rollups_shoptrouble")
"""What the shop publishes: figures, differences, what waits for a person. By public id."""

JOBS = "jobs"
QUEUE = "dramatiq.queue"
"""Every cell has one."""
STRAYS = "public.archives_strayschema"
"""Names the schemas beside the shop's own: its rows go when those are gone."""
TRAVELLING: Mapping[str, str] = {
    **{table: _ROLLUP.format(table=table) for table in ROLLUPS},
    JOBS: """
SELECT jsonb_build_object('queue_name', queue_name, 'message', message,
    'available_at', available_at)::text
FROM dramatiq.queue WHERE tenant = %(public_id)s AND state IN ('queued', 'consumed')
ORDER BY position""",
}
"""Members below `platform/` and the statements that write them, a JSON object a line.

Not among them: plan, invoices, callbacks as they came, releases. They are the installation's own.
"""

# What is erased with a shop. `%(id)s` is the tenant, `%(public_id)s` its address, `%(appids)s` its
# mini-programs, `%(schemas)s` every schema that it still has, `%(marks)s` words of it alone.
_PROGRAMS = "SELECT id FROM public.tenants_miniprogram WHERE tenant_id = %(id)s"
_RELEASES = f"SELECT id FROM public.releases_release WHERE mini_program_id IN ({_PROGRAMS})"
_MEMBERS = "SELECT id FROM public.tenants_membership WHERE tenant_id = %(id)s"
_PHONES = f"SELECT id FROM public.tenants_phone WHERE membership_id IN ({_MEMBERS})"
_SUBSCRIPTION = "SELECT id FROM public.plans_subscription WHERE tenant_id = %(id)s"
_INVOICES = f"SELECT id FROM public.plans_invoice WHERE subscription_id IN ({_SUBSCRIPTION})"
_ATTEMPTS = f"SELECT id FROM public.plans_invoiceattempt WHERE invoice_id IN ({_INVOICES})"
_OF_SHOP = "tenant_public_id = %(public_id)s"
_OF_PROGRAM = f"mini_program_id IN ({_PROGRAMS})"

DELETED: Mapping[str, str] = {
    QUEUE: "tenant = %(public_id)s OR (tenant = '' AND EXISTS (SELECT 1 FROM"
    " unnest(%(marks)s::text[]) AS mark WHERE strpos(message::text, mark) > 0))",
    "public.inbox_notification": _OF_SHOP,
    "public.pushes_push": f"{_OF_SHOP} OR appid = ANY(%(appids)s)",
    "public.rollups_shopdifference": _OF_SHOP,
    "public.rollups_shoptrouble": _OF_SHOP,
    "public.archives_export": "tenant_id = %(id)s",
    STRAYS: "public_id = %(public_id)s",
    "public.fleet_outcome": "schema_name = ANY(%(schemas)s)",
    "public.trains_traincar": f"{_OF_PROGRAM} OR release_id IN ({_RELEASES})",
    "public.releases_rejection": f"release_id IN ({_RELEASES})",
    "public.releases_releasestep": f"release_id IN ({_RELEASES})",
    "public.releases_release": _OF_PROGRAM,
    "public.readiness_answer": f"tenant_id = %(id)s OR {_OF_PROGRAM}",
    "public.readiness_checkup": _OF_PROGRAM,
    "public.readiness_finding": _OF_PROGRAM,
    "public.programs_setting": _OF_PROGRAM,
    "public.programs_programstep": _OF_PROGRAM,
    "public.programs_unplaced": "tenant_id = %(id)s OR appid = ANY(%(appids)s)",
    "public.programs_programregistration": f"tenant_id = %(id)s OR {_OF_PROGRAM}",
    "public.programs_authorizationticket": f"tenant_id = %(id)s OR {_OF_PROGRAM}",
    "public.applyments_applymentstep": "applyment_id IN"
    " (SELECT id FROM public.applyments_applyment WHERE tenant_id = %(id)s)",
    "public.applyments_applyment": "tenant_id = %(id)s",
    "public.tenants_directmerchant": "tenant_id = %(id)s",
    "public.wechat_accesstoken": "appid = ANY(%(appids)s)",
    "public.wechat_adoptedcode": "appid = ANY(%(appids)s)",
    "public.tenants_phonetoken": f"phone_id IN ({_PHONES})",
    "public.tenants_phone": f"membership_id IN ({_MEMBERS})",
    "public.tenants_linkcode": f"membership_id IN ({_MEMBERS})",
    "public.tenants_wrongcode": "tenant_id = %(id)s",
    "public.tenants_membership": "tenant_id = %(id)s",
    "public.tenants_merchant": "tenant_id = %(id)s",
    "public.tenants_miniprogram": "tenant_id = %(id)s",
    "public.tenants_schemaversion": "schema_name = ANY(%(schemas)s)",
}
"""Deleted, in this order; STRAYS after all of them."""

_ABOUT = "'tenants.Tenant' AND object_id = %(id)s::text"
EMPTIED: Mapping[str, tuple[str, str]] = {
    "public.tenants_tenant": ("name = 'erased ' || public_id, limits = '{}'", "id = %(id)s"),
    "public.tenants_tenantstep": ("reason = '', by = ''", "tenant_id = %(id)s"),
    "public.plans_subscriptionstep": (
        "by = '', facts = '{}'",
        f"subscription_id IN ({_SUBSCRIPTION})",
    ),
    "public.plans_invoice": ("paid_by = ''", f"subscription_id IN ({_SUBSCRIPTION})"),
    "public.plans_invoicerefund": ("reason = '', by = ''", f"attempt_id IN ({_ATTEMPTS})"),
    "public.superadmin_auditentry": (
        "object_label = '', before = '{}', after = '{}', reason = ''",
        f"(object_kind = {_ABOUT}) OR (object_kind, object_id) = ANY(SELECT * FROM unnest("
        "%(kinds)s::text[], %(ids)s::text[])) OR EXISTS (SELECT 1 FROM unnest(%(marks)s::text[]) AS"
        " mark WHERE strpos(concat_ws(' ', object_label, before::text, after::text, reason), mark)"
        " > 0)",
    ),
}
"""Rows that stay without their words: who did what, the platform's invoices."""

KEPT: Mapping[str, str] = {
    "archives_erasure": "the certificate",
    "bills_billfile": "WeChat's bills are the platform's vouchers; they name no person",
    "bills_billline": "as its file",
    "platform_books_holderbalance": "the platform's own books",
    "platform_books_journal": "the platform's own books",
    "platform_books_transfer": "the platform's own books",
    "plans_invoiceattempt": "how the platform was paid",
    "plans_invoiceline": "what the platform was paid for",
    "plans_subscription": "whose invoices they are",
    "rollups_shopday": "sums a day, for the platform's own figures",
    "account_emailaddress": "an account is a person's, not a shop's",
    "account_emailconfirmation": "an account is a person's, not a shop's",
    "django_session": "an account is a person's, not a shop's",
    "mfa_authenticator": "an account is a person's, not a shop's",
    "portal_cacheentry": "attempts at signing in, and gone within the hour",
    "tenants_account": "an account is a person's, not a shop's",
    "tenants_account_groups": "an account is a person's, not a shop's",
    "tenants_account_user_permissions": "an account is a person's, not a shop's",
    **dict.fromkeys(
        (
            "auth_group",
            "auth_group_permissions",
            "auth_permission",
            "django_admin_log",
            "django_content_type",
            "fleet_run",
            "jobs_slot",
            "plans_counter",
            "plans_plan",
            "plans_planversion",
            "releases_quota",
            "releases_template",
            "tenants_spareschema",
            "trains_releasetrain",
            "trains_trainstep",
            "wechat_componentticket",
        ),
        "the platform's own",
    ),
}
"""Everything else, and why it stays."""
