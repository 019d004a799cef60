"""Work in steps: each taken once, when its result is first needed, after the steps that it depends on."""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Callable, Iterator
from typing import Any, Generic, Protocol, Self, TypeVar, overload

Result = TypeVar("Result")


def plan_step(
    words: str = "", *, after: tuple[str, ...] = (), reads: tuple[str, ...] = ()
) -> Callable[[Callable[[Any], Result]], WorkStep[Result]]:
    """Make a method of a `Stepwise` class one of its steps.

    Parameters
    ----------
    words : str
        Announced before the step is taken; "": it is over in no time.
    after : tuple of str
        Steps whose results it uses; they are taken first.
    reads : tuple of str
        What it reads of the parameters: tables such as "score", or single keys such as "sites.on_wan". When one of
        them changes, so may the result.
    """
    return lambda take: WorkStep(take, words=words, after=after, reads=reads)


class WorkStep(Generic[Result]):
    """One step, read as an attribute: its result."""

    def __init__(
        self, take: Callable[[Any], Result], *, words: str, after: tuple[str, ...], reads: tuple[str, ...]
    ) -> None:
        self.take, self.words, self.after, self.reads = take, words, after, reads
        self.__doc__ = take.__doc__

    def __set_name__(self, owner: type[Stepwise], name: str) -> None:
        self.name = name

    @overload
    def __get__(self, work: None, kind: type[Stepwise]) -> Self: ...

    @overload
    def __get__(self, work: Stepwise, kind: type[Stepwise]) -> Result: ...

    def __get__(self, work: Stepwise | None, kind: type[Stepwise]) -> Self | Result:
        return self if work is None else work.result_of(self)


class Shelf(Protocol):
    """Where results are kept for later runs on the same inputs."""

    def holds(self, key: str) -> bool:
        """Whether there is a result under a key."""
        ...

    def get(self, key: str) -> Any:
        """The result under a key.

        Raises
        ------
        KeyError
            There is none, or none that can be read.
        """
        ...

    def put(self, key: str, result: Any) -> None:
        """Keep a result, or leave it."""
        ...


class Stepwise:
    """Work in steps on one set of parameters.

    Attributes
    ----------
    parameters : dataclass of dataclasses
    on_step : callable
        Called with the words of each step before it is taken; not of one whose result was kept.
    shelf : Shelf or None
        Each step's result is kept there, under all that it depends on; None: nowhere.

    Examples
    --------
    >>> class Sums(Stepwise):
    ...     @plan_step("Adding", reads=("numbers",))
    ...     def total(self):
    ...         return sum(self.parameters.numbers)
    ...
    ...     @plan_step("Halving", after=("total",))
    ...     def half(self):
    ...         return self.total / 2
    >>> from dataclasses import make_dataclass
    >>> Numbers = make_dataclass("Numbers", ["numbers", "name"])
    >>> sums = Sums(Numbers((1, 2), "a"), on_step=print)
    >>> sums.half
    Adding
    Halving
    1.5
    >>> sums.changed(Numbers((1, 2), "b")).half
    1.5
    """

    def __init__(self, parameters: Any, *, on_step: Callable[[str], None], shelf: Shelf | None = None) -> None:
        self.parameters, self.on_step, self.shelf = parameters, on_step, shelf
        self._done: dict[str, Any] = {}
        self._lender: Stepwise | None = None
        self._own: frozenset[str] = frozenset()

    @classmethod
    def steps(cls) -> dict[str, WorkStep[Any]]:
        """Every step by its name, in order."""
        return {name: step for name, step in vars(cls).items() if isinstance(step, WorkStep)}

    def changed(self, parameters: Any) -> Self:
        """The same work with other parameters; a step that no change reaches is shared with this one.

        Parameters
        ----------
        parameters : dataclass of dataclasses
            Of the same type as the present ones.
        """
        other = type(self).__new__(type(self))
        other.__dict__ = self.__dict__ | {"parameters": parameters, "_done": {}, "_lender": self}
        other._own = frozenset(
            name for name in self.steps() if any(self._differs(key, parameters) for key in self.keys_read(name))
        )
        return other

    def result_of(self, step: WorkStep[Result]) -> Result:
        """The result of a step; it is taken if it has not been, in this run or an earlier one."""
        if self._lender is not None and step.name not in self._own:
            return self._lender.result_of(step)
        if step.name not in self._done:
            self._done[step.name] = self._kept_or_taken(step)
        return self._done[step.name]

    def _kept_or_taken(self, step: WorkStep[Result]) -> Result:
        if self.shelf is None:
            return self._taken(step)
        key = self.key_of(step.name)
        try:
            kept: Result = self.shelf.get(key)
        except KeyError:
            result = self._taken(step)
            self.shelf.put(key, result)
            return result
        return kept

    def _taken(self, step: WorkStep[Result]) -> Result:
        for before in step.after:
            getattr(self, before)
        if step.words:
            self.on_step(step.words)
        return step.take(self)

    def key_of(self, name: str) -> str:
        """What a step's result depends on besides the shelf's own inputs, as a hash: its name and what it reads."""
        stated = [(key, operator.attrgetter(key)(self.parameters)) for key in sorted(self.keys_read(name))]
        return hashlib.sha256(repr((name, stated)).encode()).hexdigest()

    def take(self, *names: str) -> None:
        """Take steps in the order given, each after those it depends on."""
        for name in names:
            getattr(self, name)

    def to_take(self, *names: str) -> tuple[str, ...]:
        """The announced steps among `names` and those they depend on that are not yet taken or kept, each once."""
        steps = self.steps()
        wanted = dict.fromkeys(each for name in names for each in self._left_before(name))
        return tuple(name for name in wanted if steps[name].words)

    def keys_read(self, name: str) -> tuple[str, ...]:
        """Tables and keys of the parameters that a step depends on, directly or through other steps."""
        steps = self.steps()
        return tuple(dict.fromkeys(key for each in self._down_from(name) for key in steps[each].reads))

    def needed_by(self, name: str) -> tuple[str, ...]:
        """The steps that a step needs, through others too, in order; the step itself is not among them."""
        return tuple(dict.fromkeys(each for each in self._down_from(name) if each != name))

    def _down_from(self, name: str) -> Iterator[str]:
        for before in self.steps()[name].after:
            yield from self._down_from(before)
        yield name

    def _left_before(self, name: str) -> Iterator[str]:
        """The steps that are still to be taken for a step's result; the step itself is the last."""
        if self._is_taken(name):
            return
        for before in self.steps()[name].after:
            yield from self._left_before(before)
        yield name

    def _differs(self, key: str, parameters: Any) -> bool:
        value_of = operator.attrgetter(key)
        return bool(value_of(self.parameters) != value_of(parameters))

    def _is_taken(self, name: str) -> bool:
        if self._lender is not None and name not in self._own:
            return self._lender._is_taken(name)
        return name in self._done or (self.shelf is not None and self.shelf.holds(self.key_of(name)))
