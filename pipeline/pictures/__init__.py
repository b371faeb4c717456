"""What is drawn of the sound: the waveform with speakers and chapters, loudness over time, the audiogram's plan."""
