"""A reward with its gradient: a linear function of the state.

With PyTorch the gradient comes by itself; here network(states) gives one score a row:

    def score(x, conditions):
        with torch.no_grad():
            return network(x.torch())

    vjp = tiltbench_worker.autograd(network)

    def gradient(x, conditions, cotangent):
        return vjp(x.torch(), cotangent=cotangent.torch())
"""

import tiltbench_worker

COEFFICIENTS = [1.0, 0.5]


def score(x, conditions):
    return [sum(c * value for c, value in zip(COEFFICIENTS, row)) for row in x.rows()]


def vjp(x, conditions, cotangent):
    return score(x, conditions), [[u * c for c in COEFFICIENTS] for u in cotangent.values()]


reward = {"item": [2], "score": score, "vjp": vjp}
tiltbench_worker.serve("push", "1", reward=reward, dtype="F64")
