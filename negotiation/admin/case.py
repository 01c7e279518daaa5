"""One page a decision: everything that a reviewer needs about a case, put together for its template. Changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from negotiation.admin.authority_words import Standing, passed, standing
from negotiation.admin.case_parts import PROPOSING, Budget, Entry, SentBack
from negotiation.admin.events import event_words
from negotiation.admin.figures import due_words, news_tags, state_tag, tag
from negotiation.admin.limit_lines import JudgedPlan
from negotiation.admin.plans import Plan, Table
from negotiation.domain.affordability import suggested_maximum, surplus
from negotiation.domain.authority import Authority, Role, line_of, may_confirm
from negotiation.domain.calendar import PERIODS_A_YEAR
from negotiation.domain.judge import judge
from negotiation.domain.money import round_half_up
from negotiation.domain.offers import worsenings
from negotiation.domain.policy import LimitPolicy
from negotiation.domain.terms import Schedule
from negotiation.domain.workflow import TALKING_STATES, Action, ActorKind, NegotiationState, allowed_actions
from negotiation.models import Negotiation, Offer, OfferKind, Quote, User
from negotiation.queries import case as records
from negotiation.queries.attachments import attached_to
from negotiation.queries.cardholders import contact_wish_of
from negotiation.queries.claims import claim_ends, holder_of
from negotiation.queries.conflicts import is_debt_of, is_same_person
from negotiation.queries.events import events_of
from negotiation.queries.messages import messages_of
from negotiation.queries.negotiations import offers_of
from negotiation.queries.policies import policy_version
from negotiation.queries.queue import Target, next_in_queue, target_of
from negotiation.queries.staff import reading_role, reviewing_role
from negotiation.services.quotes import facts_of, facts_today, policy_of
from negotiation.services.reviews import decision_about
from negotiation.services.wording import COMPONENTS

TARGET_TAGS = {Target.LATE: "overdue", Target.SOON: "due", Target.IN_TIME: "plain"}


@dataclass(frozen=True)
class Case:
    """A negotiation as one member of staff sees it at one moment."""

    negotiation: Negotiation
    user: User
    now: datetime

    @cached_property
    def offers(self) -> list[Offer]:
        return list(offers_of(self.negotiation))

    @cached_property
    def table_offer(self) -> Offer | None:
        """The newest proposal or counter-offer."""
        return next((offer for offer in reversed(self.offers) if offer.kind in PROPOSING), None)

    @cached_property
    def bank_offer(self) -> Offer | None:
        """The bank's own newest counter-offer, which it may not worsen."""
        made = [
            offer for offer in self.offers if offer.kind == OfferKind.COUNTER and offer.party != ActorKind.CARDHOLDER
        ]
        return made[-1] if made else None

    @cached_property
    def quote(self) -> Quote:
        """What is decided about: what waits for a second approval, else what lies on the table."""
        subject = self.negotiation.pending_quote or (self.table_offer and self.table_offer.quote)
        assert subject, "a negotiation that left the draft has a proposal"
        return subject

    @property
    def seen(self) -> str:
        return self.quote.reference

    @property
    def is_pending_acceptance(self) -> bool:
        """Whether what waits for the second approval is to accept the proposal (else it is a counter-offer)."""
        return bool(self.table_offer and self.table_offer.quote_id == self.negotiation.pending_quote_id)

    @cached_property
    def plan(self) -> Plan:
        return Plan(self.quote.schedule, self.quote.annualised_rate_simple)

    @cached_property
    def judged(self) -> JudgedPlan:
        """The plan as it was judged when it was quoted, under the policy version it was quoted by."""
        policy, facts = policy_version(self.quote.policy_version), facts_of(self.quote.snapshot)
        day = localdate(self.quote.created_at)
        verdict = judge(self.plan.terms, policy, facts, day)
        return JudgedPlan(self.plan.schedule, self.plan.annual_rate, verdict, policy, facts, day)

    @cached_property
    def table(self) -> Table:
        today = localdate(self.now)
        facts = facts_today(account=self.negotiation.account, today=today)
        return Table(policy_of(negotiation=self.negotiation, now=self.now), facts, today)

    @cached_property
    def suggestions(self) -> list[Plan]:
        """What the solver would accept."""
        affordable = self.budget.suggested if self.budget and self.budget.suggested > 0 else None
        earlier = self.bank_offer.quote.schedule if self.bank_offer else None
        return self.table.suggestions(self.plan.terms, affordable, earlier)

    @cached_property
    def budget(self) -> Budget | None:
        """None if it was not given."""
        of = self.negotiation
        if of.monthly_income is None or of.essential_spending is None or of.other_debt_payments is None:
            return None
        left = surplus(of.monthly_income, of.essential_spending, of.other_debt_payments)
        suggested = suggested_maximum(left, self.judged.policy.affordability_margin)
        return Budget(left, suggested, monthly_burden(self.plan))

    @property
    def components(self) -> list[tuple[Any, Decimal]]:
        account = self.negotiation.account
        return [(COMPONENTS[part], amount) for part, amount in account.components.items() if amount]

    @property
    def days_past_due(self) -> int:
        return self.negotiation.account.days_past_due(localdate(self.now))

    @property
    def state_tag(self) -> str:
        return state_tag(self.negotiation)

    @property
    def due_tag(self) -> str:
        target, due = target_of(self.negotiation, now=self.now), self.negotiation.answer_due_at
        return tag(TARGET_TAGS[target], due_words(due, self.now)) if target and due else ""

    @cached_property
    def role(self) -> ActorKind | None:
        return reviewing_role(self.user)

    @property
    def is_own(self) -> bool:
        return is_debt_of(self.negotiation.cardholder, self.user)

    @cached_property
    def is_written_only(self) -> bool:
        """The cardholder asked not to be called."""
        return contact_wish_of(self.negotiation.cardholder).is_written_only

    @cached_property
    def holder(self) -> int | None:
        """The key of whoever has the case at this moment."""
        return holder_of(self.negotiation, now=self.now)

    @property
    def is_with_other(self) -> bool:
        return self.holder not in (None, self.user.pk)

    @property
    def is_mine(self) -> bool:
        return self.holder == self.user.pk

    @property
    def claim_ends(self) -> datetime | None:
        return claim_ends(self.negotiation)

    @cached_property
    def actions(self) -> frozenset[Action]:
        """What this person may do now, before authority is looked at."""
        if self.role is None or self.is_own:
            return frozenset()
        found = frozenset(allowed_actions(NegotiationState(self.negotiation.state), self.role))
        if self.is_first_person:
            return found - {Action.CONFIRM_ACCEPTANCE, Action.CONFIRM_COUNTER}
        return frozenset() if self.is_with_other and self.can_decide_first(found) else found

    @property
    def is_first_person(self) -> bool:
        """Whether this person asked for the second approval, under whichever account."""
        first = self.negotiation.pending_by
        return first is not None and is_same_person(first, self.user)

    @staticmethod
    def can_decide_first(actions: frozenset[Action]) -> bool:
        return Action.COUNTER in actions

    @property
    def can_accept(self) -> bool:
        return self._is_acceptable and not self.standing.is_beyond

    @property
    def is_beyond_authority(self) -> bool:
        """Whether only a more senior person may accept what could be accepted."""
        return self._is_acceptable and self.standing.is_beyond

    @property
    def _is_acceptable(self) -> bool:
        return Action.ACCEPT in self.actions and self.quote.is_within_limits and not self.is_expired

    @property
    def can_counter(self) -> bool:
        return Action.COUNTER in self.actions and self.table.limits is not None

    @property
    def can_decline(self) -> bool:
        return Action.DECLINE in self.actions and not self.is_with_other

    @property
    def can_confirm(self) -> bool:
        if Action.CONFIRM_ACCEPTANCE not in self.actions or self.role is None:
            return False
        return may_confirm(Role(self.role.value), self._decision(self.plan), self.judged.policy.authority)

    @property
    def can_send_back(self) -> bool:
        return Action.SEND_BACK in self.actions

    @property
    def can_decide(self) -> bool:
        return self.can_accept or self.can_counter or self.can_decline or self.can_confirm or self.can_send_back

    @property
    def can_note(self) -> bool:
        return self.role is not None and not self.is_own

    @property
    def can_claim(self) -> bool:
        return self.can_note and self.negotiation.is_open and self.holder is None

    @property
    def can_release(self) -> bool:
        may = self.is_mine or (self.is_with_other and self.role == ActorKind.SENIOR_REVIEWER)
        return self.can_note and self.negotiation.is_open and may

    @property
    def is_expired(self) -> bool:
        offer = self.table_offer
        return bool(offer and offer.expires_at and offer.expires_at <= self.now)

    @cached_property
    def standing(self) -> Standing:
        """What this person may do about what lies on the table, by the matrix of the version that judged it."""
        return self._standing(self.plan, self.judged.policy)

    def standing_of(self, plan: Plan) -> Standing:
        """What this person may do about a counter-offer of today."""
        return self._standing(plan, self.table.policy)

    @property
    def pending_why(self) -> str:
        """What made the first person ask for a second: the bounds that the decision goes past."""
        first = reviewing_role(self.negotiation.pending_by) if self.negotiation.pending_by else None
        if first is None:
            return ""
        line = line_of(Role(first.value), self.judged.policy.authority, alone=True)
        return _(", ").join(passed(line, self._decision(self.plan)))

    def worse_ways(self, plan: Plan) -> tuple[str, ...]:
        """In which ways the plan is worse than the bank's newest offer."""
        return worsenings(self.bank_offer.quote.schedule, plan.schedule) if self.bank_offer else ()

    @property
    def entries(self) -> list[Entry]:
        """The time-line, newest first."""
        found: list[Entry] = []
        before: Schedule | None = None
        for offer in self.offers:
            entry = Entry(offer, before)
            found.append(entry)
            before = entry.schedule or before
        return found[::-1]

    @cached_property
    def statements(self) -> list[Any]:
        return list(records.newest_statements_of(self.negotiation.account))

    @cached_property
    def earlier_negotiations(self) -> list[tuple[Any, str]]:
        """The person's other negotiations, each with the tag of its state."""
        found = records.earlier_negotiations(cardholder=self.negotiation.cardholder, than=self.negotiation)
        return [(row, state_tag(row)) for row in found]

    @cached_property
    def plans(self) -> list[tuple[Any, str]]:
        """The person's plans, each with the tag of its state."""
        return [(row, state_tag(row)) for row in records.plans_of(self.negotiation.cardholder)]

    @cached_property
    def messages(self) -> list[Any]:
        """What both sides wrote without an offer, newest first."""
        return list(messages_of(self.negotiation))[::-1]

    @property
    def unread(self) -> frozenset[Any]:
        """The keys of the cardholder's messages that nobody at the bank has read."""
        since = self.negotiation.unread_since
        written = [message for message in self.messages if message.party == ActorKind.CARDHOLDER]
        return frozenset(message.pk for message in written if since and message.made_at >= since)

    @property
    def news(self) -> str:
        return news_tags(self.negotiation) if self.unread or self.negotiation.unopened_since else ""

    @property
    def heard_field(self) -> SafeString | str:
        """For every form by which somebody answers: the newest message on the page, up to which they have read."""
        if not self.messages:
            return ""
        return format_html('<input type="hidden" name="heard" value="{}">', self.messages[0].pk)

    @property
    def can_read(self) -> bool:
        """Whether this person may say that the messages are read."""
        return self.can_note and not self.is_with_other and self.negotiation.unread_since is not None

    @property
    def can_open_papers(self) -> bool:
        return not self.is_own and reading_role(self.user) is not None

    @cached_property
    def papers(self) -> list[Any]:
        """What the cardholder attached."""
        return list(attached_to(self.negotiation))

    @property
    def can_write(self) -> bool:
        return self.can_note and not self.is_with_other and self.negotiation.state in TALKING_STATES

    @cached_property
    def sent_back(self) -> SentBack | None:
        """What a second person sent back and nobody has decided since."""
        if self.negotiation.state != NegotiationState.WITH_BANK:
            return None
        found = records.sent_back(self.negotiation)
        return SentBack(*found) if found else None

    @cached_property
    def notes(self) -> list[Any]:
        return list(records.notes_of(self.negotiation))

    @property
    def events(self) -> list[tuple[Any, str]]:
        return [(event, event_words(event.kind)) for event in events_of(self.negotiation).order_by("-seq")]

    @cached_property
    def next(self) -> Negotiation | None:
        return next_in_queue(after=self.negotiation, reviewer=self.user, now=self.now)

    def _standing(self, plan: Plan, policy: LimitPolicy) -> Standing:
        if self.role is None:
            return Standing(Authority.NONE)
        return standing(Role(self.role.value), self._decision(plan), policy.authority)

    def _decision(self, plan: Plan) -> Any:
        return decision_about(owed=self.quote.snapshot.total, schedule=plan.schedule)


def monthly_burden(plan: Plan) -> Decimal:
    """What the plan asks for in a month, in yuan, rounded half up: two fortnightly instalments and a bit are one month's."""
    return round_half_up(plan.instalment * PERIODS_A_YEAR[plan.terms.frequency] / 12)
