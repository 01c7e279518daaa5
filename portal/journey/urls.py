"""The addresses of the cardholder's pages."""

from django.urls import path

from portal.journey import (
    agreement,
    arrears,
    calendar,
    check,
    circumstances,
    conversation,
    documents,
    home,
    negotiations,
    propose,
    signing,
    supporting,
    verify,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("accounts/", arrears.arrears_list, name="arrears_list"),
    path("accounts/<slug:reference>/", arrears.arrears_detail, name="arrears_detail"),
    path("accounts/<slug:reference>/begin/", circumstances.begin, name="begin"),
    path("accounts/<slug:reference>/circumstances/", circumstances.circumstances, name="circumstances"),
    path("accounts/<slug:reference>/circumstances/budget/", circumstances.budget, name="budget"),
    path("accounts/<slug:reference>/propose/", propose.propose, name="propose"),
    path("accounts/<slug:reference>/propose/figures/", propose.figures, name="figures"),
    path("accounts/<slug:reference>/propose/help/", propose.ask_for_help, name="ask_for_help"),
    path("accounts/<slug:reference>/check/<slug:quote>/", check.check, name="check"),
    path("negotiations/<slug:reference>/", negotiations.negotiation, name="negotiation"),
    path("negotiations/<slug:reference>/status/", negotiations.negotiation_status, name="negotiation_status"),
    path("negotiations/<slug:reference>/accept/", negotiations.accept, name="accept"),
    path("negotiations/<slug:reference>/withdraw/", negotiations.withdraw, name="withdraw"),
    path("negotiations/<slug:reference>/message/", conversation.write_message, name="write_message"),
    path("negotiations/<slug:reference>/documents/", supporting.attach_document, name="attach_document"),
    path(
        "negotiations/<slug:reference>/documents/<slug:supporting>/",
        supporting.supporting_document,
        name="supporting_document",
    ),
    path(
        "negotiations/<slug:reference>/documents/<slug:supporting>/delete/",
        supporting.delete_document,
        name="delete_document",
    ),
    path("negotiations/<slug:reference>/sign/begin/", signing.begin_signing, name="begin_signing"),
    path("negotiations/<slug:reference>/sign/costs/", signing.cost_sheet, name="cost_sheet"),
    path("negotiations/<slug:reference>/sign/undertakings/", signing.undertakings, name="undertakings"),
    path("negotiations/<slug:reference>/sign/", signing.sign, name="sign"),
    path("negotiations/<slug:reference>/sign/ready/", signing.document_ready, name="document_ready"),
    path("negotiations/<slug:reference>/sign/code/", signing.send_code, name="send_code"),
    path("agreements/<slug:reference>/", agreement.agreement, name="agreement"),
    path("agreements/<slug:reference>/calendar.ics", calendar.calendar_file, name="calendar_file"),
    path("agreements/<slug:reference>/documents/<slug:document_reference>/", documents.document, name="document"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<slug:reference>/", verify.verify, name="verify"),
]
