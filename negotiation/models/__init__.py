"""Rows of the negotiation: one module a concept."""

from negotiation.models.accounts import (
    ArrearsSnapshot,
    CardAccount,
    ChargeRule,
    EntryKind,
    FeedBatch,
    LedgerEntry,
    Statement,
)
from negotiation.models.agreements import Agreement, Document, DocumentKind, Instalment, Plan
from negotiation.models.concerns import Concern, DisputeReason, LengtheningReason
from negotiation.models.contact_preferences import ContactPreference
from negotiation.models.conversation import Message, ProofKind, SupportingDocument
from negotiation.models.events import Event, EventStream
from negotiation.models.four_eyes import VersionState
from negotiation.models.holidays import BankHoliday
from negotiation.models.jobs import Job, JobState
from negotiation.models.negotiations import (
    Course,
    DeclineReason,
    HardshipReason,
    Negotiation,
    Note,
    Offer,
    OfferKind,
    Quote,
)
from negotiation.models.people import Cardholder, User
from negotiation.models.policy import PolicyAuthority, PolicyBand, PolicyVersion
from negotiation.models.renewals import ArchiveRenewal
from negotiation.models.texts import TextVersion

__all__ = [
    "Agreement",
    "ArchiveRenewal",
    "ArrearsSnapshot",
    "BankHoliday",
    "CardAccount",
    "Cardholder",
    "ChargeRule",
    "Concern",
    "ContactPreference",
    "Course",
    "DeclineReason",
    "DisputeReason",
    "Document",
    "DocumentKind",
    "EntryKind",
    "Event",
    "EventStream",
    "FeedBatch",
    "HardshipReason",
    "Instalment",
    "Job",
    "JobState",
    "LedgerEntry",
    "LengtheningReason",
    "Message",
    "Negotiation",
    "Note",
    "Offer",
    "OfferKind",
    "Plan",
    "PolicyAuthority",
    "PolicyBand",
    "PolicyVersion",
    "ProofKind",
    "Quote",
    "Statement",
    "SupportingDocument",
    "TextVersion",
    "User",
    "VersionState",
]
