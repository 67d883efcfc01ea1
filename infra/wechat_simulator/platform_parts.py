"""The parts behind the third-party platform's world, put together (CONTRACT §3.3-§3.6)."""

from typing import TYPE_CHECKING

from .audit_pool import AuditPool
from .audits import Audits
from .authorisation import Authorisation
from .authorisers import Authorisers
from .categories import Categories
from .certification import Certification
from .code_pictures import code_picture
from .domains import Domains
from .privacy import Privacy
from .program_code import ProgramCode
from .registration import Registration
from .releases import Releases
from .submissions import Submissions
from .templates import Templates
from .visits import Visits

if TYPE_CHECKING:
    from .simulator import Simulator

TRIAL_PIXELS = 280
INK = (0, 0, 0)


class PlatformParts:
    """Built by `Simulator` once its own parts are there."""

    def __init__(self, simulator: "Simulator") -> None:
        store, clock, agenda = simulator.store, simulator.clock, simulator.agenda
        keys, apps, profiles = simulator.keys, simulator.apps, simulator.profiles
        component, pushes, media = simulator.component, simulator.app_pushes, simulator.media
        base = str(keys.handed["api_base"])
        self.authorisation = Authorisation(
            store, clock, keys, apps, profiles, simulator.tokens, component
        )
        self.registration = Registration(
            store,
            clock,
            agenda,
            keys=keys,
            apps=apps,
            profiles=profiles,
            component=component,
            authorisation=self.authorisation,
        )
        self.certification = Certification(store, clock, apps, profiles, component)
        self.domains = Domains(store, apps, profiles)
        self.categories = Categories(store, apps, pushes)
        self.visits = Visits(store)
        self.templates = Templates(store, clock)
        self.code = ProgramCode(store, clock, self.templates, media, _draw, base)
        self.privacy = Privacy(store, clock, apps, self.code, pushes)
        self.pool = AuditPool(store, clock)
        self.audits = Audits(
            store,
            clock,
            agenda,
            apps=apps,
            profiles=profiles,
            code=self.code,
            media=media,
            pool=self.pool,
            submissions=Submissions(self.categories, media),
            pushes=pushes,
        )
        self.releases = Releases(store, clock, self.templates, self.code, self.audits)
        self.authorisers = Authorisers(
            store, keys, component, profiles, self.domains, self.categories, self.visits
        )


def _draw(text: str) -> bytes:
    return code_picture(text, width=TRIAL_PIXELS, note=text, colour=INK, is_hyaline=False)
