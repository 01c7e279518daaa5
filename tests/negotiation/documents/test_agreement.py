"""The agreement as a file: its text, its data, its form, and what hostile values do to it."""

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest
import segno

from negotiation.documents import rendering
from negotiation.documents.agreement import RenderedDocument, agreement_context, render_agreement
from negotiation.documents.capitals import chinese_capitals
from negotiation.documents.content import AgreementContent, Language
from negotiation.documents.glyphs import missing, printable
from negotiation.documents.press import FetchRefused, GlyphMissing
from negotiation.documents.rendering import RendererNotReady, code_of, render_html, render_pdf
from negotiation.documents.sheet import Sheet
from tests.negotiation.documents.contents import MADE_AT, agreement_content, schedule
from tests.negotiation.documents.tools import page_text, qpdf_accepts, run

LANGUAGES = ("zh-hans", "en")
Rendered = Callable[[str], RenderedDocument]


def text_of(pdf: bytes, folder: Path) -> str:
    path = folder / "document.pdf"
    path.write_bytes(pdf)
    return page_text(path)


def html_of(content: AgreementContent, language: Language = Language.CHINESE) -> str:
    return render_html("agreement/document.html", agreement_context(content, language))


def named(name: str, **overrides: Any) -> AgreementContent:
    content = agreement_content(**{"schedule": schedule(1)} | overrides)
    return replace(content, cardholder=replace(content.cardholder, name=name))


@pytest.mark.parametrize("language", LANGUAGES)
class TestAgreement:
    def test_prints_every_number_of_the_schedule(self, rendered: Rendered, language: str, tmp_path: Path) -> None:
        text = text_of(rendered(language).pdf, tmp_path)
        lines = [line.split() for line in text.splitlines()]
        for row in schedule().rows:
            amounts = [row.principal, row.interest, row.fee, row.payment, row.balance_after]
            assert [str(row.seq), row.due_date.isoformat(), *(f"{amount:,.2f}" for amount in amounts)] in lines

    def test_says_the_same_on_the_page_and_in_its_data(self, rendered: Rendered, language: str, tmp_path: Path) -> None:
        path = tmp_path / "document.pdf"
        path.write_bytes(rendered(language).pdf)
        run("pdfdetach", "-saveall", "-o", tmp_path, path)
        data = json.loads((tmp_path / "schedule.json").read_text("utf-8"))
        listed = list(csv.DictReader(io.StringIO((tmp_path / "schedule.csv").read_text("utf-8"))))
        expected = [row.to_data() for row in schedule().rows]
        assert data["rows"] == expected
        assert [{name: str(value) for name, value in row.items()} for row in expected] == listed
        printed = page_text(path).replace(",", "")
        assert all(value in printed for row in listed for value in row.values())

    def test_repeats_the_table_head_and_numbers_the_pages(
        self, rendered: Rendered, language: str, tmp_path: Path
    ) -> None:
        pages = text_of(rendered(language).pdf, tmp_path).split("\f")[:-1]
        head = {"zh-hans": "剩余本金", "en": "Remaining"}[language]
        with_rows = [text for text in pages if re.search(r"^\s*\d+\s+20\d\d-\d\d-\d\d", text, re.MULTILINE)]
        assert len(with_rows) == 2
        assert all(head in text for text in with_rows)
        for number, text in enumerate(pages, 1):
            label = {"zh-hans": f"第 {number} 页，共 {len(pages)} 页", "en": f"Page {number} of {len(pages)}"}[language]
            assert label in text

    def test_conforms_to_pdf_a_and_pdf_ua(self, rendered: Rendered, language: str, tmp_path: Path) -> None:
        pdf = rendered(language).pdf
        for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1):
            report = page.validate_pdf_bytes(pdf, profile=profile)
            assert report.is_compliant, [failure.message for failure in report.failures]
        path = tmp_path / "document.pdf"
        path.write_bytes(pdf)
        assert qpdf_accepts(path)

    def test_embeds_its_fonts_and_lists_each_file_once(self, rendered: Rendered, language: str) -> None:
        with pikepdf.open(io.BytesIO(rendered(language).pdf)) as pdf:
            assert [str(item.F) for item in pdf.Root.AF] == ["schedule.csv", "schedule.json"]
            assert str(pdf.Root.Lang) == {"zh-hans": "zh-Hans", "en": "en"}[language]
            assert str(pdf.docinfo["/Keywords"]) == agreement_content().reference
            fonts = {
                str(font.BaseFont).partition("+")[2] for item in pdf.pages for font in item.Resources.Font.values()
            }
        assert fonts == {"Noto-Sans-SC", "Noto-Sans-SC-Bold"}

    def test_is_the_same_bytes_every_time(self, rendered: Rendered, language: str) -> None:
        assert render_agreement(agreement_content(), language) == rendered(language)

    def test_names_the_version_of_every_text(self, rendered: Rendered, language: str, tmp_path: Path) -> None:
        printed = "".join(text_of(rendered(language).pdf, tmp_path).split())
        assert all(f"{name}{version}" in printed for name, version in rendered(language).text_versions.items())

    def test_has_the_six_items_of_article_70(self, rendered: Rendered, language: str, tmp_path: Path) -> None:
        text = text_of(rendered(language).pdf, tmp_path)
        number = {"zh-hans": "[一二三四五六]、", "en": r"[1-6]\. [A-Z]"}[language]
        headings = [line.strip() for line in text.splitlines() if re.match(rf"\f?{number}", line)]
        assert len(headings) >= 6

    def test_states_the_totals_in_capitals(self, rendered: Rendered, language: str, tmp_path: Path) -> None:
        text = text_of(rendered(language).pdf, tmp_path)
        for amount in (agreement_content().kept_total, agreement_content().total_to_pay):
            assert f"人民币{chinese_capitals(amount)}" in text


