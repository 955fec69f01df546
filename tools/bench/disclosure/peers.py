"""The peers of `npm run bench -- disclosure`: one JSON line for each, with its time and what it loses."""
import json
import sys
import time

import pandas as pd

given = json.load(open(f"{sys.argv[1]}/input.json"))
quasi, k = given["quasi"], given["k"]
table = pd.DataFrame(given["columns"])
rows = len(table)


def certainty(column, values):
    """Normalised certainty penalty of one class: range for numbers, held values for text."""
    if column == "age":
        return (values.max() - values.min()) / (table[column].max() - table[column].min())
    held = values.nunique()
    return 0 if held == 1 else held / table[column].nunique()


def say(name, run):
    try:
        print(json.dumps({"name": name, **run()}), flush=True)
    except ImportError as missing:
        print(json.dumps({"name": name, "skipped": str(missing)}), flush=True)


def anonypy():
    from anonypy.mondrian import Mondrian

    frame = table.copy()
    for column in quasi:
        if column != "age":
            frame[column] = frame[column].astype("category")
    start = time.perf_counter()
    parts = Mondrian(frame, quasi, "income").partition(k)
    seconds = time.perf_counter() - start
    lost = sum(len(part) * certainty(column, table[column][part]) for part in parts for column in quasi)
    return {"seconds": seconds, "certainty": lost / rows / len(quasi), "suppressed": 0}


def anjana():
    from anjana.anonymity import k_anonymity

    hierarchies = {}
    for column in quasi:
        levels = list(zip(*given["levels"][column]))
        hierarchies[column] = {place: list(level) for place, level in enumerate(levels)}
    start = time.perf_counter()
    release = k_anonymity(table.copy(), [], quasi, k, 100 * given["suppressionLimit"], hierarchies)
    seconds = time.perf_counter() - start
    kept = len(release)
    lost = (rows - kept) * len(quasi)
    for column in quasi:
        for labels in zip(*given["levels"][column]):
            if set(release[column]) <= set(labels):
                break
        names = dict(zip(labels, [None] * len(labels)))
        held = {name: [line[0] for line, label in zip(given["levels"][column], labels) if label == name] for name in names}
        for label, count in release[column].value_counts().items():
            if column == "age":
                low, high = table[column].min(), table[column].max()
                if label == "*":
                    lost += count
                elif isinstance(label, str):
                    start_of, end = (int(part) for part in label.strip("[)").split(", "))
                    lost += count * (min(end, high) - max(start_of, low)) / (high - low)
            elif len(held[label]) > 1:
                lost += count * len(held[label]) / table[column].nunique()
    return {"seconds": seconds, "certainty": lost / rows / len(quasi), "suppressed": rows - kept}


def pycanon():
    from pycanon import anonymity

    release = pd.DataFrame(given["released"])
    start = time.perf_counter()
    found = {
        "k": int(anonymity.k_anonymity(release, quasi)),
        "distinct": int(anonymity.l_diversity(release, quasi, ["income"])),
        "closeness": float(anonymity.t_closeness(release, quasi, ["income"])),
    }
    return {"seconds": time.perf_counter() - start, **found}


for peer in (pycanon, anonypy, anjana):
    say(peer.__name__, peer)
