"""A reward that goes wrong in the way its first argument says."""

import os
import sys
import time

fault = sys.argv[1]
if fault == "dies at hello":
    sys.exit("no such weights")
if fault == "hangs at hello":
    time.sleep(600)
if fault == "prints before hello":
    print("loading weights", flush=True)

import tiltbench_worker


class Rubbish:
    def write(self, data):
        os.write(stdout, b"score: 1.0\n")

    def flush(self):
        pass


class Twice:
    def write(self, data):
        os.write(stdout, data + data)

    def flush(self):
        pass


def score(x, conditions):
    count = x.shape[0]
    if fault == "hangs":
        time.sleep(600)
    if fault == "answers twice":
        tiltbench_worker._out = Twice()
    if fault == "rubbish":
        tiltbench_worker._out = Rubbish()
    if fault == "dies":
        print("out of paper", file=sys.stderr)
        os._exit(3)
    if fault == "killed":
        os.kill(os.getpid(), 9)
    if fault == "wrong count":
        return [0.0] * (count + 1)
    if fault == "wrong shape":
        return [[0.0, 0.0]] * count
    if fault == "nan":
        return [float("nan")] * count
    if fault == "texts":
        return ["good"] * count
    if fault == "raises":
        raise ValueError("the judge is asleep")
    if fault == "prints":
        print("scoring", count)
    return [row[0] for row in x.rows()]


def vjp(x, conditions, cotangent):
    return score(x, conditions), [[0.0]] * x.shape[0]


answers = tiltbench_worker._out  # kept open
stdout = answers.fileno()
reward = {"item": [2], "score": score, "vjp": vjp}
tiltbench_worker.serve("faulty", "1", reward=reward)
