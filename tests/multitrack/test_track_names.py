"""Whose track it is, from the names that recorders and people give to files; what is unsure stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.multitrack.labels import label_of, number_of
from pipeline.multitrack.names import name_tracks

NAMES = [
    ("plain", ["anna", "ben"], ["Anna", "Ben"]),
    ("first and last", ["pieter_abbeel", "robin hood"], ["Pieter Abbeel", "Robin Hood"]),
    ("particles and capitals", ["ludwig_van_beethoven", "JaneMcKay"], ["Ludwig van Beethoven", "Jane McKay"]),
    ("shouted", ["ANNA", "BEN O'NEIL"], ["Anna", "Ben O'neil"]),
    ("other letters", ["Sørina Ångström", "Ștefan"], ["Sørina Ångström", "Ștefan"]),
    ("Zoom", ["audioAnnaSmith11234567890", "audioBen21234567890"], ["Anna Smith", "Ben"]),
    ("Riverside", ["riverside_anna_raw-audio_sea_talk_0001", "riverside_ben_raw-audio_sea_talk_0001"], ["Anna", "Ben"]),
    ("Zencastr", ["anna_2026-05-04--t10-00-01am", "ben_2026-05-04--t10-00-01am"], ["Anna", "Ben"]),
    ("Craig", ["1-anna_3422", "2-ben_0"], ["Anna", "Ben"]),
    ("the show and the date", ["Sea Talk 12 - Anna", "Sea Talk 12 - Ben"], ["Anna", "Ben"]),
    ("roles", ["host", "guest"], ["Host", "Guest"]),
    ("numbered roles", ["host", "guest1", "guest2"], ["Host", "Guest 1", "Guest 2"]),
    ("role and name", ["host_anna", "guest_ben"], ["Anna", "Ben"]),
    ("a recorder's own", ["ZOOM0001_Tr1", "ZOOM0001_Tr2"], ["ZOOM0001_Tr1", "ZOOM0001_Tr2"]),
    ("one is told, one not", ["Tr1", "anna"], ["Tr1", "Anna"]),
    ("one is the other and more", ["anna", "anna smith"], ["Anna", "Anna Smith"]),
    ("the same person twice", ["ep12_anna", "ep12_anna_backup"], ["ep12_anna", "ep12_anna_backup"]),
    ("a sentence", ["what we said on the boat that day", "x1"], ["what we said on the boat that day", "x1"]),
    ("single letters", ["a", "b"], ["a", "b"]),
]  # fmt: skip


@pytest.mark.parametrize(("stems", "names"), [case[1:] for case in NAMES], ids=[case[0] for case in NAMES])
def test_a_name_is_what_is_left_of_a_file_name(stems: list[str], names: list[str]) -> None:
    assert list(name_tracks(stems)) == names


@pytest.mark.parametrize(
    ("hosts", "name"), [([], "Host"), (["Ada Example"], "Ada Example"), (["Ada Example", "Bo Example"], "Host")]
)
def test_the_host_is_the_shows_only_host(hosts: list[str], name: str) -> None:
    assert name_tracks(["host", "guest"], hosts) == (name, "Guest")


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=8, unique=True))
def test_every_track_has_a_name_of_its_own(stems: list[str]) -> None:
    names = name_tracks(stems)
    assert len(names) == len(stems)
    assert all(names)
    assert len(set(names)) == len(names) or set(names) <= {*stems, *map(str.capitalize, stems)}


@given(st.integers(min_value=1, max_value=99))
def test_a_label_tells_its_number(number: int) -> None:
    assert number_of(label_of(number)) == number


@pytest.mark.parametrize("label", ["SPEAKER_01", "TRACK_1", "Anna", ""])
def test_other_labels_are_of_no_track(label: str) -> None:
    assert number_of(label) is None
