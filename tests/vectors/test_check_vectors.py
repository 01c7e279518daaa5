"""The engine against the vector file, and the runner against files that must fail."""

import json
from copy import deepcopy
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from negotiation.management.vectors import run_file
from negotiation.management.vectors.compare import Rounded, differences
from negotiation.management.vectors.flows import read_flows

VECTORS = Path(__file__).with_name("calc_vectors.json")
MORE_VECTORS = Path(__file__).with_name("domain_rules.json")
GOOD = json.loads(VECTORS.read_text(encoding="utf-8"))


def written(tmp_path, sections):
    path = tmp_path / "vectors.json"
    path.write_text(json.dumps(sections), encoding="utf-8")
    return path


def only(tmp_path, section, **changes):
    case = deepcopy(GOOD[section][0]) | changes
    return next(run_file(written(tmp_path, {section: [case]})))


@pytest.mark.parametrize("result", [*run_file(VECTORS), *run_file(MORE_VECTORS)], ids=lambda result: result.name)
class TestEngine:
    def test_computes_what_the_vector_expects(self, result):
        assert result.problems == ()


class TestRunner:
    def test_runs_every_case(self):
        assert len(list(run_file(VECTORS))) == sum(len(cases) for section, cases in GOOD.items() if section != "meta")

    def test_does_not_depend_on_ids(self, tmp_path):
        sections = deepcopy(GOOD)
        for section, cases in sections.items():
            for case in () if section == "meta" else cases:
                if "id" in case:
                    case["id"] = "renamed-" + case["id"]
                if "schedule" in case:
                    case["schedule"] = "renamed-" + case["schedule"]
        assert not [result for result in run_file(written(tmp_path, sections)) if result.problems]

    @pytest.mark.parametrize(
        "section", [section for section in GOOD if section not in ("meta", "payoffs", "instalment_overdue")]
    )
    def test_fails_where_one_expected_value_changes(self, tmp_path, section):
        for case in GOOD[section]:
            assert next(run_file(written(tmp_path, {section: [spoilt(case)]}))).problems

    def test_fails_an_unknown_section_and_kind(self, tmp_path):
        results = list(run_file(written(tmp_path, {"tides": [{"id": "X", "expected": "1"}], "meta": {}})))
        assert results[0].problems == ("section tides is not known",)
        assert only(tmp_path, "apr", kind="guess").problems == ("section apr, kind guess is not known",)

    def test_fails_an_unknown_section_without_cases(self, tmp_path):
        assert next(run_file(written(tmp_path, {"tides": []}))).problems

    def test_fails_a_field_that_is_not_computed(self, tmp_path):
        result = only(tmp_path, "cap_checks", expected={"tide": "high"})
        assert result.problems == ("tide: expected high, got nothing: not computed",)

    def test_fails_a_case_that_expects_nothing(self, tmp_path):
        case = {key: value for key, value in GOOD["late_fees"][0].items() if key != "expected"}
        assert next(run_file(written(tmp_path, {"late_fees": [case]}))).problems

    def test_fails_a_case_the_engine_refuses_and_names_the_refusal(self, tmp_path):
        assert "AmountNotPositive" in only(tmp_path, "schedules", principal="-1.00", financed="-1.00").problems[0]
        assert "no schedules S99" in only(tmp_path, "payoffs", schedule="S99").problems[0]

    def test_reads_an_account_that_refers_to_a_title_elsewhere(self, tmp_path):
        alone = next(case for case in GOOD["statement_run"] if "as R01" in case["title"])
        assert next(run_file(written(tmp_path, {"statement_run": [alone]}))).problems == ()


def spoilt(case):
    """The case with its first expected value changed."""
    key = next(key for key in case if key.startswith("expected"))
    return case | {key: spoilt_value(case[key])}


def spoilt_value(value):
    if isinstance(value, dict):
        first = next(iter(value))
        return value | {first: spoilt_value(value[first])}
    if isinstance(value, list):
        return [spoilt_value(value[0]), *value[1:]]
    if isinstance(value, bool) or value is None:
        return "changed" if value is None else not value
    return str(value) + "7"


