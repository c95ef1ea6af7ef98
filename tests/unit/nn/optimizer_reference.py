"""Optimiser trajectories in float64 numpy, the reference of optimizer_test.cpp.

usage: optimizer_reference.py KIND STEPS; prints one line of parameters a step for f(p) = sum(cosh(p - c)),
p0 = (0.5, -1, 2), c = (1, 0, -0.5), so that the gradient is sinh(p - c). Settings as in the test.
"""
import sys

import numpy as np

kind, steps = sys.argv[1], int(sys.argv[2])
p = np.array([0.5, -1.0, 2.0])
c = np.array([1.0, 0.0, -0.5])
rate, mu, beta1, beta2, eps, decay, clip = 0.05, 0.8, 0.9, 0.999, 1e-4, 0.1, 0.9
m = np.zeros(3)
v = np.zeros(3)
for t in range(1, steps + 1):
    g = np.sinh(p - c)
    if kind == "decay_clip":
        g = g + decay * p
    if kind in ("gradient_descent", "decay_clip"):
        p = p - rate * g
    elif kind == "momentum":
        m = mu * m + g
        p = p - rate * m
    elif kind == "nesterov":
        m = mu * m + g
        p = p - rate * (g + mu * m)
    elif kind == "adam_pytorch":
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        p = p - rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    elif kind == "adam_tensorflow":
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        p = p - rate * np.sqrt(1 - beta2**t) / (1 - beta1**t) * m / (np.sqrt(v) + eps)
    else:
        sys.exit("unknown kind " + kind)
    if kind == "decay_clip":
        p = np.clip(p, -clip, clip)
    print(" ".join("%.17g" % x for x in p))
