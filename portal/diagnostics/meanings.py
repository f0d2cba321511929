"""Microsoft's error codes, their meaning and their cure. Pure.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes and
https://learn.microsoft.com/graph/errors
"""

from collections.abc import Mapping

AGAIN = "Start again from Portal."
OTHER_ACCOUNT = "Sign out at Microsoft, and choose the account of this organization."
RECONNECT = "The person presses Reconnect under Microsoft 365 in their settings."
POLICY = "An administrator of Microsoft 365 decides: a policy of the organization asks for it."
ASK_CONSENT = "An administrator of Microsoft 365 follows the link under Integrations."
WAIT = "You need to do nothing. Portal tries again automatically."
OURS = "Nothing is wrong on your side. Tell whoever runs Portal, with the log's lines of then."
ACCESS = "A permission is missing for this."

Meanings = Mapping[str, tuple[str, str]]

SIGN_IN: Meanings = {
    "16000": ("The account is not in this organization.", OTHER_ACCOUNT),
    "50011": (
        "The redirect address is not registered with the application.",
        "Copy both addresses under Application into the app registration, platform Web.",
    ),
    "50020": (
        "The account belongs to another organization, or is a personal one.",
        OTHER_ACCOUNT,
    ),
    "50034": ("The account does not exist in this organization.", OTHER_ACCOUNT),
    "51004": ("The account does not exist in this organization.", OTHER_ACCOUNT),
    "500011": (
        "Microsoft Graph is not known in this directory.",
        "Check tenant and cloud under Application.",
    ),
    "50053": ("The account is locked for a while, or the sign-in looked malicious.", POLICY),
    "50055": ("The password has expired.", "The person renews it at Microsoft."),
    "50144": ("The password has expired.", "The person renews it at Microsoft."),
    "50057": (
        "The account is disabled in the directory.",
        "An administrator of Microsoft 365 enables it, if it should be.",
    ),
    "50058": ("Nobody is signed in at Microsoft.", AGAIN),
    "50072": ("A second factor has to be set up.", RECONNECT),
    "50079": ("A second factor has to be set up.", RECONNECT),
    "50074": ("A second factor is needed.", RECONNECT),
    "50076": ("A second factor is needed.", RECONNECT),
    "50078": ("The second factor has to be shown again.", RECONNECT),
    "50089": ("The sign-in took too long.", AGAIN),
    "50097": ("The device has to be known to the organization.", POLICY),
    "50129": ("The device has to be registered with the organization.", POLICY),
    "53000": ("The device does not comply with the organization's policy.", POLICY),
    "53001": ("The device has to be joined to the organization.", POLICY),
    "530003": ("The device has to be managed by the organization.", POLICY),
    "50105": (
        "The person is not assigned to the application.",
        "An administrator assigns the person or a group in the enterprise application, or turns "
        "“Assignment required” off.",
    ),
    "50126": ("User name or password are wrong.", "Try again at Microsoft."),
    "50131": ("Conditional Access does not let this sign-in through.", POLICY),
    "53003": ("Conditional Access does not let this sign-in through.", POLICY),
    "530032": ("A security policy of the organization stops this sign-in.", POLICY),
    "530035": ("The organization's security defaults stop this sign-in.", POLICY),
    "50132": ("The session was ended, or the password changed.", RECONNECT),
    "50133": ("The session was ended, or the password changed.", RECONNECT),
    "50173": ("The authorization was ended, or the password changed.", RECONNECT),
    "501481": ("The way back does not fit the way there.", AGAIN),
    "50194": (
        "The application is for one organization, but “common” was asked.",
        "Enter the directory (tenant) ID under Application.",
    ),
    "50196": ("The same token was asked for too often.", OURS),
    "54005": ("The code was used before, by a double click or a reload.", AGAIN),
    "65001": ("Nobody has consented to a permission.", ASK_CONSENT),
    "65004": ("The person declined at Microsoft.", AGAIN),
    "650052": (
        "The organization lacks the service, such as Exchange Online.",
        "An administrator checks the subscription.",
    ),
    "650056": (
        "The registration and what was consented to do not fit.",
        "Check the API permissions of the app registration, and consent again.",
    ),
    "650057": (
        "A permission is asked for that the registration does not list.",
        "Add it to the app registration, and consent again.",
    ),
    "70000": ("The authorization is not valid any more.", RECONNECT),
    "700005": ("The code is for another organization.", OURS),
    "70008": ("The authorization has expired or was not used for 90 days.", RECONNECT),
    "700082": ("The authorization has expired or was not used for 90 days.", RECONNECT),
    "70011": ("A permission was asked for by a wrong name.", OURS),
    "28002": ("A permission was asked for by a wrong name.", OURS),
    "700022": ("Permissions of two services were asked for at once.", OURS),
    "700016": (
        "The application is not known in this directory.",
        "Check client ID and tenant under Application; then an administrator consents.",
    ),
    "700027": (
        "The certificate is not the one that Microsoft knows.",
        "Upload its public part to the app registration, and enter certificate and key here.",
    ),
    "70043": ("The organization asks for a new sign-in from time to time.", RECONNECT),
    "700084": (
        "The redirect address was registered as a single-page application.",
        "Register it with the platform Web, then reconnect.",
    ),
    "7000112": ("The application is disabled in the organization.", "An administrator enables it."),
    "70001": ("The application is disabled in the organization.", "An administrator enables it."),
    "7000215": (
        "The client secret is wrong.",
        "Enter the secret's value, not its ID, under Application.",
    ),
    "7000218": ("No secret or certificate was sent.", "Enter one under Application."),
    "7000222": (
        "The client secret has expired.",
        "Make a new one at Microsoft and enter it under Application.",
    ),
    "7000229": (
        "The application has no service principal in this directory.",
        "An administrator consents once; check client ID and tenant under Application.",
    ),
    "90002": ("There is no such directory in this cloud.", "Check tenant and cloud."),
    "90024": ("Microsoft has a problem that will pass.", WAIT),
    "90033": ("Microsoft has a problem that will pass.", WAIT),
    "90090": ("Microsoft has a problem that will pass.", WAIT),
    "90072": ("A guest cannot show a second factor here.", OTHER_ACCOUNT),
    "90094": ("An administrator has to approve this.", ASK_CONSENT),
    "90095": ("An administrator was asked to approve this.", "Wait for their answer, or ask them."),
    "9002313": ("The request was malformed.", OURS),
}
GRAPH: Meanings = {
    "authorization_requestdenied": ("Reading the directory is not permitted.", ASK_CONSENT),
    "erroraccessdenied": (
        "This mailbox is closed to Portal. " + ACCESS,
        "Check the permission; an administrator of Exchange may also limit which mailboxes the "
        "application may open.",
    ),
    "invalidauthenticationtoken": ("The token is not valid or has expired.", WAIT),
    "request_resourcenotfound": ("The person or group does not exist in the directory.", WAIT),
    "erroritemnotfound": ("The message was deleted or moved.", WAIT),
    "resourcenotfound": ("What was asked for does not exist.", WAIT),
    "mailboxnotenabledforrestapi": (
        "The account has no mailbox in Exchange Online.",
        "An administrator assigns a license, if it should have one.",
    ),
    "mailboxnotsupportedforrestapi": (
        "The account's mailbox is of a kind that Microsoft Graph does not open.",
        "An administrator moves it to Exchange Online, if it should be synced.",
    ),
    "resyncrequired": ("Microsoft forgot where the last look stopped.", WAIT),
    "syncstatenotfound": ("Microsoft forgot where the last look stopped.", WAIT),
    "errorsendasdenied": (
        "The account may not send from this address.",
        "An administrator allows sending from aliases in Exchange.",
    ),
    "toomanyrequests": ("Too many requests in a short time.", WAIT),
    "applicationthrottled": ("Too many requests in a short time.", WAIT),
    "servicenotavailable": ("Microsoft has a problem that will pass.", WAIT),
    "internalservererror": ("Microsoft has a problem that will pass.", WAIT),
    "extensionerror": ("A quota or a policy of the organization stops this.", POLICY),
    "request_badrequest": ("The request was not understood.", OURS),
    "request_unsupportedquery": ("The request was not understood.", OURS),
    "inefficientfilter": ("The request was too expensive for Microsoft.", OURS),
    "conflict": ("Something changed at the same moment.", WAIT),
}
PROTOCOL: Meanings = {
    "invalid_client": (
        "Microsoft does not accept the application's secret or certificate.",
        "Enter a new one under Application.",
    ),
    "invalid_grant": ("The authorization is over.", RECONNECT),
    "unauthorized_client": (
        "The application is not known, or not allowed, in this organization.",
        ASK_CONSENT,
    ),
    "access_denied": ("Somebody declined, or may not consent.", ASK_CONSENT),
    "consent_required": ("Nobody has consented to a permission.", ASK_CONSENT),
    "interaction_required": ("Microsoft wants the person to sign in again.", RECONNECT),
    "insufficient_claims": ("Microsoft wants the person to sign in again.", RECONNECT),
    "temporarily_unavailable": ("Microsoft has a problem that will pass.", WAIT),
}
