"""A checkout with its shows and episodes: finds it, reads its settings, and starts new episodes."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from pipeline import store, yaml_files
from pipeline.cache import choose_cache, refuse_public
from pipeline.config import (
    EpisodeConfig,
    Glossary,
    NoteTemplates,
    Overrides,
    PipelineConfig,
    Prompts,
    PublishConfig,
    Settings,
    Show,
    Subscribers,
    chapter_images_of,
    elements_of,
)
from pipeline.errors import ConfigError, InputError
from pipeline.multitrack.names import name_tracks
from pipeline.new_episode import is_slug, name_recording, slugify, source_name, write_episode
from pipeline.runner import Job

_GUIDS = uuid.uuid5(uuid.NAMESPACE_URL, "showrunner:episode")


@dataclass(frozen=True, slots=True)
class Project:
    """The folder that holds configs/, episodes/ and feeds/, seen by one show: `name` where it holds several.

    A named show's settings are in configs/shows/<name>/. Of these show.yaml and publish.yaml are its own, its glossary
    is added to the common one, and pipeline.yaml stands instead of the common one where it is there.
    """

    root: Path
    name: str | None = None

    @classmethod
    def find(cls, start: Path | None = None) -> Project:
        """The project around `start` (default: SHOWRUNNER_ROOT, else the working folder), else this checkout.

        It is seen by the show that SHOWRUNNER_SHOW (`--show`) names. Raises ConfigError when SHOWRUNNER_ROOT names a
        folder without configs/, or SHOWRUNNER_SHOW a show that is not there.
        """
        return cls(cls._find_root(start)).seen_by(os.environ.get("SHOWRUNNER_SHOW") or None)

    @staticmethod
    def _find_root(start: Path | None) -> Path:
        named = os.environ.get("SHOWRUNNER_ROOT")
        if named and start is None:
            if not (Path(named) / "configs").is_dir():
                raise ConfigError(f"SHOWRUNNER_ROOT={named}: has no configs/ folder", fix="name a showrunner checkout")
            return Path(named).resolve()
        here = (start or Path.cwd()).resolve()
        for folder in (here, *here.parents):
            if (folder / "configs" / "show.yaml").is_file():
                return folder
        return Path(__file__).resolve().parent.parent

    def seen_by(self, show: str | None) -> Project:
        """The same checkout as that show sees it; None is the show of configs/show.yaml.

        Raises ConfigError with the shows that are there when that one is not.
        """
        if show is None:
            return Project(self.root)
        known = sorted(path.name for path in (self.root / "configs/shows").glob("*") if path.is_dir())
        if show not in known:
            close = yaml_files.nearest(show, known)
            hint = f"did you mean '{close}'?" if close else f"shows here: {', '.join(known) or 'none yet'}"
            raise ConfigError(
                f"configs/shows/{show}: there is no such show", fix=f"{hint} A show is a folder with a show.yaml in it"
            )
        return Project(self.root, show)

    def of(self, slug: str) -> Project:
        """The checkout as the show of that episode sees it."""
        return self.seen_by(self.episode(slug).show)

    @property
    def configs(self) -> Path:
        """Where the show's own settings are."""
        return self.root / "configs" / "shows" / self.name if self.name else self.root / "configs"

    @property
    def episodes(self) -> Path:
        """Where the episode folders are."""
        return self.root / "episodes"

    @property
    def feeds(self) -> Path:
        """Where the show's generated feed is."""
        return self.root / "feeds" / self.name if self.name else self.root / "feeds"

    def folder(self, slug: str) -> Path:
        """An episode's folder, which must be there. Raises InputError with the nearest names when it is not."""
        if is_slug(slug) and (self.episodes / slug / "episode.yaml").is_file():
            return self.episodes / slug
        known = self.slugs()
        close = yaml_files.nearest(slug, known)
        hint = f"did you mean '{close}'?" if close else f"episodes here: {', '.join(known) or 'none yet'}"
        raise InputError(f"episodes/{slug}: there is no such episode", fix=hint)

    def slugs(self) -> list[str]:
        """Every episode, in order of name."""
        return sorted(path.parent.name for path in self.episodes.glob("*/episode.yaml"))

    def show(self) -> Show:
        """The show's show.yaml."""
        return yaml_files.load(self.configs / "show.yaml", Show, root=self.root)

    def glossary(self) -> Glossary:
        """configs/glossary.yaml, with the show's own added to it; none is an empty one."""
        from pipeline.names import load_glossary

        files = dict.fromkeys((self.root / "configs/glossary.yaml", self.configs / "glossary.yaml"))
        return load_glossary(list(files), self.root, optional=True)

    def pipeline(self) -> PipelineConfig:
        """The show's pipeline.yaml, else configs/pipeline.yaml; none means the defaults."""
        own = self.configs / "pipeline.yaml"
        common = self.root / "configs/pipeline.yaml"
        read = yaml_files.load(own if own.is_file() else common, PipelineConfig, root=self.root, optional=True)
        return read.model_copy(update={"cache": choose_cache(read.cache, self.root)})

    def publishing(self) -> PublishConfig:
        """The show's publish.yaml, with the unguessable folders of a private show.

        Raises ConfigError for a private show whose secret key is not in the environment.
        """
        read = self.publish_file()
        show = self.show() if (self.configs / "show.yaml").is_file() else None
        if show is None or not show.private:
            return read
        from pipeline import private

        return private.seclude(read, show, self.subscribers())

    def subscribers(self) -> Subscribers:
        """The show's subscribers.yaml; none is nobody."""
        return yaml_files.load(self.configs / "subscribers.yaml", Subscribers, root=self.root, optional=True)

    def publish_file(self) -> PublishConfig:
        """The show's publish.yaml as it is written; none means the folder public/ where its feed is."""
        read = yaml_files.load(self.configs / "publish.yaml", PublishConfig, root=self.root, optional=True)
        chosen = "path" in read.folder.model_fields_set
        folder = read.folder.model_copy(
            update={"path": str(self.root / read.folder.path if chosen else self.feeds / "public")}
        )
        return read.model_copy(update={"folder": folder})

    def prompts(self, longest_title: int) -> Prompts:
        """What a language model is told: each prompt from the show's prompts/, else from configs/prompts/.

        Raises ConfigError naming file and line of what cannot be used.
        """
        from pipeline.adapters.prompts import load_prompts

        return load_prompts([self.configs / "prompts", self.root / "configs/prompts"], longest_title)

    def templates(self) -> NoteTemplates:
        """How the show words its notes (its templates/, else configs/templates/, else as shipped).

        Raises ConfigError naming file and line of what is no template.
        """
        from pipeline.adapters.note_templates import load_templates

        return load_templates([self.configs / "templates", self.root / "configs/templates"], self.root)

    @property
    def voices(self) -> Path:
        """Where enrolled voices are."""
        return self.root / "configs/voices"

    def episode(self, slug: str) -> EpisodeConfig:
        """episodes/<slug>/episode.yaml."""
        return yaml_files.load(self.folder(slug) / "episode.yaml", EpisodeConfig, root=self.root)

    def job(self, slug: str, *, publish: PublishConfig | None = None) -> Job:
        """All that a run of the episode needs; `publish` stands in for configs/publish.yaml.

        Raises ConfigError naming file, line and key.
        """
        from pipeline.voices import folder as voices

        folder, episode = self.folder(slug), self.episode(slug)
        mine = self.seen_by(episode.show)
        show, stages = mine.show(), mine.pipeline()
        publishing = publish or mine.publishing()
        refuse_public(stages.cache, publishing)
        settings = Settings(
            slug=slug,
            show=show,
            glossary=mine.glossary(),
            pipeline=stages,
            publish=publishing,
            episode=episode,
            overrides=yaml_files.load(folder / "overrides.yaml", Overrides, root=self.root, optional=True),
            enrolled=voices.load(self.voices),
            prompts=mine.prompts(stages.chapters.max_title) if stages.editorial.engine == "llm" else None,
            templates=mine.templates(),
        )
        first, *tracks = (self.recording(slug, source) for source in episode.sources)
        sources = {"source": first, "cover": self.root / show.cover}
        artwork = (self.root / episode.image,) if episode.image else ()
        elements = {self.root / file: key for file, key in elements_of(show, episode).items()}
        named = chapter_images_of(show, episode, settings.overrides)
        images = {self.root / file: key for file, key in named.items()}
        return Job(slug, folder / "build", settings, sources, tuple(tracks), artwork, elements, images)

    def recording(self, slug: str, source: str) -> Path:
        """Where one of an episode's `sources` lies; what has an address is fetched to the episode's own folder."""
        return self.episodes / slug / source_name(source) if "://" in source else self.root / source

    def find_episode(self, *audio: Path) -> str | None:
        """The episode that was made from this recording, or these tracks in whatever order."""
        for slug in self.slugs():
            if {self.recording(slug, source).resolve() for source in self.episode(slug).sources} == set(audio):
                return slug
        return None

    def start_episode(
        self,
        *audio: Path,
        slug: str | None = None,
        title: str | None = None,
        date: dt.date | None = None,
        address: str | None = None,
    ) -> str:
        """Make `episodes/<slug>/episode.yaml` from what the recording tells, and return the slug.

        Several files are tracks, one for each person. `address` is where a recording was fetched from.
        Raises InputError for a recording that cannot be read and for a slug that another recording has.
        """
        from pipeline.adapters import audio as audio_adapter

        found = [audio_adapter.probe(track) for track in audio]
        for track, info in zip(audio, found, strict=True):
            audio_adapter.require_audio(track, info)
        told = name_recording([track.stem for track in audio])
        name = title or next((info.tags["title"] for info in found if info.tags.get("title")), told)
        chosen = self._free_slug(slug, title or (audio[0].stem if len(audio) == 1 else told))
        digests = ":".join(store.digest_file(track) for track in audio)
        paths = [str(track.relative_to(self.root) if track.is_relative_to(self.root) else track) for track in audio]
        day = date or dt.datetime.now(dt.UTC).date()
        lengths = [info.duration for info in found if info.duration is not None]
        store.write_text_atomic(
            self.episodes / chosen / "episode.yaml",
            write_episode(
                title=name[:255] or chosen,
                date=day.isoformat(),
                guid=str(uuid.uuid5(_GUIDS, f"{chosen}:{digests}")),
                sources=[address] if address else paths,
                speakers=self._name_tracks(audio),
                duration=round(max(lengths), 3) if lengths else None,
                recorded=found[0].tags.get("date"),
                show=self.name,
            ),
        )
        return chosen

    def _name_tracks(self, audio: tuple[Path, ...]) -> tuple[str, ...]:
        """Who speaks on each of several tracks; nobody is named for a single recording."""
        if len(audio) == 1:
            return ()
        return name_tracks([track.stem for track in audio], [host.name for host in self.show().hosts])

    def _free_slug(self, wanted: str | None, name: str) -> str:
        slug = slugify(wanted or name)
        if wanted and slug != wanted:
            raise InputError(
                f"--slug {wanted!r}: only small letters, digits and hyphens make a slug", fix=f"--slug {slug}"
            )
        if not (self.episodes / slug).exists():
            return slug
        if wanted:
            fix = f"choose another --slug, or name the new recording under `sources` in episodes/{slug}/episode.yaml"
            raise InputError(f"--slug {slug}: that episode is made from another recording", fix=fix)
        return next(f"{slug}-{n}" for n in range(2, 10_000) if not (self.episodes / f"{slug}-{n}").exists())