class TestDifferences:
    def test_are_exact_for_money_and_to_the_places_shown_for_rates(self):
        assert not list(differences({"a": "1.10"}, {"a": Decimal("1.1")}))
        assert list(differences({"a": "1.10"}, {"a": Decimal("1.101")})) == ["a: expected 1.10, got 1.101"]
        assert not list(differences({"a": "1.10"}, {"a": Rounded(Decimal("1.0951"))}))
        assert list(differences({"a": True}, {"a": 1}))
        assert list(differences(["1"], []))
        assert list(differences({"a": "x"}, {"a": Decimal(1)}))


class TestFlows:
    @pytest.mark.parametrize(
        ("text", "first", "count", "a_year"),
        [
            ("24 x 230 monthly, first 1 unit-period after 1978-01-10", (1, "0"), 24, 12),
            ("36 x 200 monthly, advance 1978-02-10, first 1978-04-01: t=1, f=19/30", (1, "19/30"), 36, 12),
            ("36 x 200 monthly, advance 1978-02-10, first 1978-04-01", (1, "19/30"), 36, 12),
            ("250 then 23 x 230 monthly", (1, "0"), 24, 12),
            ("1,250.50, 22 x 230, 280 quarterly", (1, "0"), 24, 4),
            ("30 x 17.60 weekly, advance 1978-03-20, first 1978-04-21", (4, "4/7"), 30, 52),
            ("24 x 219.17 semimonthly, advance 1978-02-23, first 1978-03-01", (0, "6/15"), 24, 24),
            ("39.50 then 11 x 38.31 every 4 weeks: t=2, f=7/28", (2, "7/28"), 12, 13),
            ("35 x 465, 200 every two months", (1, "0"), 36, 6),
            ("1 x 1080 after 255 days", (1, "0"), 1, "73/51"),
            ("39.50 then 11 x 38.31 4-weekly (13 a year), advance 1978-03-18, first 1978-05-20", (2, "7/28"), 12, 13),
            ("monthly: 24 x 230", (1, "0"), 24, 12),
        ],
    )
    def test_are_read_from_a_line(self, text, first, count, a_year):
        _, payments, unit = read_flows(text, Decimal(5000))
        assert (payments[0].periods, str(payments[0].fraction)) == (first[0], str(type(unit.a_year)(first[1])))
        assert (len(payments), unit.a_year) == (count, type(unit.a_year)(a_year))

    @pytest.mark.parametrize("text", ["monthly", "24 x 230"])
    def test_are_refused_without_payments_or_unit(self, text):
        with pytest.raises(ValueError, match="no "):
            read_flows(text, Decimal(5000))


class TestCommand:
    def test_prints_a_line_a_case_and_the_count(self, capsys):
        call_command("check_vectors", str(VECTORS))
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == "S01: ok"
        assert lines[-1] == "119 passed, 0 failed"

    def test_exits_one_and_says_what_differs(self, tmp_path, capsys):
        path = written(tmp_path, {"late_fees": [GOOD["late_fees"][0] | {"id": "L", "expected": "36.00"}]})
        with pytest.raises(SystemExit) as stop:
            call_command("check_vectors", str(path))
        assert stop.value.code == 1
        assert capsys.readouterr().out.splitlines() == ["L: result: expected 36.00, got 35.00", "0 passed, 1 failed"]

    def test_prints_json(self, capsys):
        call_command("check_vectors", str(VECTORS), "--json")
        figures = json.loads(capsys.readouterr().out)
        assert (figures["passed"], figures["failed"], figures["cases"][0]["id"]) == (119, 0, "S01")

    def test_refuses_a_file_without_end(self):
        with pytest.raises(CommandError, match="larger than 10 MB"):
            call_command("check_vectors", "/dev/zero")

    @pytest.mark.parametrize(
        "text", ["", "[]", '{"late_fees": {}}', '{"late_fees": [1]}', pytest.param("[" * 100_000, id="bottomless")]
    )
    def test_refuses_a_file_that_is_none_of_vectors(self, tmp_path, text):
        path = tmp_path / "broken.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(CommandError):
            call_command("check_vectors", str(path))
        with pytest.raises(CommandError):
            call_command("check_vectors", str(tmp_path / "missing.json"))
