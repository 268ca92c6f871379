"""
Name what can go wrong, so that a person can mend it.

An error carries the key of a message and the values that fill it, no sentence: whoever talks to a person
puts it into words in the language of that person, see `geo.render.error_words`. All errors of ours stand
under `KlastryError`, so that nobody needs a list of them.
"""

from __future__ import annotations

from typing import Any

# Key of a message and what fills it.
Problem = tuple[str, dict[str, object]]


class KlastryError(Exception):
    """
    Anything of ours that a person can understand.

    Attributes
    ----------
    key, values
        Key of the message in the catalogue, and what fills it.
    problems
        Further messages: every problem of a table, or how to mend the fault.
    """

    def __init__(self, key: str, *problems: Problem, **values: object) -> None:
        self.key = key
        self.values = values
        self.problems = problems
        super().__init__(key)

    def __str__(self) -> str:
        """Return keys and values, for logs."""
        return "; ".join(_plain(*said) for said in ((self.key, self.values), *self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild from what it holds, whatever its constructor asks for: errors cross processes."""
        return _again, (type(self), self.key, self.__dict__)


def _again(kind: type[KlastryError], key: str, held: dict[str, Any]) -> KlastryError:
    error = kind.__new__(kind, key)
    error.__dict__.update(held)
    return error


def _plain(key: str, values: dict[str, object]) -> str:
    return f"{key} ({', '.join(f'{name}: {value}' for name, value in values.items())})" if values else key


class DataFileError(KlastryError, OSError):
    """
    A shipped data file is missing, truncated or changed.

    Attributes
    ----------
    file, problem
        The file, relative to the repository, and what is wrong: `missing`, `changed` or `unreadable`.
    command
        The shell command that restores the file.
    """

    def __init__(self, file: str, problem: str) -> None:
        self.file, self.problem = file, problem
        self.command = f"git checkout -- {file}"
        super().__init__(f"error.data.{problem}", ("error.data.fix", {"command": self.command}), file=file)


class UnknownUnitError(KlastryError, LookupError):
    """
    A TERYT code or a name stands for no administrative unit.

    Attributes
    ----------
    given
        What was asked for.
    """

    def __init__(self, given: str) -> None:
        self.given = given
        super().__init__("error.unknown_unit", given=given)


class UnknownClusterError(KlastryError, LookupError):
    """
    A cluster identifier stands for no cluster.

    Attributes
    ----------
    given, known
        What was asked for, and the identifiers there are.
    """

    def __init__(self, given: str, known: tuple[str, ...]) -> None:
        self.given, self.known = given, known
        super().__init__("error.unknown_cluster", given=given, known=", ".join(known))


class OptionError(KlastryError, ValueError):
    """An option of the shell that a view does not know, or one that it lacks."""

    def __init__(self, fault: str, view: str, option: str, *honoured: str) -> None:
        """
        Name the view and the option.

        Parameters
        ----------
        fault
            "refused" or "needed".
        view, option
            Names of both.
        honoured
            Options that the view knows.
        """
        super().__init__(
            f"error.option.{fault}",
            view=view,
            option=_option(option),
            honoured=", ".join(_option(name) for name in honoured),
        )


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


class QueryError(KlastryError, ValueError):
    """
    A value of a query is out of its range.

    Attributes
    ----------
    field, given
        The field, and the value that came.
    """

    def __init__(self, field: str, given: object, expected: str, **bounds: object) -> None:
        """
        Name the field and what was expected of it.

        Parameters
        ----------
        field
            Key of its name, below `query.field`.
        given
            What came.
        expected
            Key of what was expected, below `query.expected`.
        bounds
            What fills that.
        """
        self.field, self.given = field, given
        expectation: Problem = (f"query.expected.{expected}", bounds)
        super().__init__("error.query", (f"query.field.{field}", {}), expectation, given=given)


class MemberTableError(KlastryError, ValueError):
    """A table of members breaks the contract; `problems` names every problem found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("error.members", *problems)


class TableError(MemberTableError):
    """A table that a user loads for the session cannot be used; `problems` names every problem found."""


class UploadError(KlastryError, ValueError):
    """
    A file cannot be read as a list of members.

    Attributes
    ----------
    problem, details
        What is wrong, such as `too_large`, and what came and was expected, by name.
    """

    def __init__(self, problem: str, **details: object) -> None:
        self.problem, self.details = problem, details
        super().__init__(f"upload.{problem}", **details)


class BusyError(KlastryError, RuntimeError):
    """Too many files are being read on this server to begin with another."""

    def __init__(self) -> None:
        super().__init__("upload.busy")


class ConflictError(KlastryError, RuntimeError):
    """
    Somebody else has changed a cluster since it was opened.

    Attributes
    ----------
    cluster_id, based_on, current
        The cluster, the version the change was made from (0 for the shipped one), and the version there is now.
    """

    def __init__(self, cluster_id: str, based_on: int, current: int) -> None:
        self.cluster_id, self.based_on, self.current = cluster_id, based_on, current
        key = "conflict.text" if based_on else "conflict.shipped"
        super().__init__(key, based_on=based_on, current=current)


class NotAllowedError(KlastryError, PermissionError):
    """
    A visitor who may not write tried to.

    Attributes
    ----------
    reason
        Key of the reason, such as `no_login`.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__("error.not_allowed", (f"access.{reason}", {"author": ""}))


class StoreError(KlastryError, RuntimeError):
    """
    The store of clusters cannot do what was asked.

    Attributes
    ----------
    problem, details
        Key of the problem and what came.
    """

    def __init__(self, problem: str, details: str = "") -> None:
        self.problem, self.details = problem, details
        super().__init__(f"error.store.{problem}", details=details)


class AtlasError(KlastryError, RuntimeError):
    """
    A process that draws pages of an atlas ended early.

    Attributes
    ----------
    code
        Its exit code; negative for a signal.
    """

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__("atlas.failed", code=code)


class LogoError(KlastryError, ValueError):
    """
    A file cannot be used as a logo.

    Attributes
    ----------
    problem, details
        What is wrong, such as `too_large`, and what came and was expected, by name.
    """

    def __init__(self, problem: str, **details: object) -> None:
        self.problem, self.details = problem, details
        super().__init__(f"logo.{problem}", **details)


class OfficialFileError(KlastryError, ValueError):
    """An official file that cannot be taken in; nothing was changed."""

    def __init__(self, problem: str, **values: object) -> None:
        super().__init__(f"error.official.{problem}", **values)
