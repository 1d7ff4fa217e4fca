"""Measures the default model on text that it was not trained on: the table of the README.

    python3 benches/quality/figures.py [LUREWATCH]     (default target/release/lurewatch; run split.py first)

Reads real_lures, twins, fraudr1 of $LUREWATCH_DATA (default ../shared/data) and target/quality/held_out.csv, scores them with
models/lure, and prints each figure with its row counts; with `cargo build --release --example disguise`, also what disguises hide. Needs
scikit-learn and pandas.
"""

import io
import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

DATA = pathlib.Path(os.environ.get("LUREWATCH_DATA", "../shared/data"))
PROGRAM = sys.argv[1] if len(sys.argv) > 1 else "target/release/lurewatch"
OUT = pathlib.Path("target/quality")


def score(rows, name):
    """Tier and log odds of every row."""
    path = OUT / f"{name}.csv"
    rows.to_csv(path, index=False)
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([PROGRAM, "score", path, "-o", OUT / f"{name}.scored.csv", "--quiet", "--model", "models/lure"], **quiet)
    scored = pd.read_csv(OUT / f"{name}.scored.csv", dtype=str, keep_default_na=False)
    assert len(scored) == len(rows), (name, len(scored), len(rows))
    return scored["lure_probability"].astype(float).to_numpy(), scored["lure_tier"].to_numpy()


def lines(name):
    return pd.DataFrame([json.loads(line) for line in open(DATA / name, encoding="utf-8")])


def text_of(frame, column="text"):
    return pd.DataFrame({"text": frame[column]})


def recall_at(lures, clean, share):
    ranked = np.sort(clean)[::-1]
    return (lures > ranked[int(share * len(ranked))]).mean()


def against(name, lures, clean):
    labels = np.r_[np.ones(len(lures)), np.zeros(len(clean))]
    roc = roc_auc_score(labels, np.r_[lures, clean])
    print(f"| {name} | {len(lures)} / {len(clean)} | ROC-AUC {roc:.3f}, recall with 10 % flagged {recall_at(lures, clean, 0.1):.2f} |")


MUTATORS = ["emoji", "homophones", "leet", "look-alikes", "full-width", "zero-width", "spaced-letters", "punctuation"]
TRAINED = ["emoji", "homophones", "spaced-letters"]


def disguise(texts, strength, seed, names):
    program = pathlib.Path(PROGRAM).parent / "examples" / "disguise"
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    out = subprocess.run([program, str(strength), str(seed), *names], input=lines, text=True, check=True, capture_output=True).stdout
    return pd.DataFrame({"text": [json.loads(line) for line in out.splitlines()]})


def disguises(lures):
    """Points of recall lost in tier review, under one disguise and under three at once, the mean over three seeds."""
    recall = lambda texts, name: 100 * (score(texts, name)[1] == "review").mean()
    plain = recall(text_of(lures), "plain")
    print(f"\nDisguised lures of `twins` ({len(lures)}; {plain:.1f} % in tier review), points of recall lost:\n")
    print("| disguise | seen in training | three words or characters in ten | every one |\n| --- | --- | --- | --- |")
    lost = lambda names, strength: plain - np.mean([recall(disguise(lures["text"], strength, seed, names), "disguised") for seed in range(3)])
    for name in MUTATORS:
        print(f"| {name} | {'yes' if name in TRAINED else 'no'} | {lost([name], 0.3):.1f} | {lost([name], 1.0):.1f} |", flush=True)
    trios = [[MUTATORS[k], MUTATORS[(k + 3) % 8], MUTATORS[(k + 5) % 8]] for k in range(8)]
    print(f"| three at once (mean and worst of {len(trios)} sets) | | {np.mean([lost(t, 0.3) for t in trios]):.1f}, {max(lost(t, 0.3) for t in trios):.1f} | |")


