"""Epsilon by the accountants of other libraries: one JSON line per library, with its answers and milliseconds."""

import importlib
import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")
settings = json.loads(sys.argv[1])


def opacus(name):
    accountants = importlib.import_module("opacus.accountants")

    def epsilon(q, sigma, steps, delta):
        accountant = getattr(accountants, name)()
        accountant.history = [(sigma, q, steps)]
        return accountant.get_epsilon(delta=delta)

    return epsilon


def dp_accounting(kind):
    library = importlib.import_module("dp_accounting")
    module = importlib.import_module(f"dp_accounting.{kind}")
    make = module.PLDAccountant if kind == "pld" else module.RdpAccountant

    def epsilon(q, sigma, steps, delta):
        event = library.PoissonSampledDpEvent(q, library.GaussianDpEvent(sigma))
        return make().compose(event, steps).get_epsilon(delta)

    return epsilon


def microsoft():
    library = importlib.import_module("prv_accountant")

    def epsilon(q, sigma, steps, delta):
        mechanism = library.PoissonSubsampledGaussianMechanism(sampling_probability=q, noise_multiplier=sigma)
        accountant = library.PRVAccountant(
            prvs=[mechanism], max_self_compositions=[steps], eps_error=0.01, delta_error=delta / 1000
        )
        return accountant.compute_epsilon(delta=delta, num_self_compositions=[steps])[2]

    return epsilon


peers = {
    "Opacus, PRV": lambda: opacus("PRVAccountant"),
    "Opacus, RDP": lambda: opacus("RDPAccountant"),
    "dp_accounting, PLD": lambda: dp_accounting("pld"),
    "dp_accounting, RDP": lambda: dp_accounting("rdp"),
    "prv_accountant": microsoft,
}
for name, load in peers.items():
    try:
        epsilon = load()
        epsilon(*settings[0])
    except ImportError as error:
        print(json.dumps({"name": name, "missing": str(error)}), flush=True)
        continue
    times, answers = [], []
    for setting in settings:
        start = time.perf_counter()
        try:
            answers.append(float(epsilon(*setting)))
        except Exception:
            answers.append(None)
        times.append(1000 * (time.perf_counter() - start))
    print(json.dumps({"name": name, "times": times, "answers": answers}), flush=True)
