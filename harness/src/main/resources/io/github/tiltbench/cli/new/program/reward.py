"""A reward: minus the distance of a state's mean from a number."""

import tiltbench_worker

TARGET = 1.0


def score(x, conditions):
    return [-abs(sum(row) / len(row) - TARGET) for row in x.rows()]


tiltbench_worker.serve("near", "1", reward={"item": [2], "score": score}, dtype="F64")
