import pytest
from django.db import connection
from django.test import override_settings

from negotiation.models import Cardholder
from negotiation.models.sealed import SealBroken, blind_index, seal, unseal
from tests.factories import make_cardholder

pytestmark = pytest.mark.django_db


def stored(cardholder: Cardholder, column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM negotiation_cardholder WHERE source_id = %s", [cardholder.source_id])
        return cursor.fetchone()[0]


class TestASealedColumn:
    def test_holds_nothing_readable(self):
        cardholder = make_cardholder(name="王示例", birth_date="1990-01-31", email="wang@cardholder.example")
        for column in ("name", "birth_date", "email"):
            value = stored(cardholder, column)
            assert value.startswith("v1.test1.")
            assert "王" not in value and "1990" not in value and "wang" not in value

    def test_opens_again_on_its_row(self):
        pk = make_cardholder(name="王示例").pk
        assert Cardholder.objects.get(pk=pk).name == "王示例"

    def test_refuses_a_value_moved_from_another_row(self):
        mine, theirs = make_cardholder(name="甲示例"), make_cardholder(name="乙示例")
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE negotiation_cardholder SET name = %s WHERE source_id = %s",
                [stored(theirs, "name"), mine.source_id],
            )
        with pytest.raises(SealBroken):
            _ = Cardholder.objects.get(pk=mine.pk).name

    def test_refuses_a_value_moved_from_another_column(self):
        mine = make_cardholder()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE negotiation_cardholder SET name = birth_date WHERE source_id = %s", [mine.source_id])
        with pytest.raises(SealBroken):
            _ = Cardholder.objects.get(pk=mine.pk).name

    def test_cannot_be_written_past_its_row(self):
        cardholder = make_cardholder()
        with pytest.raises(TypeError, match="sealed"):
            Cardholder.objects.filter(pk=cardholder.pk).update(name="甲")

    def test_cannot_be_searched(self):
        with pytest.raises(TypeError, match="sealed"):
            list(Cardholder.objects.filter(name="甲"))

    def test_stays_as_it_is_when_another_column_is_saved(self):
        pk = make_cardholder(name="王示例").pk
        cardholder = Cardholder.objects.get(pk=pk)
        before = stored(cardholder, "name")
        cardholder.language = "en"
        cardholder.save()
        assert stored(cardholder, "name") == before


class TestASeal:
    def test_is_different_each_time(self):
        assert seal("甲", "t.c:1") != seal("甲", "t.c:1")

    def test_opens_with_an_older_key_that_is_still_configured(self):
        token = seal("甲", "t.c:1")
        with override_settings(DATA_KEYS={"new": b"n" * 32, "test1": bytes(range(32))}):
            assert unseal(token, "t.c:1") == "甲"
            assert seal("甲", "t.c:1").startswith("v1.new.")

    @pytest.mark.parametrize("token", ["", "甲", "v1.test1.!!", "v2.test1.AAAA", "v1.gone.AAAA", "v1.test1.AAAA"])
    def test_refuses_what_it_did_not_make(self, token):
        with pytest.raises(SealBroken):
            unseal(token, "t.c:1")

    def test_does_not_name_the_row_when_it_is_broken(self):
        with pytest.raises(SealBroken) as refused:
            unseal(seal("甲", "t.c:1"), "t.c:2")
        assert str(refused.value) == "t.c"


class TestABlindIndex:
    def test_finds_an_address_however_it_is_written(self):
        assert blind_index("email", " Wang@Example.COM ") == blind_index("email", "wang@example.com")

    def test_says_nothing_across_purposes(self):
        assert blind_index("email", "1") != blind_index("phone", "1")

    def test_depends_on_the_key(self):
        with override_settings(INDEX_KEY=b"x" * 32):
            other = blind_index("email", "a@b.example")
        assert other != blind_index("email", "a@b.example")