@pytest.fixture(scope="module")
def longest(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The pages of a demonstration document: a down payment, sixty instalments, the last of them the highest."""
    plain = schedule(60)
    last = plain.rows[-1]
    rows = (*plain.rows[:-1], replace(last, interest=last.interest + 9000, payment=last.payment + 9000))
    terms = replace(plain.terms, principal=plain.terms.principal + 5000, down_payment=Decimal("5000.00"))
    content = agreement_content(schedule=replace(plain, terms=terms, rows=rows), demonstration=True)
    pdf = render_agreement(content, "zh-hans").pdf
    return text_of(pdf, tmp_path_factory.mktemp("longest")).split("\f")[:-1]


class TestEveryPage:
    def test_says_that_it_is_a_demonstration(self, longest: list[str]) -> None:
        assert len(longest) == 6
        assert all("演示文件" in page for page in longest)

    def test_names_the_agreement_and_its_reference(self, longest: list[str]) -> None:
        assert all("个性化分期还款协议" in page and "7K3QXW9M2TVB" in page for page in longest)

    def test_of_signatures_has_words_of_the_agreement_too(self, longest: list[str]) -> None:
        signed = next(page for page in longest if "签署\n" in page)
        assert "文本与适用法律" in signed


class TestFirstPage:
    def test_names_an_instalment_that_is_higher_than_the_first(
        self, longest: list[str], rendered: Rendered, tmp_path: Path
    ) -> None:
        assert re.search(r"最高一期 ¥ 9,48\d\.\d\d", longest[0])
        assert "最高一期" not in text_of(rendered("zh-hans").pdf, tmp_path)

    def test_has_a_code_with_its_whole_quiet_zone(self) -> None:
        """Four modules on every side (ISO/IEC 18004)."""
        width, _ = segno.make("https://bank.example/", error="m", micro=False).symbol_size(scale=4, border=4)
        assert f'width="{width}"'.encode() in code_of("https://bank.example/")["code"]


class TestTotal:
    def test_says_that_it_contains_the_down_payment(self, longest: list[str]) -> None:
        assert any("其中首付款 ¥ 5,000.00" in page for page in longest)


class TestHostileValue:
    @pytest.mark.parametrize(
        "name", ["欧阳𠮷", "王㐂", "龘龘", "李😀", "عمر", 'Ó\'Brien "Bob"', "<img src=x>", "A\u202egnp.exe", "&#x202e;"]
    )
    def test_renders_or_falls_back_visibly(self, name: str, tmp_path: Path) -> None:
        text = text_of(render_agreement(named(name), "zh-hans").pdf, tmp_path)
        assert printable(name) in text
        assert all(f"U+{ord(character):04X}" in text for character in missing(name))

    def test_prints_rare_hanzi_that_have_a_glyph(self) -> None:
        assert missing("㐂龘堃喆犇翀祎玥璟珺嬿䶮㛃𬱖") == ()

    def test_cannot_inject_markup(self) -> None:
        html = html_of(named("<script>alert(1)</script><b>x</b>"))
        assert "<script" not in html
        assert "&lt;b&gt;x" in html

    @pytest.mark.parametrize(
        "address",
        [
            "https://evil.example/x.png",
            "file:///etc/passwd",
            "data:image/png;base64,AAAA",
            "//evil.example/",
            "asset:other",
        ],
    )
    def test_cannot_make_the_renderer_fetch_anything(self, address: str) -> None:
        sheet = Sheet(
            f'<html lang="en"><body><img src="{address}" alt="x"></body></html>', Language.ENGLISH, MADE_AT, {}
        )
        with pytest.raises(FetchRefused):
            render_pdf(sheet)

    def test_is_normalised_so_that_it_can_be_found_again(self, tmp_path: Path) -> None:
        text = text_of(render_agreement(named("⽅小明"), "zh-hans").pdf, tmp_path)
        assert "方小明" in text

    def test_never_becomes_an_empty_box(self) -> None:
        sheet = Sheet('<html lang="zh"><body><p>𠮷</p></body></html>', Language.CHINESE, MADE_AT, {})
        with pytest.raises(GlyphMissing):
            render_pdf(sheet)


class TestRenderer:
    @pytest.mark.parametrize("letter", "xyzuvw")
    def test_ends_no_stream_in_a_carriage_return(self, letter: str) -> None:
        """A reader could take it for the end of the line; five of these six titles gave a table that ended so."""
        html = f'<html lang="en"><head><title>t {letter * 41}</title></head><body><p>x</p></body></html>'
        assert b"\r\nendstream" not in render_pdf(Sheet(html, Language.ENGLISH, MADE_AT, {}))

    def test_refuses_to_start_without_its_fonts(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(rendering, "REGULAR", tmp_path / "NotoSansSC-Regular.ttf")
        rendering._press.cache_clear()
        with pytest.raises(RendererNotReady, match=r"NotoSansSC-Regular\.ttf"):
            rendering.check_renderer()

    def test_refuses_to_start_without_the_subsetter(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rendering.check_renderer()
        rendering._press.cache_clear()
        monkeypatch.setattr("weasyprint.text.ffi.harfbuzz_subset", None)
        with pytest.raises(RendererNotReady, match="libharfbuzz-subset0"):
            rendering.check_renderer()
