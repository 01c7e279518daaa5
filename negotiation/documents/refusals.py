"""Why a file is or is not accepted as a document of the bank."""

from enum import StrEnum


class Reason(StrEnum):
    """The answer of a verification, one word a cause."""

    GENUINE = "genuine"
    TOO_LARGE = "too_large"
    NOT_A_PDF = "not_a_pdf"
    ENCRYPTED = "encrypted"
    NOT_SIGNED = "not_signed"
    ALTERED = "altered"
    CHANGED_AFTER_SIGNING = "changed_after_signing"
    UNKNOWN_SIGNER = "unknown_signer"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_REVOKED = "certificate_revoked"
    TIMESTAMP_REVOKED = "timestamp_revoked"
    UNREADABLE = "unreadable"


class Refused(Exception):
    """A file is not accepted, for this reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
