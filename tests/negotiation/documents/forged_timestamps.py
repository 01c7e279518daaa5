"""Ways to slip something past the bank's signature as, or together with, an archive timestamp, and who notices.
``docs/documents.md`` prints this table. The attacker may have any document stamped by the authority that the bank trusts.
"""

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper, Signer
from pyhanko.sign.timestamps import TimeStamper

from negotiation.documents import archive
from negotiation.documents.archive import Archived, Proofs, archived
from negotiation.documents.coroutines import run
from negotiation.documents.refusals import Reason
from negotiation.documents.signed_parts import parts_of
from negotiation.documents.stamping import stamped
from tests.negotiation.documents.authority import NOW, Authority
from tests.negotiation.documents.tampering import append_comment, cover_an_amount, flip_in_padding, flip_in_stream

DIGITS = 6000


@dataclass(frozen=True)
class Forgery:
    """``make`` makes the file of one with a sound archive timestamp; the flags say who accepts it who does not know the bank's records."""

    name: str
    reason: Reason
    make: Callable[[bytes], bytes]
    pdfsig: bool = True
    openssl: bool = True
    qpdf: bool = True


def forgeries(signed: bytes, authority: Authority, stamps: TimeStamper) -> list[Forgery]:
    """All of them; ``signed`` is the document with the bank's signature and no archive timestamp yet."""
    stranger = Authority("Example Bank root").timestamper(NOW)
    changed, own = Reason.CHANGED_AFTER_SIGNING, authority.issue().signer().signer
    painted, moved = cover_an_amount(signed), (b"[-9999 -9999 -9999 -9999]", b"[0 0 595 842]")
    script = (b"/Type /Annot", b"/Type /Annot/AA <</E <</S /JavaScript/JS (app.alert\\(1\\))>>>>")
    unsigned, junk = signed[: signed.index(b"%%EOF") + 6], Proofs((b"0\x03\x02\x01\x05",))
    by_another = {"pdfsig": False, "openssl": False}
    return [
        Forgery(
            "an update that paints over an amount, stamped",
            changed,
            lambda pdf: stamped_by(cover_an_amount(pdf), stamps),
        ),
        Forgery("the same in place of the archive timestamp", changed, lambda pdf: stamped_by(painted, stamps)),
        Forgery("the same, stamped in our own form", changed, lambda pdf: stamped(painted, stamps, Proofs())),
        Forgery("a painted amount after the archive timestamp", changed, cover_an_amount, pdfsig=False),
        Forgery("a remark after the archive timestamp", changed, append_comment, pdfsig=False),
        Forgery(
            "a timestamp of another authority under the same name",
            changed,
            lambda pdf: stamped(signed, stranger, Proofs()),
            openssl=False,
        ),
        Forgery(
            "a genuine timestamp of other bytes", changed, lambda pdf: stamped_elsewhere(signed, stamps), openssl=False
        ),
        Forgery("a genuine timestamp in another program's form", changed, lambda pdf: stamped_by(signed, stamps)),
        Forgery("a field that covers the page, stamped", changed, lambda pdf: with_field(signed, stamps, *moved)),
        Forgery("a field that runs a script, stamped", changed, lambda pdf: with_field(signed, stamps, *script)),
        Forgery("bytes between the objects of the update, stamped", changed, lambda pdf: with_stowaway(signed, stamps)),
        Forgery(
            "something else stored as revocation data, stamped", changed, lambda pdf: stamped(signed, stamps, junk)
        ),
        Forgery(
            "a second signature in place of a timestamp", changed, lambda pdf: signed_too(signed, own), openssl=False
        ),
        Forgery("one byte flipped under the bank's signature", Reason.ALTERED, flip_in_stream, **by_another),
        Forgery("one digit flipped in the signature's padding", Reason.ALTERED, flip_in_padding, openssl=False),
        Forgery("one digit flipped in the timestamp's padding", Reason.ALTERED, flip_in_last_padding, pdfsig=False),
        Forgery("one digit flipped in the timestamp's field", changed, flip_in_field, openssl=False),
        Forgery("the timestamp cut out of its gap", Reason.UNREADABLE, without_token, openssl=False),
        Forgery(
            "a timestamp in place of the bank's signature",
            Reason.UNREADABLE,
            lambda pdf: stamped_by(unsigned, stamps),
            **by_another,
        ),
    ]


