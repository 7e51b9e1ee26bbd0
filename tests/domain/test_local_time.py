"""Local days where the clock changes at midnight."""

from datetime import date

import pytest
from examples import utc

from strategy.domain.local_time import local_day, start_of_day, zone


@pytest.mark.parametrize(
    ("zone_name", "day", "instant"),
    [
        ("Asia/Shanghai", date(2026, 3, 10), "2026-03-09T16:00"),
        # Chile skips 00:00 to 01:00 on 6 September 2026: the day begins at the change.
        ("America/Santiago", date(2026, 9, 6), "2026-09-06T04:00"),
        # Cuba repeats 00:00 to 01:00 on 1 November 2026: the day begins the first time.
        ("America/Havana", date(2026, 11, 1), "2026-11-01T04:00"),
    ],
)
def test_a_day_begins_at_its_first_instant(zone_name, day, instant):
    start = start_of_day(day, zone_name)

    assert start == utc(instant)
    assert local_day(start, zone_name) == day


def test_a_zone_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="`Asia/Nowhere`"):
        zone("Asia/Nowhere")