def main():
    print("| measure | lures / clean rows | figure |\n| --- | --- | --- |")
    lures = lines("real_lures/lures.jsonl")
    lures = lures[~lures.apply(lambda row: "person-trade" in " ".join(map(str, row)), axis=1)]
    real, _ = score(text_of(lures), "real")
    cut, _ = score(text_of(lures.assign(text=lures["text"].str[:160])), "real_cut")
    against("quoted lures against look-alikes (news, warnings, adverts)", real, score(text_of(lines("real_lures/hard_negatives.jsonl")), "look_alikes")[0])
    against("quoted lures against genuine adverts for work abroad", real, score(text_of(lines("real_lures/hard_ads.jsonl")), "hard_ads")[0])
    own_words = (lures["evidence"] == "ad-words").to_numpy()
    held_out = pd.read_csv(OUT / "held_out.csv", dtype=str, keep_default_na=False)
    board, tier = score(held_out.drop(columns=["label"]), "board")
    fields = ["title", "company", "location", "salary", "description", "requirements", "benefits"]
    whole = held_out[fields].apply(lambda row: "\n".join(cell for cell in row if cell), axis=1)
    board_cut, cut_tier = score(pd.DataFrame({"text": whole.str[:160]}), "board_cut")
    print(f"| quoted lures, 0.1 % of board ads flagged, whole | {len(real)} / {len(board)} | recall {recall_at(real, board, 0.001):.2f} (the {own_words.sum()} in the adverts' own words: {recall_at(real[own_words], board, 0.001):.2f}) |")
    print(f"| the same, both cut to 160 characters | {len(cut)} / {len(board_cut)} | recall {recall_at(cut, board_cut, 0.001):.2f} ({recall_at(cut[own_words], board_cut, 0.001):.2f}) |")
    fraudr1 = pd.read_csv(io.BytesIO(subprocess.run(["zstd", "-dcq", str(DATA / "fraudr1/fraudr1.csv.zst")], check=True, capture_output=True).stdout), dtype=str)
    found, _ = score(text_of(fraudr1, "generated_text"), "fraudr1")
    by = ", ".join(f"{lang} {recall_at(found[(fraudr1['lang'] == lang).to_numpy()], board, 0.001):.2f}" for lang in ["zh", "en"])
    print(f"| fraudr1, 0.1 % of board ads flagged | {len(found)} / {len(board)} | recall {recall_at(found, board, 0.001):.2f} ({by}) |")
    twins = lines("twins/twins.jsonl")
    twins["p"] = score(text_of(twins), "twins")[0]
    labels = (twins["label"] == "lure").astype(int)
    worst = min((roc_auc_score((g["label"] == "lure").astype(int), g["p"]), lang) for lang, g in twins.groupby("language") if len(g) >= 20)
    pairs = [g for _, g in twins.groupby(["language", "twin"]) if len(g) == 2]
    own = np.mean([g[g["label"] == "lure"]["p"].iloc[0] > g[g["label"] == "clean"]["p"].iloc[0] for g in pairs])
    print(f"| twins written by other hands | {labels.sum()} / {(1 - labels).sum()} | ROC-AUC {roc_auc_score(labels, twins['p']):.3f}; worst language of 20 rows or more ({worst[1]}) {worst[0]:.3f}; lure above its own twin {own:.3f} |")
    review = pd.Series(tier == "review").groupby(held_out["lang"]).mean()
    print(f"| board ads in tier review, whole | 0 / {len(board)} | all {100 * (tier == 'review').mean():.2f} %, worst language ({review.idxmax()}) {100 * review.max():.2f} % |")
    print(f"| board ads in tier review, cut to 160 characters | 0 / {len(board)} | all {100 * (cut_tier == 'review').mean():.2f} % |")
    if (pathlib.Path(PROGRAM).parent / "examples" / "disguise").exists():
        disguises(twins[twins["label"] == "lure"])


if __name__ == "__main__":
    main()
