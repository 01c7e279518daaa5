"""Addresses of links, claiming, sign-in and security. Of allauth's pages only those that this site needs exist."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path
from django.views.decorators.cache import never_cache

from portal.accounts import claim, opening, security, sign_in

urlpatterns = [
    path("l/", opening.opened_link, name="opened_link"),
    path("l/<str:token>/", opening.email_link, name="email_link"),
    path("claim/", claim.claim, name="claim"),
    path("claim/code/", claim.claim_code, name="claim_code"),
    path("sign-in/", sign_in.RequestCodeView.as_view(), name="account_request_login_code"),
    path("sign-in/code/", sign_in.ConfirmCodeView.as_view(), name="account_confirm_login_code"),
    path("sign-in/staff/", sign_in.StaffSignInView.as_view(), name="account_login"),
    path("sign-in/second-factor/", never_cache(mfa.authenticate), name="mfa_authenticate"),
    path("sign-in/again/", never_cache(account.reauthenticate), name="account_reauthenticate"),
    path("sign-in/again/second-factor/", never_cache(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("sign-in/not-active/", never_cache(account.account_inactive), name="account_inactive"),
    path("sign-out/", never_cache(account.logout), name="account_logout"),
    path("security/", never_cache(mfa.index), name="mfa_index"),
    path("security/app/", never_cache(security.SetUpSecondFactorView.as_view()), name="mfa_activate_totp"),
    path("security/app/remove/", never_cache(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("security/recovery-codes/", never_cache(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "security/recovery-codes/new/",
        never_cache(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "security/recovery-codes/file/",
        never_cache(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
