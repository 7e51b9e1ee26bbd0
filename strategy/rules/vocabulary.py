"""What rule files of one rulebook may speak of: fields, holiday calendars, segments."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from strategy.domain.calendar import HolidayCalendar
from strategy.rules.catalogue import BUILT_IN, Catalogue


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Fields by name, `segment` among them where segments are declared; calendars by id."""

    fields: Catalogue = field(default_factory=lambda: BUILT_IN)
    calendars: Mapping[str, HolidayCalendar] = field(default_factory=dict)
