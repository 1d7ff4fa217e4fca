"""Retrains on EMSCAD by group and compares with scikit-learn on the same folds.

    python3 benches/quality/emscad.py [LUREWATCH] [OUT]   (default target/release/lurewatch, target/quality)

Five folds by `dup_group` (StratifiedGroupKFold, seed 0), all rows train, only rows that were not picked for having every field
filled (`sampling` other than `complete_only`) measure. The peers get the same text fields and may choose their C and n-grams with
hindsight; lurewatch runs with its defaults. Needs scikit-learn, pandas and the program `zstd`.
"""

import io
import os
import pathlib
import subprocess
import sys

import numpy as np
import pandas as pd
import sklearn
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

DATA = pathlib.Path(os.environ.get("LUREWATCH_DATA", "../shared/data"))
PROGRAM = sys.argv[1] if len(sys.argv) > 1 else "target/release/lurewatch"
OUT = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "target/quality")
FIELDS = ["title", "location", "salary_range", "company_profile", "description", "requirements", "benefits"]


def read(name):
    text = subprocess.run(["zstd", "-dcq", str(DATA / name)], check=True, capture_output=True).stdout
    return pd.read_csv(io.BytesIO(text), dtype=str).fillna("")


def recall_at(y, score, share):
    clean = np.sort(score[y == 0])[::-1]
    return (score[y == 1] > clean[int(share * len(clean))]).mean()


def lurewatch(train, test, labels=(), columns=()):
    """Probabilities of `test` by a model with the default settings; `labels` are flags of training, `columns` of both commands."""
    train.to_csv(OUT / "train.csv", index=False)
    test.to_csv(OUT / "test.csv", index=False)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True}
    subprocess.run([PROGRAM, "train", OUT / "train.csv", *labels, "--out", OUT / "model", "--quiet", *columns], **quiet)
    subprocess.run([PROGRAM, "score", OUT / "test.csv", "--model", OUT / "model", "-o", OUT / "scored.csv", "--quiet", *columns], **quiet)
    scored = pd.read_csv(OUT / "scored.csv", dtype={"lure_probability": float})
    assert len(scored) == len(test)
    return scored["lure_probability"].to_numpy()


class NaiveBayesScaled:
    """NB-SVM's scaling (Wang and Manning 2012) before logistic regression."""

    def fit_score(self, train, y, test, c):
        counts = CountVectorizer(ngram_range=(1, 2), min_df=2, binary=True)
        a, b = counts.fit_transform(train), counts.transform(test)
        p = 1 + np.asarray(a[y == 1].sum(0)).ravel()
        q = 1 + np.asarray(a[y == 0].sum(0)).ravel()
        ratio = np.log(p / p.sum()) - np.log(q / q.sum())
        model = LogisticRegression(C=c, max_iter=3000, class_weight="balanced").fit(a.multiply(ratio).tocsr(), y)
        return model.decision_function(b.multiply(ratio).tocsr())


def tfidf(**how):
    def score(train, y, test, c):
        vectorizer = TfidfVectorizer(sublinear_tf=True, min_df=2, **how)
        model = LogisticRegression(C=c, max_iter=3000, class_weight="balanced")
        model.fit(vectorizer.fit_transform(train), y)
        return model.decision_function(vectorizer.transform(test))

    return score


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    rows = read("emscad/emscad.csv.zst")
    y = rows["fraudulent"].astype(int).to_numpy()
    measured = (rows["sampling"] != "complete_only").to_numpy()
    text = rows[FIELDS].apply(lambda row: "\n".join(cell for cell in row if cell), axis=1)
    methods = {
        "scikit-learn word(1,2) TF-IDF, C=10": lambda a, b: tfidf(ngram_range=(1, 2))(text.iloc[a], y[a], text.iloc[b], 10),
        "scikit-learn word(1,2) TF-IDF, C=100": lambda a, b: tfidf(ngram_range=(1, 2))(text.iloc[a], y[a], text.iloc[b], 100),
        "scikit-learn char_wb(2,5) TF-IDF, C=100": lambda a, b: tfidf(analyzer="char_wb", ngram_range=(2, 5))(text.iloc[a], y[a], text.iloc[b], 100),
        "scikit-learn word(1,2) NB-scaled, C=1": lambda a, b: NaiveBayesScaled().fit_score(text.iloc[a], y[a], text.iloc[b], 1),
        "lurewatch train, defaults": lambda a, b: lurewatch(
            rows.iloc[a], rows.iloc[b], ["--label", "fraudulent", "--group", "dup_group"], ["--column=requirements=requirements"]
        ),
    }
    if os.environ.get("ONLY"):
        methods = {name: method for name, method in methods.items() if os.environ["ONLY"] in name}
    folds = list(StratifiedGroupKFold(5, shuffle=True, random_state=0).split(text, y, rows["dup_group"]))
    clean = (measured & (y == 0)).sum()
    print(f"EMSCAD: {len(rows)} rows train, {measured.sum()} measure ({clean} clean), 5 folds by group; scikit-learn {sklearn.__version__}\n")
    print("| method | ROC-AUC | PR-AUC | recall at 1 % |\n| --- | --- | --- | --- |")
    for name, method in methods.items():
        score = np.zeros(len(rows))
        for a, b in folds:
            part = method(a, b)
            # Folds are fitted apart: ranks within a fold would hide level, so scores are kept as they are.
            score[b] = part
        y_m, s_m = y[measured], score[measured]
        print(f"| {name} | {roc_auc_score(y_m, s_m):.4f} | {average_precision_score(y_m, s_m):.4f} | {recall_at(y_m, s_m, 0.01):.4f} |", flush=True)


if __name__ == "__main__":
    main()
