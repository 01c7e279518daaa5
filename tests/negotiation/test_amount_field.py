from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Sum, Value

from negotiation.models import CardAccount
from negotiation.models.fields import AmountField
from tests.factories import make_account

pytestmark = pytest.mark.django_db
ONE_FEN = Value(Decimal("0.01"), output_field=AmountField())


class TestAnAmount:
    def test_is_kept_in_whole_fen(self):
        account = make_account(credit_limit=Decimal("12345.67"))
        with connection.cursor() as cursor:
            cursor.execute("SELECT credit_limit FROM negotiation_cardaccount WHERE source_id = %s", [account.source_id])
            assert cursor.fetchone()[0] == 1234567

    def test_comes_back_exactly(self):
        pk = make_account(credit_limit=Decimal("99999999999.99")).pk
        assert CardAccount.objects.get(pk=pk).credit_limit == Decimal("99999999999.99")

    def test_sums_exactly_where_floats_would_not(self):
        for _ in range(3):
            make_account(credit_limit=Decimal("9999999999.99"))
        total = CardAccount.objects.aggregate(total=Sum("credit_limit"))["total"]
        assert total == Decimal("29999999999.97")

    def test_is_found_by_its_value(self):
        account = make_account(credit_limit=Decimal("0.10"))
        assert CardAccount.objects.get(credit_limit=Decimal("0.10")) == account

    @pytest.mark.parametrize("value", [Decimal("0.001"), 0.1, "1.00"])
    def test_refuses_what_is_not_yuan_and_fen(self, value):
        with pytest.raises(ValueError, match="credit_limit"):
            make_account(credit_limit=value)


class TestATotal:
    def test_cannot_differ_from_the_sum_of_its_components(self):
        account = make_account()
        with pytest.raises(IntegrityError, match="cardaccount_total_is_sum"), transaction.atomic():
            CardAccount.objects.filter(pk=account.pk).update(total=F("total") + ONE_FEN)
