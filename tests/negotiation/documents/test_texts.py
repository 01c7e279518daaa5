"""The words of the documents: published, versioned, in both languages."""

import io
import json
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from negotiation.documents import texts
from negotiation.documents.texts import UNDERTAKINGS, TextNotPublished, current_versions, labels, text_path, undertaking
from negotiation.management.commands import publish_text

TWO = {"drafted_by": "Li Min", "approved_by": "Zhou Zheng"}


class TestText:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_exists_in_the_current_version_and_is_the_approved_one(self, language: str) -> None:
        for name, version in current_versions().items():
            assert (texts.TEMPLATES / text_path(name, version, language)).is_file()

    def test_has_every_label_in_both_languages(self) -> None:
        version = current_versions()["labels"]
        assert _keys(labels(version, "zh-hans")) == _keys(labels(version, "en"))

    def test_is_refused_in_a_version_that_was_never_published(self) -> None:
        with pytest.raises(TextNotPublished):
            text_path("breach", "1999-01", "en")

    def test_is_refused_after_it_was_altered(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        altered = tmp_path / "texts" / "breach" / "2026-11.en.html"
        altered.parent.mkdir(parents=True)
        altered.write_text("The bank may do what it likes.")
        monkeypatch.setattr(texts, "TEMPLATES", tmp_path)
        texts.text_path.cache_clear()
        with pytest.raises(TextNotPublished):
            text_path("breach", "2026-11", "en")

    def test_of_an_undertaking_is_what_the_document_prints(self) -> None:
        version = current_versions()["undertaking_no_new_cards"]
        assert undertaking("no_new_cards", version, "zh-hans").endswith("本人不向任何银行申领信用卡。")
        assert all(f"undertaking_{name}" in current_versions() for name in UNDERTAKINGS)

    def test_leaves_no_published_file_without_its_fingerprint(self) -> None:
        register = json.loads(texts.REGISTER.read_text("utf-8"))["published"]
        files = {f"{file.parent.name}/{file.stem}" for file in (texts.TEMPLATES / "texts").glob("*/*")}
        assert files == set(register)


class TestPublishText:
    @pytest.fixture(autouse=True)
    def copy(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
        """A copy of the texts, so that a test publishes nothing."""
        shutil.copytree(texts.TEMPLATES / "texts", tmp_path / "texts")
        monkeypatch.setattr(texts, "TEMPLATES", tmp_path)
        monkeypatch.setattr(publish_text, "REGISTER", tmp_path / "texts" / "published.json")
        return tmp_path / "texts"

    def test_makes_a_new_version_the_current_one(self, copy: Path) -> None:
        for language in ("zh-hans", "en"):
            (copy / "breach" / f"2027-01.{language}.html").write_text("<p>new</p>")
        call_command("publish_text", "breach", "2027-01", **TWO, stdout=io.StringIO())
        register = json.loads((copy / "published.json").read_text("utf-8"))
        assert register["current"]["breach"] == "2027-01"
        assert register["approvals"]["breach/2027-01"] == TWO
        assert {"breach/2026-11.en", "breach/2027-01.en", "breach/2027-01.zh-hans"} <= set(register["published"])

    @pytest.mark.parametrize("second", ["Li Min", " li  MIN ", "", "  "])
    def test_needs_a_second_person(self, copy: Path, second: str) -> None:
        before = (copy / "published.json").read_bytes()
        for language in ("zh-hans", "en"):
            (copy / "breach" / f"2027-01.{language}.html").write_text("<p>new</p>")
        with pytest.raises(CommandError, match="other than who drafted"):
            call_command("publish_text", "breach", "2027-01", drafted_by="Li Min", approved_by=second)
        assert (copy / "published.json").read_bytes() == before

    def test_is_refused_while_a_language_is_missing(self, copy: Path) -> None:
        (copy / "breach" / "2027-01.en.html").write_text("<p>new</p>")
        with pytest.raises(CommandError, match="zh-hans"):
            call_command("publish_text", "breach", "2027-01", **TWO)

    def test_never_changes_what_is_published(self, copy: Path) -> None:
        (copy / "breach" / "2026-11.en.html").write_text("<p>altered</p>")
        before = (copy / "published.json").read_bytes()
        with pytest.raises(CommandError, match="published already"):
            call_command("publish_text", "breach", "2026-11", **TWO)
        assert (copy / "published.json").read_bytes() == before


def _keys(words: dict[str, object]) -> set[str]:
    return {
        f"{name}.{key}" if isinstance(value, dict) else name
        for name, value in words.items()
        for key in (value if isinstance(value, dict) else [""])
    }
