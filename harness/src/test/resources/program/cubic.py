"""The mean of the cubes of a state's numbers."""

import tiltbench_worker


def score(x, conditions):
    return [sum(value**3 for value in row) / len(row) for row in x.rows()]


def vjp(x, conditions, cotangent):
    rows = zip(x.rows(), cotangent.values())
    gradient = [[[u * 3 * value**2 / len(row)] for value in row] for row, u in rows]
    return score(x, conditions), gradient


reward = {"item": [3, 1], "score": score, "vjp": vjp, "rows": 4, "batched": True}
tiltbench_worker.serve("cubic", "1", reward=reward, dtype="F64")