def stamped_by(pdf: bytes, stamps: TimeStamper) -> bytes:
    """With a document timestamp as another program makes it."""
    stamper = PdfTimeStamper(stamps, field_name="Other")
    return run(stamper.async_timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256")).getvalue()


def signed_too(pdf: bytes, signer: Signer) -> bytes:
    """Our own form around a second signature by the bank's key."""
    covered = archived(pdf, Proofs(), digits=2 * DIGITS).covered
    signature = run(signer.async_sign_general_data(covered, "sha256")).dump()
    return archived(pdf, Proofs(), digits=2 * DIGITS, token=signature).pdf


def stamped_elsewhere(pdf: bytes, stamps: TimeStamper) -> bytes:
    """Our own form around a timestamp that the trusted authority gave for something else."""
    token = run(stamps.async_timestamp(hashlib.sha256(b"another file").digest(), "sha256")).dump()
    return archived(pdf, Proofs(), digits=DIGITS, token=token).pdf


def with_field(pdf: bytes, stamps: TimeStamper, ours: bytes, theirs: bytes) -> bytes:
    """Our own form but for one thing in the field, with a genuine timestamp over it."""
    kept, archive._field = archive._field, lambda *said: kept(*said).replace(ours, theirs)
    try:
        return stamped(pdf, stamps, Proofs())
    finally:
        archive._field = kept


def with_stowaway(pdf: bytes, stamps: TimeStamper) -> bytes:
    """A comment at the beginning of the update, every offset moved with it, with a genuine timestamp over it."""
    stowaway = b"% what readers skip\n"
    draft = archived(pdf, Proofs(), digits=DIGITS)
    update = stowaway + re.sub(
        rb"01([0-9A-F]{10})00", lambda found: b"01%010X00" % (int(found[1], 16) + len(stowaway)), draft.pdf[len(pdf) :]
    )
    update = re.sub(rb"startxref\n(\d+)", lambda found: b"startxref\n%d" % (int(found[1]) + len(stowaway)), update)
    first, second = draft.first + len(stowaway), draft.second + len(stowaway)
    said = b"/ByteRange [%010d %010d %010d %010d]" % (0, first, second, len(pdf) + len(update) - second)
    moved = Archived(pdf + re.sub(rb"/ByteRange \[[^]]*\]", said, update), first, second)
    token = run(stamps.async_timestamp(hashlib.sha256(moved.covered).digest(), "sha256")).dump().hex().encode()
    return moved.pdf[: first + 1] + token.ljust(DIGITS, b"0") + moved.pdf[second - 1 :]


def with_false_moment(pdf: bytes, false: TimeStamper) -> bytes:
    """A timestamp of anybody's put before the genuine one of the signature: no byte of that is signed."""
    [part] = parts_of(pdf)
    signature = cms.ContentInfo.load(part.contents)
    signer = signature["content"]["signer_infos"][0]
    digest = hashlib.sha256(signer["signature"].native).digest()
    token = cms.CMSAttribute(
        {"type": "signature_time_stamp_token", "values": [run(false.async_timestamp(digest, "sha256"))]}
    )
    signer["unsigned_attrs"] = cms.CMSAttributes([token, *signer["unsigned_attrs"]])
    digits = signature.dump(force=True).hex().encode().ljust(part.digits, b"0")
    return pdf[: part.first + 1] + digits + pdf[part.second - 1 :]


def flip_in_last_padding(pdf: bytes) -> bytes:
    place = pdf.rindex(b"0>>>", 0, pdf.rindex(b"/Type /XRef"))
    return pdf[:place] + b"1" + pdf[place + 1 :]


def flip_in_field(pdf: bytes) -> bytes:
    place = pdf.rindex(b"-9999]") + 1
    return pdf[:place] + b"8" + pdf[place + 1 :]


def without_token(pdf: bytes) -> bytes:
    first = pdf.rindex(b"/Contents <") + 11
    second = pdf.index(b">", first)
    return pdf[:first] + b"3000".ljust(second - first, b"0") + pdf[second:]
