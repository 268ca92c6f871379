"""Name what can go wrong, so that a person can mend it."""

from __future__ import annotations


class KlastryError(Exception):
    """Anything of ours that a person can understand; whoever talks to people catches this and no list."""


class DataFileError(KlastryError, OSError):
    """
    A shipped data file is missing, truncated or changed.

    Attributes
    ----------
    file
        The file, relative to the repository.
    problem
        What is wrong: `missing`, `changed` or `unreadable`.
    command
        The shell command that restores the file.
    """

    def __init__(self, file: str, problem: str) -> None:
        self.file = file
        self.problem = problem
        self.command = f"git checkout -- {file}"
        super().__init__(f"data file {file} is {problem}; restore it with: {self.command}")

    def __reduce__(self) -> tuple[type[DataFileError], tuple[str, str]]:
        """Rebuild from the two arguments (`OSError` would pass the message)."""
        return type(self), (self.file, self.problem)


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
        super().__init__(f"no unit {given!r}: expected a TERYT code of 2, 4 or 6 digits or a name of a unit")


class UnknownClusterError(KlastryError, LookupError):
    """
    A cluster identifier stands for no cluster.

    Attributes
    ----------
    given, known
        What was asked for, and the identifiers there are.
    """

    def __init__(self, given: str, known: tuple[str, ...]) -> None:
        self.given = given
        self.known = known
        super().__init__(f"no cluster {given!r}; there are: {', '.join(known)}")


class QueryError(KlastryError, ValueError):
    """
    A value of a query is out of its range.

    Attributes
    ----------
    field, given, expected
        The field, the value that came and what was expected.
    """

    def __init__(self, field: str, given: object, expected: str) -> None:
        self.field = field
        self.given = given
        self.expected = expected
        super().__init__(f"{field}: got {given!r}, expected {expected}")


class MemberTableError(KlastryError, ValueError):
    """
    A table of members breaks the contract.

    Attributes
    ----------
    problems
        Every problem found, one sentence each.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("the member table has problems: " + "; ".join(problems))


# What can be wrong with a table that a user loads for the session; the interface says the same in Polish.
_TABLE_PROBLEMS = {
    "size": "the file has {mb} MB, expected at most {limit} MB",
    "not_csv": "not a CSV table; expected columns {expected}",
    "columns": "columns missing: {missing}; found: {found}",
    "extra": "row {row} has more cells than the {columns} columns, expected no separator within a value",
    "rows": "{rows} rows, expected at most {limit}",
    "nobody": "row {row}: {given!r} is no member of the chosen clusters, expected a name or member_id of the list",
    "several": "row {row}: {given!r} is the name of {n} members, expected the member_id of one",
    "kind": "row {row}: rodzaj {given!r}, expected one of {expected}",
    "itself": "row {row}: {given!r} is linked with itself, expected two members",
    "minutes": "row {row}: minutes {given!r}, expected a number from 0",
    "teryt": "row {row}: teryt {given!r}, expected 6 digits",
    "no_code": "no column of codes; expected Kod (7 digits) or TERYT, found: {found}",
    "not_units": "codes such as {given!r} are no units; expected 7 digits as in 0201011, or TERYT",
    "no_numbers": "no column of numbers; expected one at least beside Kod and Nazwa",
}


class TableError(MemberTableError):
    """
    A table that a user loads for the session cannot be used.

    Attributes
    ----------
    details
        Every problem found: its key, and what came and was expected.
    """

    def __init__(self, details: tuple[tuple[str, dict[str, object]], ...]) -> None:
        self.details = details
        super().__init__(tuple(_TABLE_PROBLEMS[key].format(**values) for key, values in details))

    def __reduce__(self) -> tuple[type[TableError], tuple[tuple[tuple[str, dict[str, object]], ...]]]:
        """Rebuild from the details."""
        return type(self), (self.details,)


class UploadError(KlastryError, ValueError):
    """
    A file cannot be read as a list of members.

    Attributes
    ----------
    problem
        Key of the problem, such as `too_large` or `wrong_extension`.
    details
        What came and what was expected, by name.
    """

    def __init__(self, problem: str, **details: object) -> None:
        self.problem = problem
        self.details = details
        said = ", ".join(f"{name}: {value}" for name, value in details.items())
        super().__init__(f"the file cannot be read ({problem})" + (f"; {said}" if said else ""))


class BusyError(KlastryError, RuntimeError):
    """Too many files are being read on this server to begin with another."""

    def __init__(self) -> None:
        super().__init__("the server is reading other files; expected a turn within a minute, try again")


class ConflictError(KlastryError, RuntimeError):
    """
    Somebody else has changed a cluster since it was opened.

    Attributes
    ----------
    cluster_id, based_on, current
        The cluster, the version the change was made from, and the version there is now.
    """

    def __init__(self, cluster_id: str, based_on: int, current: int) -> None:
        self.cluster_id = cluster_id
        self.based_on = based_on
        self.current = current
        super().__init__(
            f"cluster {cluster_id!r} is at version {current}, the change was made from {based_on}; "
            "compare both and decide again"
        )


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
        super().__init__(f"writing is not allowed: {reason}")


class StoreError(KlastryError, RuntimeError):
    """
    The store of clusters cannot do what was asked.

    Attributes
    ----------
    problem, details
        Key of the problem and what came.
    """

    def __init__(self, problem: str, details: str = "") -> None:
        self.problem = problem
        self.details = details
        super().__init__(f"the store of clusters: {problem}" + (f" ({details})" if details else ""))


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
        super().__init__(f"drawing an atlas ended with code {code}; try fewer pages or a smaller format")


class LogoError(KlastryError, ValueError):
    """
    A file cannot be used as a logo.

    Attributes
    ----------
    problem
        Key of the problem, such as `too_large` or `asks_for_files`.
    details
        What came and what was expected, by name.
    """

    def __init__(self, problem: str, **details: object) -> None:
        self.problem = problem
        self.details = details
        super().__init__(f"the logo cannot be used ({problem}); expected a PNG, JPEG or SVG of at most 2 MB")
