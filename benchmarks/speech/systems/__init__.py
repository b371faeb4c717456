"""What is compared: each module runs one system over recordings in a process of its own and writes down what it found.

`python -m benchmarks.speech.systems.NAME RESULT AUDIO…`; RESULT is the JSON that `result.run` writes.
"""
