"""Which bytes a signature covers, from raw bytes alone: everything that is not exactly so is refused by name."""

import pytest
from asn1crypto import cms, core, parser

from negotiation.documents.refusals import Reason, Refused
from negotiation.documents.signed_parts import LARGEST_SIGNATURE, MOST_SIGNATURES, parts_of, signed_data

START = b"%PDF-1.7\n"


def signed(
    before: bytes = START, *, gap: bytes = b"<3000>", label: bytes = b"/Contents ", end: bytes = b"%%EOF\n"
) -> bytes:
    """``before`` followed by a part that says it signs all of it."""
    head = b"/ByteRange [0 %010d %010d %010d] " + label
    first = len(before) + len(head % (0, 0, 0))
    return before + head % (first, first + len(gap), len(end)) + gap + end


def refusal(pdf: bytes) -> Reason:
    with pytest.raises(Refused) as refused:
        parts_of(pdf)
    return refused.value.reason


class TestParts:
    def test_are_each_the_file_up_to_its_own_end(self) -> None:
        once = signed()
        pdf = signed(once, gap=b"<300000>")
        one, two = parts_of(pdf)
        assert (one.end, two.end, one.digits, two.digits) == (len(once), len(pdf), 4, 6)
        assert one.covered == once.replace(b"<3000>", b"")
        assert two.covered == pdf.replace(b"<300000>", b"")

    @pytest.mark.parametrize(
        ("pdf", "reason"),
        [
            (signed() + b"\n", Reason.CHANGED_AFTER_SIGNING),
            (signed(signed() + b" "), None),
            (signed()[:-1], Reason.ALTERED),
            (signed(label=b"/Content ("), Reason.ALTERED),
            (signed(gap=b"<30 00>"), Reason.ALTERED),
            (signed(gap=b"(3000)"), Reason.ALTERED),
            (signed(gap=b"<>"), Reason.ALTERED),
            (signed(gap=b"<%b>" % (b"0" * LARGEST_SIGNATURE)), None),
            (signed(gap=b"<%b>" % (b"0" * (LARGEST_SIGNATURE + 2))), Reason.ALTERED),
            (signed().replace(b"[0 ", b"[1 "), Reason.ALTERED),
            (signed(signed()).replace(b"[0 ", b"[1 ", 1), Reason.CHANGED_AFTER_SIGNING),
            (START + b"/ByteRange [0 5 4 %d] " % 33, Reason.ALTERED),
            (signed(signed(), end=b"/Encrypt\n")[:-1], Reason.ENCRYPTED),
            (START + b"/Encrypt", Reason.ENCRYPTED),
            (START, Reason.NOT_SIGNED),
        ],
    )
    def test_are_refused_by_name(self, pdf: bytes, reason: Reason | None) -> None:
        if reason is None:
            assert parts_of(pdf)[-1].end == len(pdf)
        else:
            assert refusal(pdf) == reason

    def test_never_lie_within_each_other(self) -> None:
        """Two signatures over one range, or the second beginning inside the first, are no chain."""
        pdf = signed(signed())
        inner = pdf.index(b"/ByteRange", pdf.index(b"%%EOF"))
        said = pdf[inner : pdf.index(b"]", inner) + 1]
        first = pdf[pdf.index(b"/ByteRange") : pdf.index(b"]") + 1]
        assert refusal(pdf.replace(said, first)) == Reason.CHANGED_AFTER_SIGNING
        assert refusal(pdf.replace(first, said)) == Reason.CHANGED_AFTER_SIGNING

    def test_are_not_without_number(self) -> None:
        pdf = START
        for _ in range(MOST_SIGNATURES):
            pdf = signed(pdf)
        assert len(parts_of(pdf)) == MOST_SIGNATURES
        assert refusal(signed(pdf)) == Reason.CHANGED_AFTER_SIGNING

    def test_hold_nothing_but_zeros_after_the_signature(self) -> None:
        assert parts_of(signed(gap=b"<3000000000>"))[0].contents == b"\x30\x00"
        with pytest.raises(Refused):
            _ = parts_of(signed(gap=b"<3000000100>"))[0].contents


class TestSignedData:
    def der(self, more: bytes = b"", kind: str = "1.2.840.113549.1.7.2") -> bytes:
        """A CMS structure with more in it than its two parts."""
        inside = core.ObjectIdentifier(kind).dump() + parser.emit(2, 1, 0, parser.emit(0, 1, 16, b""))
        return parser.emit(0, 1, 16, inside + more)

    def test_is_the_one_structure(self) -> None:
        assert isinstance(signed_data(self.der()), cms.SignedData)

    def test_is_refused_with_something_inside_after_it(self) -> None:
        with pytest.raises(Refused):
            signed_data(self.der(core.Integer(1).dump()))

    def test_is_refused_if_it_is_of_another_kind(self) -> None:
        with pytest.raises(Refused):
            signed_data(self.der(kind="1.2.840.113549.1.7.1"))
