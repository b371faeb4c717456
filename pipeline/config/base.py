"""What all settings share: immutable, exact about keys, and the kinds of text in them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from pipeline.models.base import Person, Url, check_url

__all__ = ["Credited", "Name", "Picture", "Section", "Several", "Short", "Url", "is_file"]


class Section(BaseModel):
    """Base of all settings: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _must_show(text: str) -> str:
    """Text of which something is left when it stands in a feed or on a page."""
    if not any(sign.isprintable() and not sign.isspace() for sign in text):
        raise ValueError("has nothing in it that can be shown")
    return text


Short = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_must_show)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")]


def is_file(picture: str) -> bool:
    """Whether a `Picture` is a file, not an address."""
    return "://" not in picture


def _must_be_a_picture(text: str) -> str:
    if not is_file(text):
        return check_url(text)
    if not text.lower().endswith((".jpg", ".jpeg", ".png")):
        raise ValueError("is neither an address such as https://example.org/map.jpg nor a .jpg or .png file")
    return text


#: The address of a picture, or a JPEG or PNG file, absolute or relative to the checkout.
Picture = Annotated[str, AfterValidator(_must_be_a_picture)]


def _must_be_credible(person: Person) -> Person:
    _must_show(person.name)
    for key in ("href", "img"):
        link = getattr(person, key)
        try:
            check_url(link or "https://example.org/")
        except ValueError as error:
            raise ValueError(f"{key} {link!r} {error}") from None
    return person


#: Somebody who is named to listeners; a plain text is the name.
Credited = Annotated[
    Person,
    BeforeValidator(lambda one: {"name": one} if isinstance(one, str) else one),
    AfterValidator(_must_be_credible),
]


def _one_is_enough(value: Any) -> Any:
    return value if value is None or isinstance(value, list | tuple) else (value,)


#: Put before a tuple's field: a single value may stand without the list around it.
Several = BeforeValidator(_one_is_enough)
