"""Public registries of codes: languages (IANA's, by langcodes) and licences (SPDX's, by packaging)."""

from __future__ import annotations


def is_language(tag: str) -> bool:
    """Whether a BCP 47 tag (`en`, `pt-BR`, `zh-Hant-TW`) is well-formed and every part of it is registered."""
    import langcodes

    return tag.isascii() and langcodes.tag_is_valid(tag)


def is_license(slug: str) -> bool:
    """Whether that is the identifier of one licence in the SPDX list; small and capital letters are the same."""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    if not slug.isascii() or any(not (char.isalnum() or char in ".-+") for char in slug):
        return False
    try:
        canonicalize_license_expression(slug)
    except InvalidLicenseExpression:
        return False
    return not slug.lower().startswith("licenseref-")
