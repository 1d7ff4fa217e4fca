"""Writes metrics.csv, the figures that tests/it/metrics.rs is held to.

    python tests/it/reference/metrics.py > tests/it/reference/metrics.csv

Needs scikit-learn; the first line of the CSV names the version that was used. Every case is lopsided,
has ties, or lacks something, so that swapped axes, labels or tie rules cannot pass.
"""

import numpy as np
import sklearn
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score, roc_curve

BINS = 15
RATES = (0.1, 0.01, 0.001)


def recall_at_fpr(is_lure, decision, rate):
    """The last point of the ROC curve whose false-positive rate is within `rate`."""
    fpr, tpr, _ = roc_curve(is_lure, decision, drop_intermediate=False)
    return tpr[fpr <= rate].max()


def calibration_error(is_lure, probability):
    """scikit-learn has no such figure: written out, and compared with its calibration_curve where both agree on bins."""
    order = np.argsort(probability, kind="stable")
    p, y, n = probability[order], is_lure[order], len(order)
    bins = [slice(b * n // BINS, (b + 1) * n // BINS) for b in range(BINS)]
    gaps = [len(p[b]) / n * abs(p[b].mean() - y[b].mean()) for b in bins if len(p[b])]
    if n % BINS == 0 and len(np.unique(p)) == n:
        observed, forecast = calibration_curve(is_lure, probability, n_bins=BINS, strategy="quantile")
        assert abs(sum(gaps) - np.abs(observed - forecast).mean()) < 1e-12
    return sum(gaps)


def cases():
    rng = np.random.default_rng(20_261_124)

    def noisy(lures, clean, shift, decimals):
        is_lure = np.repeat([1, 0], [lures, clean])
        rng.shuffle(is_lure)
        decision = np.round(rng.normal(shift * is_lure, 1.0), decimals)
        probability = np.round(1 / (1 + np.exp(-(1.3 * decision - 1))), decimals + 1)
        return decision, probability, is_lure

    yield "few lures with ties", *noisy(5, 55, 1.5, 1)
    yield "few clean rows with ties", *noisy(47, 6, 1.5, 1)
    yield "many rows with many ties", *noisy(30, 1_200, 2.0, 1)
    yield "one lure", *noisy(1, 300, 1.0, 1)
    yield "one clean row", *noisy(40, 1, 1.0, 1)
    yield "worse than chance", *noisy(9, 80, -1.0, 1)
    yield "fewer rows than bins", *noisy(2, 5, 0.5, 1)
    yield "only lures", *noisy(8, 0, 0.5, 1)
    yield "only clean rows", *noisy(0, 19, 0.5, 1)

    decision, _, is_lure = noisy(20, 130, 1.0, 6)
    yield "no ties", decision, rng.permutation(np.arange(1, 151)) / 160, is_lure

    is_lure = np.array([0] * 3 + [1] * 4 + [0] * 13)
    yield "all equal", np.full(20, -2.5), np.full(20, 0.3), is_lure
    decision = np.array([1.0] * 5 + [0.0] * 15)
    yield "two values", decision, decision, is_lure


def cell(value):
    return "" if value is None else repr(float(value))


def main():
    print(f"# scikit-learn {sklearn.__version__}, numpy {np.__version__}; made by metrics.py; an empty cell is undefined")
    figures = ["roc_auc", "average_precision", *(f"recall_at_{rate}" for rate in RATES)]
    figures += ["brier_score", "log_loss", "expected_calibration_error"]
    print(",".join(["case", "decision", "probability", "is_lure", *figures]))
    for name, decision, probability, is_lure in cases():
        lures, clean = is_lure.sum(), (1 - is_lure).sum()
        row = [
            roc_auc_score(is_lure, decision) if lures and clean else None,
            average_precision_score(is_lure, decision) if lures else None,
            *(recall_at_fpr(is_lure, decision, rate) if lures and clean else None for rate in RATES),
            brier_score_loss(is_lure, probability, labels=[0, 1]),
            log_loss(is_lure, probability, labels=[0, 1]),
            calibration_error(is_lure, probability),
        ]
        lists = [" ".join(f"{x:.10g}" for x in column) for column in (decision, probability)]
        print(",".join([name, *lists, "".join(map(str, is_lure)), *map(cell, row)]))


if __name__ == "__main__":
    main()
