"""`publish --due`: listing what has become due."""

from __future__ import annotations

import datetime as dt

from pipeline import store
from pipeline.cli.console import Reporter, say, say_json
from pipeline.project import Project
from pipeline.runner import Noticed


def publish_due(*, json_: bool) -> None:
    """List what has become due since the last publishing, and say what that was."""
    from pipeline import relisting, targets

    project = Project.find()
    settings, show = project.publishing(), project.show()
    with Reporter(quiet=json_) as reporter:
        done = relisting.relist(
            targets.open_target(settings), relisting.unchanged, show, settings, project.root / show.cover,
            now=dt.datetime.now(dt.UTC), notice=lambda text: reporter(Noticed("publish", text)),
        )  # fmt: skip
    store.write_atomic(project.feeds / "feed.xml", done.feed)
    if json_:
        say_json({"listed": list(done.tells.added), "written": list(done.written)})
        return
    for title in done.tells.added:
        say(f"listed: {title}")
    if not done.tells.added:
        say("nothing has become due")
