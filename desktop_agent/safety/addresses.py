"""Addresses that open a browser's own pages, or that are a script instead of an address."""

import re

_INTERNAL = re.compile(
    r"^\s*(?:view-source:)?(?:(?:chrome|chromium|edge|brave|opera|vivaldi|ms-settings|x-apple\.systempreferences):/{0,2}\w"
    r"|(?:browser|qqbrowser|ucbrowser|se|yandex|maxthon|arc|[a-z]{2,6}-extension|extension|resource)://"
    r"|about:(?!blank)\w\S*\s*$|(?:java|vb)script:|data:[\w/+.-]*[;,])",
    re.IGNORECASE,
)
_PASSWORDS = re.compile(
    r"^\s*(?:[a-z][a-z-]{1,20}:/{0,2}|https?://)?[^\s?#]{0,80}(?:password(?!less)|passwort|logins?\b|wallet|autofill|credential|"
    r"keychain|keyring)",
    re.IGNORECASE,
)
_PASSWORD_SITES = re.compile(
    r"^\s*(?:https?://)?(?:passwords\.google\.com|vault\.bitwarden\.\w+|my\.1password\.\w+|[\w.-]*\.1password\.com/vaults|"
    r"lastpass\.com/vault|app\.dashlane\.com|pass\.proton\.me|keepersecurity\.com/vault|app\.nordpass\.com)",
    re.IGNORECASE,
)


def is_internal(typed: str) -> bool:
    """Whether `typed` is the address of a browser's own page, where settings are changed, or of a script."""
    return _INTERNAL.match(typed) is not None


def shows_passwords(typed: str) -> bool:
    """Whether `typed` is the address of a browser's page, or a site, that shows saved passwords."""
    internal = is_internal(typed) and _PASSWORDS.match(typed) is not None
    return internal or _PASSWORD_SITES.match(typed) is not None
