"""Other sound in the talk: where it goes, when it plays, how loud it is beside who speaks, and its chapters."""
