# Prints the numbers of sampled-laplace.test.ts, by direct integration with 40 digits (mpmath), and of compositions by a plain
# convolution of losses that were rounded up, and down (numpy).
import json
import numpy as np
from mpmath import mp, mpf, quad, exp, log, findroot, inf

mp.dps = 40


def densities(q, b):
    q, b = mpf(q), mpf(b)
    lap = lambda x, m: exp(-abs(x - m) / b) / (2 * b)
    without = lambda x: lap(x, 0)
    return (lambda x: (1 - q) * without(x) + q * lap(x, 1)), without


def delta(upper, lower, eps):
    # The integrand has kinks at 0, at 1, and where it becomes 0.
    f = lambda x: max(mpf(0), upper(x) - exp(eps) * lower(x))
    points = [mpf(-inf), mpf(0)] + [mpf(i) / 64 for i in range(1, 64)] + [mpf(1), mpf(inf)]
    g = lambda x: log(upper(x)) - log(lower(x)) - eps
    cuts = []
    for a, c in zip(points[1:-2], points[2:-1]):
        if g(a) * g(c) < 0:
            cuts.append(findroot(g, (a, c), solver='anderson'))
    return quad(f, sorted(points + cuts))


def divergence(upper, lower, alpha):
    f = lambda x: upper(x) ** alpha * lower(x) ** (1 - alpha)
    return log(quad(f, [-inf, 0] + [mpf(i) / 64 for i in range(1, 64)] + [1, inf])) / (alpha - 1)


def composed(q, b, steps, eps, cells, adding):
    # Losses of removing; those of adding have the other sign, and Q for P.
    loss = lambda z: np.log1p(q * np.expm1(z))
    x = np.linspace(0, 1, 2_000_001)
    mass = lambda m: 0.5 * np.abs(np.diff(np.exp(-np.abs(x - m) / b)))
    mid = loss((x[1:] + x[:-1] - 1) / b)
    far = 0.5 * np.exp(-1 / b)
    losses = np.concatenate([[loss(-1 / b)], mid, [loss(1 / b)]])
    q0 = np.concatenate([[0.5], mass(0), [far]])
    q1 = np.concatenate([[far], mass(1), [0.5]])
    p = q0 if adding else (1 - q) * q0 + q * q1
    losses = -losses if adding else losses
    width = (losses.max() - losses.min()) / cells
    slack = np.abs(np.diff(loss((2 * x - 1) / b))).max()
    out = []
    for rounding, shift in ((np.floor, -slack), (np.ceil, slack)):
        at = rounding((losses + shift - losses.min()) / width).astype(int) + 1
        one = np.zeros(cells + 4)
        np.add.at(one, at, p)
        size = 2 ** int(np.ceil(np.log2(len(one) * steps)))
        many = np.maximum(0, np.fft.irfft(np.fft.rfft(one, size) ** steps, size))
        t = steps * (losses.min() - width) + width * np.arange(size)
        out.append(float(np.sum(many[t > eps] * -np.expm1(eps - t[t > eps]))))
    return out


rows = {'releases': [], 'divergences': [], 'compositions': []}
for q, b in [(0.5, 1), (0.1, 0.5), (0.01, 2), (0.001, 0.2), (0.9, 4)]:
    p, without = densities(q, b)
    top = log(1 + mpf(q) * (exp(1 / mpf(b)) - 1))
    for share in (0.3, 0.7):
        eps = top * mpf(share)
        rows['releases'].append([q, b, float(eps), float(delta(p, without, eps)), float(delta(without, p, eps))])
for q, b in [(0.5, 1), (0.1, 0.5), (0.01, 2), (0.001, 0.2), (0.9, 4), (0.3, 50), (0.05, 0.01), (0.3, 1e6)]:
    p, without = densities(q, b)
    for alpha in (2, 3, 8, 32, mpf('1.5'), mpf('4.2')):
        rows['divergences'].append(
            [q, b, float(alpha), str(mp.nstr(divergence(p, without, alpha), 25)), str(mp.nstr(divergence(without, p, alpha), 25))]
        )
for q, b, steps, eps in [(0.1, 1, 50, 0.8), (0.02, 0.5, 400, 1.5), (0.5, 3, 20, 1.2), (0.01, 0.25, 100, 3.0)]:
    removing = composed(q, b, steps, eps, 200_000, False)
    adding = composed(q, b, steps, eps, 200_000, True)
    rows['compositions'].append([q, b, steps, eps, removing, adding])
print(json.dumps(rows, indent=1))
