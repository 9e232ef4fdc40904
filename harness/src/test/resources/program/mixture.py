"""The exact posterior mean of a Gaussian mixture, and its derivative, as the Java one has it."""

import math

import tiltbench_worker

WEIGHTS = [0.3, 0.7]
MEANS = [[-2.0, 0.0], [1.5, 1.0]]
VARIANCES = [[0.2, 0.2], [0.5, 0.1]]


def posterior(x, alpha_bar):
    """Of each component its responsibility, mean, slope and score."""
    signal = math.sqrt(alpha_bar)
    logs, parts = [], []
    for weight, mean, variance in zip(WEIGHTS, MEANS, VARIANCES):
        log, component, slope, score = math.log(weight), [], [], []
        for value, m, v in zip(x, mean, variance):
            spread = alpha_bar * v + 1 - alpha_bar
            off = value - signal * m
            log -= 0.5 * (off * off / spread + math.log(spread))
            slope.append(signal * v / spread)
            component.append(m + slope[-1] * off)
            score.append(-off / spread)
        logs.append(log)
        parts.append((component, slope, score))
    largest = max(logs)
    rho = [math.exp(log - largest) for log in logs]
    return [(r / sum(rho), *part) for r, part in zip(rho, parts)]


def mean(x, alpha_bar):
    return [sum(p[0] * p[1][i] for p in posterior(x, alpha_bar)) for i in range(len(x))]


def denoise(x, time, alpha_bar, conditions):
    return [mean(row, a) for row, a in zip(x.rows(), alpha_bar.values())]


def pullback(x, alpha_bar, u):
    parts = posterior(x, alpha_bar)
    dimensions = range(len(x))
    score = [sum(p[0] * p[3][i] for p in parts) for i in dimensions]
    gradient = [0.0] * len(x)
    for rho, component, slope, own in parts:
        along = sum(u[i] * component[i] for i in dimensions)
        for i in dimensions:
            gradient[i] += rho * (slope[i] * u[i] + along * (own[i] - score[i]))
    return gradient


def vjp(x, time, alpha_bar, conditions, cotangent):
    rows = zip(x.rows(), alpha_bar.values(), cotangent.rows())
    gradient = [pullback(row, a, u) for row, a, u in rows]
    return denoise(x, time, alpha_bar, conditions), gradient


denoiser = {"item": [2], "prediction_type": "sample", "denoise": denoise, "vjp": vjp, "rows": 7}
tiltbench_worker.serve("mixture", "1", denoiser=denoiser, dtype="F64")
