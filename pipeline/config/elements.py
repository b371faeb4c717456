"""Sound from other files in an episode: intro, outro, bumpers, ads, as show.yaml and episode.yaml name them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from pipeline.config.base import Picture, Section, Short, Url, is_file
from pipeline.formats.clock import parse_moment

if TYPE_CHECKING:
    from pipeline.config.episode import EpisodeConfig, Overrides
    from pipeline.config.show import Show

_OFF = (False, "off", "no", "none")
_SHARE = re.compile(r"\d{1,2}(\.\d+)?%")


def _read_place(value: Any) -> Any:
    """Seconds for what is a time on a clock; `start`, `middle`, `end` and `40%` stay as they are."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("is no time")
    if not isinstance(value, str):
        if not 0 <= value < math.inf:
            raise ValueError("is no time of the recording")
        return float(value)
    told = value.strip().casefold()
    moment = parse_moment(told)
    if moment is None and told not in ("start", "middle", "end") and not _SHARE.fullmatch(told):
        raise ValueError("is no place in the recording, such as 12:34, start, middle, end or 40%")
    return told if moment is None else moment


def _read_chapter(value: Any) -> Any:
    is_number = isinstance(value, int) and not isinstance(value, bool) and value > 0
    if value is not None and not is_number and not (isinstance(value, str) and value.strip()):
        raise ValueError("is neither the number of a chapter, counted from 1, nor its title")
    return value


#: Seconds of the recording, `start`, `middle`, `end`, or a share of it such as `40%`.
At = Annotated[float | str, BeforeValidator(_read_place)]


class Sound(Section):
    """A sound file and how it is played: `volume` in LU above the talk, of its `length` first seconds.

    `file` is relative to the checkout or absolute. With a `title` it is a chapter, with its own `url` and `img`,
    and with `toc: true` one that apps list.
    """

    file: Annotated[str, Field(min_length=1)]
    volume: Annotated[float, Field(ge=-40, le=6)] = 0.0
    length: Annotated[float, Field(gt=0, le=86_400)] | None = None
    title: Short | None = None
    url: Url | None = None
    img: Picture | None = None
    toc: bool = False

    @model_validator(mode="after")
    def _chapters_have_titles(self) -> Sound:
        told = next((key for key in ("url", "img", "toc") if getattr(self, key)), None)
        if told and self.title is None:
            raise ValueError(f"has `{told}` and no `title`: only what has a title is a chapter")
        return self


class Music(Sound):
    """An intro or outro: for `overlap` seconds somebody speaks over it, and it is `duck` LU quieter than they are.

    Without `overlap` that is a quarter of it, up to four seconds, and nothing over words of its own. `fade` is how
    many seconds it takes to appear or vanish under the talk.
    """

    volume: Annotated[float, Field(ge=-40, le=6)] = -3.0
    overlap: Annotated[float, Field(ge=0, le=600)] | None = None
    duck: Annotated[float, Field(ge=0, le=60)] = 18.0
    fade: Annotated[float, Field(ge=0, le=30)] = 2.0


class Intro(Music):
    """`at` puts it after a cold open."""

    at: At | None = None


class Bumper(Sound):
    """A short sound before each chapter but the first."""

    volume: Annotated[float, Field(ge=-40, le=6)] = -3.0


class Ad(Sound):
    """An ad, in the pause that is nearest to where it is wanted.

    That is before a `chapter` (its number or title), right `after_words` that are said, or `at` a time of the
    recording; `at` beside one of the others counts where there is no such chapter, or nobody says the words.
    """

    at: At | None = None
    chapter: Annotated[int | str | None, BeforeValidator(_read_chapter)] = None
    after_words: Short | None = None

    @model_validator(mode="after")
    def _stands_somewhere(self) -> Ad:
        if self.chapter is not None and self.after_words is not None:
            raise ValueError("has both `chapter` and `after_words`: keep one of them")
        if self.at is None and self.chapter is None and self.after_words is None:
            raise ValueError("has no place: add `at: 12:34`, `at: middle`, `chapter: 3` or `after_words: …`")
        return self


