"""Retrains on ORFD's `split` = train and measures on its dev split, beside scikit-learn.

    python3 benches/quality/orfd.py [LUREWATCH] [OUT]   (default target/release/lurewatch, target/quality)

Companies stand on one side of the split. lurewatch runs with its defaults and finds the columns by itself; the peers get the texts of the
same columns, characters 1-3 and 2-5, and may choose their C with hindsight. Needs scikit-learn, pandas and the program `zstd`.
"""

import sys

import sklearn
from emscad import OUT, lurewatch, read, recall_at, tfidf
from sklearn.metrics import average_precision_score, roc_auc_score

FIELDS = ["jobTitle", "jobSubTitle", "jobSalary", "jobWelfare", "jobRequirement", "jobCity", "jobDescription", "companyIntro"]


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    rows = read("orfd/orfd.csv.zst")
    train, test = rows[rows["split"] == "train"], rows[rows["split"] == "dev"]
    y, wanted = train["label"].astype(int).to_numpy(), test["label"].astype(int).to_numpy()
    text = rows[FIELDS].apply(lambda row: "\n".join(cell for cell in row if cell), axis=1)
    a, b = text[train.index], text[test.index]
    print(f"ORFD: {len(train)} rows train ({y.sum()} bait), {len(test)} measure ({wanted.sum()} bait); scikit-learn {sklearn.__version__}\n")
    print("| method | ROC-AUC | PR-AUC | recall at 1 % |\n| --- | --- | --- | --- |")
    methods = {
        f"scikit-learn {kind}({low},{high}) TF-IDF, C={c}": lambda kind=kind, low=low, high=high, c=c: tfidf(
            analyzer=kind, ngram_range=(low, high)
        )(a, y, b, c)
        for kind, low, high in [("char", 1, 3), ("char", 2, 5)]
        for c in [1, 10, 100]
    }
    methods["lurewatch train, defaults"] = lambda: lurewatch(train, test, ["--group", "company_group"])
    for name, method in methods.items():
        if len(sys.argv) > 3 and sys.argv[3] not in name:
            continue
        score = method()
        figures = roc_auc_score(wanted, score), average_precision_score(wanted, score), recall_at(wanted, score, 0.01)
        print(f"| {name} | " + " | ".join(f"{figure:.4f}" for figure in figures) + " |", flush=True)


if __name__ == "__main__":
    main()
