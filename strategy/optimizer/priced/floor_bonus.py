"""The bonus of a contact at which a plan makes as many as a floor asks for."""

NEARLY = 0.02
"""A share of a floor that may be missing for pins."""

EXCESS = 0.01
"""A share of a floor: plans that make so much more of it are made once more."""

MORE, MUCH_MORE = 1.3, 4.0
"""Times the bonus that prices ask for: at most, and for a floor that takes all there is."""

FURTHER = 1.1
"""Times a bonus that was too small, at least."""


class BonusSearch:
    """A plan is to make `aim` contacts with the bonus; without one it makes `count`.

    The prices of a plan ask for a bonus. A plan with that bonus has other prices, and these ask for
    another one. Where what they ask for is what they were given is guessed from the last two plans.
    Once a bonus has made too few contacts and another too many, the next lies between them, by the
    contacts that they made; the end that stays counts half (as in the Illinois method).
    """

    def __init__(self, aim: int, count: int, *, scarce: bool) -> None:
        """`scarce`: the floor takes all there is, so no bonus makes too many."""
        self._aim, self._scarce = aim, scarce
        self._bonus = 0.0
        self._asked_more: tuple[float, float] | None = None  # a bonus before, and what was missing
        self._few: tuple[float, float] = (0.0, aim - count)  # a bonus, and contacts missing
        self._many: tuple[float, float] | None = None  # a bonus, and contacts too many
        self.found = count >= aim

    def next(self, least: float) -> float:
        """The bonus to try; `least` is what the present prices ask for."""
        if self.found:
            return self._bonus
        if self._scarce:
            self._bonus = MUCH_MORE * least
        elif self._many:
            (low, missing), (high, over) = self._few, self._many
            self._bonus = low + (high - low) * missing / (missing + over)
        else:
            self._bonus, self._asked_more = self._beyond(least), (self._bonus, least - self._bonus)
        return self._bonus

    def note(self, count: int) -> None:
        """So many contacts were made with it."""
        self.found = (1 - NEARLY) * self._aim <= count <= (1 + EXCESS) * self._aim + 1
        if not self._bonus:
            self.found = count >= (1 - NEARLY) * self._aim
        if count < self._aim:
            self._few = (self._bonus, self._aim - count)
            if self._many:
                self._many = (self._many[0], self._many[1] / 2)
        else:
            if self._many:
                self._few = (self._few[0], self._few[1] / 2)
            self._many = (self._bonus, count - self._aim + 1)

    def _beyond(self, least: float) -> float:
        """Not far above what prices ask for: a bonus far too large makes everybody alike, and plans
        of people who are alike take long."""
        guess = least
        if self._asked_more:
            before, missing = self._asked_more
            fell = missing - (least - self._bonus)
            if fell > 0:
                guess = self._bonus + (self._bonus - before) * (least - self._bonus) / fell
        return max(min(max(guess, least), MORE * least), FURTHER * self._bonus)
