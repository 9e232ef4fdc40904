"""A denoiser whose output is half of the state, more by the condition, less by the time."""

import json
import sys

import tiltbench_worker

SHIFTS = {"-": [0.5, 0.0], "cat": [1.0, 2.0]}


def denoise(x, time, alpha_bar, conditions):
    rows = zip(x.rows(), time.values(), conditions)
    return [[v / 2 + s - t / 1000 for v, s in zip(row, SHIFTS[c])] for row, t, c in rows]


def vjp(x, time, alpha_bar, conditions, cotangent):
    gradient = [[u / 2 for u in row] for row in cotangent.rows()]
    return denoise(x, time, alpha_bar, conditions), gradient


denoiser = {"item": [2], "denoise": denoise, "vjp": vjp, **json.loads(sys.argv[1])}
tiltbench_worker.serve("conditioned", "1", denoiser=denoiser)
