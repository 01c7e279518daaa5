"""Why is a delivery, or a row of it, refused? One name a reason; `docs/feed.md` explains each."""

from dataclasses import dataclass
from enum import StrEnum


class FeedRefused(Exception):
    """The whole delivery is refused and nothing was changed."""


class ControlUnreadable(FeedRefused):
    """The control record is missing, is not JSON, or a field of it is missing or not of its form."""


class FileMissing(FeedRefused):
    """The control record names a file that is not in the directory, or leaves out one that every delivery has."""


class FileTruncated(FeedRefused):
    """A file is shorter than the control record says, or its last line does not end."""


class FileAltered(FeedRefused):
    """The SHA-256 of a file is not that of the control record."""


class NotUtf8(FeedRefused):
    """A file holds bytes that are not UTF-8, begins with a byte-order mark, or holds a NUL."""


class NotCsv(FeedRefused):
    """A line cannot be split into cells: a quotation mark is out of place or a cell is too long."""


class HeaderWrong(FeedRefused):
    """The first line does not name the columns of the file, in their order."""


class RowCountWrong(FeedRefused):
    """A file has another number of rows than the control record says."""


class SumWrong(FeedRefused):
    """The amounts of a file do not add up to the sum in the control record."""


class DuplicateKey(FeedRefused):
    """Two rows of a file have the same key."""


class OutOfOrder(FeedRefused):
    """A row comes before one that sorts after it."""


class BatchChanged(FeedRefused):
    """A batch of this number was imported before with other contents."""


class BatchTooOld(FeedRefused):
    """A newer batch was imported before."""


class BatchAhead(FeedRefused):
    """The figures are of a day to come: they would bar every true delivery until then. A demonstration may run ahead."""


class RejectsTaken(FeedRefused):
    """Where the refused rows are to be written stands another file, which is left alone."""


class TooManyRejected(FeedRefused):
    """More than the permitted share of the rows is refused."""


class TooManyDeparted(FeedRefused):
    """More accounts than the permitted share are no longer in the delivery, so it may be a part of one."""


class Reason(StrEnum):
    """Why one row is refused."""

    COLUMN_COUNT = "column_count"
    MISSING = "missing"
    TOO_LONG = "too_long"
    NOT_PLAIN_TEXT = "not_plain_text"
    NOT_AN_IDENTIFIER = "not_an_identifier"
    NOT_AN_AMOUNT = "not_an_amount"
    NEGATIVE = "negative"
    NOT_A_RATE = "not_a_rate"
    NOT_A_DATE = "not_a_date"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    NOT_IN_LIST = "not_in_list"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_PHONE_NUMBER = "not_a_phone_number"
    NOT_FOUR_DIGITS = "not_four_digits"
    UNKNOWN_CARDHOLDER = "unknown_cardholder"
    UNKNOWN_ACCOUNT = "unknown_account"
    WRONG_COMPONENT = "wrong_component"
    WRONG_SIGN = "wrong_sign"
    NOT_EXPLAINED = "not_explained"
    DAYS_WRONG = "days_wrong"
    CHARGE_WRONG = "charge_wrong"
    DATE_ORDER = "date_order"
    STATEMENT_DOES_NOT_ADD_UP = "statement_does_not_add_up"
    STATEMENTS_DO_NOT_FOLLOW = "statements_do_not_follow"
    STATEMENT_NOT_IN_LEDGER = "statement_not_in_ledger"
    TOTAL_NOT_SUM = "total_not_sum"
    LEDGER_DOES_NOT_RECONCILE = "ledger_does_not_reconcile"


class BadValue(ValueError):
    """A cell is not of its column's form."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Rejection:
    """One reason why one row is refused. ``value`` is as it may be shown: personal data are masked."""

    file: str
    line: int
    column: str
    reason: Reason
    value: str = ""
