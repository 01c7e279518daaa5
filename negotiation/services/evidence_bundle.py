"""Everything that proves who agreed to what, how and when, as one signed file for a court or a mediator."""

import json
from datetime import UTC, datetime

from django.db import transaction

from negotiation.documents.evidence import build_bundle, embedded_files
from negotiation.documents.signing import ACCEPTANCE, timestamper
from negotiation.documents.signing_keys import bank_signer, chain_pem
from negotiation.documents.texts import LANGUAGES
from negotiation.models import Agreement, Document
from negotiation.models.agreements import DocumentKind
from negotiation.queries.agreements import agreement_by_reference
from negotiation.queries.events import events_of_agreement, negotiation_stream
from negotiation.queries.issued import issued_file
from negotiation.queries.texts import wordings_named
from negotiation.services.events import SYSTEM, record

READ_ME = """\
Evidence of a personalised instalment agreement 个性化分期还款协议存证材料

manifest.json    every file with its size and SHA-256; manifest.p7s is the bank's signature over it
documents/       the signed agreement in both languages, and the very bytes that the cardholder was shown and accepted;
                 with it the statements of account and the settlement certificate that followed
acceptance.json  how the cardholder accepted, as it stands under the bank's signature inside the agreement
events.json      what happened in the negotiation and to the plan, as hash chains
texts/           the wording of every clause and undertaking in the version that was used
chain.pem        the bank's certificates

To check it without our systems, in the unpacked folder: the signature, then every file by the manifest.

openssl cms -verify -binary -purpose any -inform DER -in manifest.p7s -content manifest.json -CAfile chain.pem -out /dev/null
python3 -c 'import json; [print(f["sha256"] + "  " + f["name"]) for f in json.load(open("manifest.json"))["files"]]' | sha256sum --check

Compare chain.pem with what the bank publishes: whoever made the bundle could have put another one into it. After the end of the bank's
certificate OpenSSL needs the moment of the signature (made_at in manifest.json): add -attime SECONDS, where SECONDS is what
date -d 2026-11-23T08:00:00+00:00 +%s prints for it. A timestamp in manifest.p7s, if there is one, proves that moment.
"""


class AgreementNotSealed(Exception):
    """There is no signed agreement of that reference, so there is nothing to prove yet."""


@transaction.atomic
def export_evidence(*, reference: str, now: datetime) -> bytes:
    """The evidence of one sealed agreement as a signed ZIP; that it was handed out is recorded.

    :raises AgreementNotSealed: if the agreement does not exist or is not sealed.
    :raises SigningUnavailable: if the bank cannot sign, or a timestamp authority is configured and does not answer.
    """
    agreement = agreement_by_reference(reference)
    if agreement is None or agreement.sealed_at is None:
        raise AgreementNotSealed(reference)
    files = _documents(agreement) | _texts(agreement) | _records(agreement)
    bundle = build_bundle(files, reference=reference, signer=bank_signer(), now=now, timestamper=timestamper())
    stream, data = negotiation_stream(agreement.negotiation), {"agreement": reference}
    record(stream=stream, kind="evidence_exported", actor=SYSTEM, data=data, now=now)
    return bundle


def _documents(agreement: Agreement) -> dict[str, bytes]:
    files = {}
    for document in Document.objects.filter(agreement=agreement, sealed_at__isnull=False):
        dated = f"-{document.as_of.isoformat()}" if document.as_of else ""
        name = f"documents/{document.kind.lower()}{dated}-{document.language}"
        files[f"{name}.pdf"] = issued_file(document).content
        if document.kind == DocumentKind.AGREEMENT:
            files[f"{name}-as-shown.pdf"] = bytes(document.draft_content)
    return files


def _texts(agreement: Agreement) -> dict[str, bytes]:
    """The wording of every clause that a document of the agreement names."""
    named = {item for document in agreement.documents.all() for item in document.text_versions.items()}
    return {
        f"texts/{wording.name}/{wording.version}.{language}.html": wording.in_language(language).encode()
        for wording in wordings_named(named)
        for language in LANGUAGES
    }


def _records(agreement: Agreement) -> dict[str, bytes]:
    sealed = Document.objects.get(agreement=agreement, kind=DocumentKind.AGREEMENT, is_governing=True)
    return {
        "README.txt": READ_ME.encode(),
        ACCEPTANCE: embedded_files(bytes(sealed.content))[ACCEPTANCE],
        "events.json": _events(agreement),
        "chain.pem": chain_pem(),
    }


def _events(agreement: Agreement) -> bytes:
    """Every event with all that its hash was computed from."""
    said = [
        {
            "stream": event.stream.name,
            "seq": event.seq,
            "kind": event.kind,
            "actor_kind": event.actor_kind,
            "actor_id": event.actor_user_id,
            "at": event.at.astimezone(UTC).isoformat(),
            "data": event.data,
            "previous_hash": event.previous_hash,
            "hash": event.hash,
        }
        for event in events_of_agreement(agreement)
    ]
    return json.dumps(said, ensure_ascii=False, indent=1).encode()
