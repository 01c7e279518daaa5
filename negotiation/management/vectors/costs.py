"""Cases about the yearly cost: flat and up-front charges, Regulation Z, the EU formula."""

from decimal import Decimal
from typing import Any

from negotiation.domain.apr import eu_aprc, regulation_z_apr
from negotiation.domain.cost import YearlyCost, periodic_cost
from negotiation.management.vectors.case import Case, Computation
from negotiation.management.vectors.compare import Rounded, percent
from negotiation.management.vectors.flows import read_flows

_PERIODS_A_YEAR = 12


def _flat_fee(case: Case) -> dict[str, Any]:
    """A flat charge each period on an amount repaid evenly, nothing rounded: the advance is taken as one unit an instalment."""
    count, rate = case.count("n"), case.number("fee_rate_per_period")
    advance = Decimal(count)
    cost = periodic_cost(advance, [1 + advance * rate] * count)
    return {**_cost(cost), "naive_fee_x12_pct": percent(rate * _PERIODS_A_YEAR)}


def _upfront_fee(case: Case) -> dict[str, Any]:
    advance = case.number("principal") - case.number("upfront_fee")
    return _cost(periodic_cost(advance, [case.number("payment")] * case.count("n")))


def _regulation_z(case: Case) -> dict[str, Any]:
    advances, payments, unit = read_flows(case.text("flows_compact", case.inputs.get("desc")), case.number("advance"))
    return _places(regulation_z_apr(advances, payments, unit))


def _eu(case: Case) -> dict[str, Any]:
    flows = [(Decimal(str(amount)), Decimal(str(years))) for amount, years in case.inputs["flows_amount_years"]]
    return _places(eu_aprc(flows))


def _cost(cost: YearlyCost) -> dict[str, Rounded]:
    return {
        "irr_period_pct": percent(cost.irr_period),
        "apr_nominal_irr_x12_pct": percent(cost.simple),
        "apr_effective_pct": percent(cost.effective),
    }


def _places(rate: Decimal) -> dict[str, Rounded]:
    """The rate under every name that states its places: the comparison rounds to those."""
    names = ("apr_pct", "aprc_pct", *(f"{name}_pct_{places}dp" for name in ("apr", "aprc") for places in range(9)))
    return dict.fromkeys(names, percent(rate))


KINDS: dict[str, Computation] = {
    "flat_fee_unrounded": _flat_fee,
    "upfront_fee": _upfront_fee,
    "us_reg_z_appendix_j": _regulation_z,
    "eu_ccd_aprc": _eu,
}