def _read_sound(value: Any) -> Any:
    if _is_off(value):
        return None
    if not isinstance(value, str | dict | Sound):
        raise ValueError("is no sound: write a file, `{file: …}` with more about it, or off")
    return {"file": value} if isinstance(value, str) else value


def _is_off(value: Any) -> bool:
    return value is None or value is False or (isinstance(value, str) and value.strip().casefold() in _OFF)


def _read_ads(value: Any) -> Any:
    if _is_off(value):
        return ()
    ads = value if isinstance(value, list | tuple) else (value,)
    if not all(isinstance(one, dict | Ad) for one in ads):
        raise ValueError("are no ads: write `{file: …, at: 12:34}` for each, or off")
    return ads


_Sound = BeforeValidator(_read_sound)


class Elements(Section):
    """`elements` of show.yaml and of episode.yaml, where each key stands instead of the show's; `off` leaves it out.

    A plain text is a file.
    """

    intro: Annotated[Intro | None, _Sound] = None
    outro: Annotated[Music | None, _Sound] = None
    bumper: Annotated[Bumper | None, _Sound] = None
    ads: Annotated[tuple[Ad, ...], BeforeValidator(_read_ads)] = ()

    @model_validator(mode="before")
    @classmethod
    def _off_is_nothing_at_all(cls, value: Any) -> Any:
        if not _is_off(value) and not isinstance(value, dict | Elements):
            raise ValueError("is neither `intro`, `outro`, `bumper` and `ads` with their files, nor off")
        return dict.fromkeys(cls.model_fields) if _is_off(value) else value


class Insert(Section):
    """One element that an episode is to have: `file` is its number in `elements_of`, `key` where it is written."""

    kind: Literal["intro", "outro", "bumper", "ad"]
    file: int
    key: str
    sound: Intro | Music | Bumper | Ad


def _list_sounds(show: Show, episode: EpisodeConfig) -> list[tuple[str, str, Sound]]:
    """Kind, key and sound of each element in a fixed order."""
    common, own = show.elements or Elements(), episode.elements or Elements()
    found: list[tuple[str, str, Sound]] = []
    for name in Elements.model_fields:
        of_episode = name in own.model_fields_set
        value = getattr(own if of_episode else common, name)
        key = f"{'episode' if of_episode else 'show'}.yaml elements.{name}"
        if isinstance(value, tuple):
            found += [("ad", f"{key}[{at}]", one) for at, one in enumerate(value)]
        elif value is not None:
            found.append((name, key, value))
    return found


def elements_of(show: Show, episode: EpisodeConfig) -> dict[str, str]:
    """The files of all elements of an episode in a fixed order, and for each the first key that names it."""
    found: dict[str, str] = {}
    for _, key, sound in _list_sounds(show, episode):
        found.setdefault(sound.file, key)
    return found


def chapter_images_of(show: Show, episode: EpisodeConfig, overrides: Overrides) -> dict[str, str]:
    """The files that are pictures of chapters, and for each the first key that names it."""
    found: dict[str, str] = {}
    chosen = [(f"overrides.yaml chapters[{at}]", one) for at, one in enumerate(overrides.chapters or ())]
    sounds = [(key, sound) for _, key, sound in _list_sounds(show, episode)]
    for key, one in (*chosen, *sounds):
        if not isinstance(one, str) and one.img and is_file(one.img):
            found.setdefault(one.img, f"{key}.img")
    return found


def inserts_of(show: Show, episode: EpisodeConfig) -> tuple[Insert, ...]:
    """The elements of an episode: intro, outro, bumper, and the ads in the order in which they are written."""
    files = list(elements_of(show, episode))
    return tuple(
        Insert.model_validate({"kind": kind, "file": files.index(sound.file), "key": key, "sound": sound})
        for kind, key, sound in _list_sounds(show, episode)
    )
